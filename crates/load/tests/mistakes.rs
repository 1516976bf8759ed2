//! What cannot be run is said before anything starts: the field, what it holds, what it may hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use plimsoll_load::{Context, Failure, Feeder, Load, Operation, Outcome, UserWorkload, op};
use plimsoll_model::figure::{error_rate, gauge};
use plimsoll_model::{Compose, CustomMetricKind, PlanError, Profile};

const SECOND: Duration = Duration::from_secs(1);

fn no_op(name: &str) -> Operation {
    op(name, |_| async {})
}

fn load(profile: Result<Profile, PlanError>) -> Load {
    Load::new("bad").operation(no_op("read").steps(["connect"])).measure(profile)
}

fn hold(rate: f64) -> Result<Profile, PlanError> {
    Profile::hold(rate, SECOND)
}

fn with_threshold(condition: &str) -> Load {
    load(hold(10.0)).threshold(condition.parse().expect("it is a condition"))
}

fn with_rule(condition: &str) -> Load {
    load(hold(10.0)).abort_unless(condition.parse().expect("it is a condition"))
}

/// Users that hold nothing, which is all that matters here.
struct Nobody;

impl UserWorkload for Nobody {
    type User = ();

    async fn set_up(&self, _cx: Context) -> Result<(), Failure> {
        Ok(())
    }

    async fn iterate(&self, (): &mut (), _cx: Context) -> Result<Outcome, Failure> {
        Ok(Outcome::ok())
    }
}

fn of_users() -> Operation {
    Operation::of_users("log in", Nobody)
}

/// A load whose operation checks and counts something, with a condition.
fn observing(condition: &str) -> Load {
    let read = no_op("read").checks(["body"]).metric(CustomMetricKind::Counter, "rows");
    let load = Load::new("bad").mix([(1, read), (1, no_op("write"))]).measure(hold(10.0));
    load.threshold(condition.parse().expect("it is a condition"))
}

/// Loads that cannot be run, by the field that is wrong in them.
fn mistakes() -> Vec<Load> {
    let empty = || Load::new("bad").measure(hold(10.0));
    vec![
        load(hold(f64::NAN)),
        load(hold(f64::INFINITY)),
        load(hold(-5.0)),
        load(hold(0.0)),
        load(hold(2e9)),
        load(Profile::ramp(0, 0, SECOND)),
        load(Profile::ramp(-1, 5, SECOND)),
        load(Profile::hold(10, Duration::ZERO)),
        load(Profile::steps(&[], SECOND)),
        load(Profile::steps(&[0.0, 0.0], SECOND)),
        load(Profile::steps(&[10.0, f64::NAN], SECOND)),
        load(Profile::spike(10, 5, SECOND, 9 * SECOND)),
        load(Profile::doubling(5, 3, SECOND)),
        load(Profile::stages("2m:100,5m")),
        load(Profile::stages("2m:100,0s:0")),
        load(hold(10.0).times(-1)),
        load(hold(10.0).repeat(0)),
        load(hold(10.0).then(Profile::users(5, SECOND))),
        load(hold(10.0).plus(hold(f64::NAN))),
        load(Profile::users(5, SECOND).poisson()),
        load(Profile::users(0, SECOND)),
        load(Profile::users(5, Duration::ZERO)),
        load(Profile::iterations(5, 0)),
        empty(),
        empty().mix([(0, no_op("never"))]),
        empty().mix([(1_000_001, no_op("always"))]),
        empty().mix((0..20u64).map(|n| (999_979 - n, no_op(&n.to_string())))),
        empty().operation(no_op("")),
        empty().operation(no_op("twice")).operation(no_op("twice")),
        load(hold(10.0)).in_flight(0),
        load(hold(10.0)).timeout(Duration::ZERO),
        load(hold(10.0)).window(Duration::ZERO),
        load(hold(10.0)).dedicated_threads(0),
        with_threshold("p99(write) < 20ms"),
        with_threshold("error_rate(connect) < 1%"),
        with_threshold("cpu.mean(host) < 80%"),
        with_threshold("queue.p99 < 20ms over 10s"),
        with_threshold("throughput(connect) > 20/s over 10s"),
        with_rule("p99(write) < 20ms over 10s"),
        with_rule("p99(connect) < 20ms over 10s"),
        with_rule("dropped < 5"),
        Load::new("bad").operation(of_users()).measure(hold(10.0)),
        Load::new("bad").operation(of_users()).warm_up(hold(10.0)).measure(Profile::users(5, SECOND)),
        Load::new("bad").roles([]).measure(Profile::users(5, SECOND)),
        Load::new("bad").roles([(1, no_op("nurse"))]).measure(hold(10.0)),
        load(hold(10.0)).tenants::<&str>([]),
        load(hold(10.0)).tenants((0..101).map(|n| (1, n.to_string()))),
        load(hold(10.0)).tenants([(1, "acme"), (1, "acme")]),
        load(hold(10.0)).tenants([(1, "")]),
        load(hold(10.0)).tenants([(0, "acme")]),
        observing("check.boddy > 99%"),
        observing("check.body(write) > 99%"),
        observing("checks(write) > 99%"),
        observing("counter.row > 99"),
        observing("rate.rows > 99%"),
        observing("gauge.rows < 5"),
        observing("trend.rows.p99 < 5"),
        observing("counter.rows < 5 over 10s"),
        with_threshold("checks > 99%"),
        load(hold(10.0)).threshold(error_rate().below(f64::NAN)),
        load(hold(10.0)).abort_unless(error_rate().below(f64::INFINITY)),
        load(hold(10.0)).threshold(gauge("depth").below(1.0)),
    ]
}

#[tokio::test]
async fn each_mistake_says_the_field_what_it_holds_and_what_it_may_hold() {
    let mut messages = Vec::new();
    for load in mistakes() {
        let found = load.validate().expect_err("it is a mistake").to_string();
        assert_eq!(load.run().await.expect_err("it is a mistake").to_string(), found);
        messages.push(found);
    }
    insta::assert_snapshot!(messages.join("\n"));
}

#[tokio::test]
async fn nothing_starts_when_something_is_wrong() {
    let started = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&started);
    let count = op("count", move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let load = Load::new("bad").operation(count).measure(hold(1_000.0));
    let load = load.threshold("p99(cuont) < 20ms".parse().expect("it is a condition"));
    assert!(load.run().await.is_err());
    assert_eq!(started.load(Ordering::Relaxed), 0);
}

#[test]
fn data_that_is_missing_or_ragged_says_file_and_line() {
    type Row = (String, u64);
    let mistakes = [
        Feeder::<Row>::open("rows/missing.csv"),
        Feeder::<Row>::csv("rows.csv", "name,orders\nada,3\ngrace\n"),
        Feeder::<Row>::csv("rows.csv", "name,orders\nada,three\n"),
        Feeder::<Row>::csv("rows.csv", "name,orders\n"),
        Feeder::<Row>::json_lines("rows.jsonl", "[\"ada\", 3]\n[\"grace\"]\n"),
    ];
    let messages = mistakes.map(|mistake| mistake.expect_err("it is a mistake").to_string());
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn steps_that_an_operation_names_may_be_in_a_condition() {
    with_threshold("p99(connect) < 20ms").validate().expect("the operation has named it");
    with_threshold("throughput(connect) > 20/s").validate().expect("the operation has named it");
}
