//! Conditions on what really came out of a run.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::time::Duration;

use plimsoll_load::{Context, Load, op};
use plimsoll_model::{Profile, Status};

const SECOND: Duration = Duration::from_secs(1);

/// How conditions come out of 100/s for 20 s, of which one arrival in 2,000 is given up after 200 ms.
async fn statuses(conditions: &[&str]) -> Vec<Status> {
    let load = Load::new("conditions")
        .operation(op("op", |cx: Context| async move {
            let long = if cx.iteration() == 700 { SECOND } else { Duration::from_millis(10) };
            cx.sleep(long).await;
        }))
        .measure(Profile::hold(100, 20 * SECOND))
        .cool_down(Profile::hold(1, 30 * SECOND))
        .timeout(Duration::from_millis(200))
        .virtual_time();
    let load = conditions.iter().fold(load, |load, text| load.threshold(text.parse().unwrap()));
    let run = load.run().await.unwrap();
    run.thresholds.iter().map(|threshold| threshold.status).collect()
}

#[tokio::test]
async fn what_was_given_up_makes_the_largest_and_the_mean_a_lower_bound() {
    let statuses = statuses(&["max < 1s", "mean < 1s", "p99 < 1s", "max < 100ms", "max < 1s over 5s"]).await;
    let expected =
        [Status::Inconclusive, Status::Inconclusive, Status::Pass, Status::Fail, Status::Inconclusive];
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn throughput_is_judged_within_the_measured_time() {
    assert_eq!(statuses(&["throughput > 90 over 5s"]).await, [Status::Pass]);
}

#[tokio::test]
async fn a_condition_on_nothing_measured_is_invalid_and_one_on_too_few_inconclusive() {
    let wait = |name: &str| op(name, |cx: Context| async move { cx.sleep(Duration::from_millis(10)).await });
    let load = Load::new("few").mix([(1_000, wait("often")), (1, wait("rare"))]).virtual_time();
    let load = load.measure(Profile::hold(10, 5 * SECOND));
    let texts = [
        "p99(rare) < 1s",
        "error_rate(rare) < 1%",
        "p99(rare) < 1s over 1s",
        "p99(often) < 1s",
        "p50(often) < 1s",
    ];
    let load = texts.iter().fold(load, |load, text| load.threshold(text.parse().unwrap()));
    let run = load.run().await.unwrap();
    let statuses: Vec<_> = run.thresholds.iter().map(|threshold| threshold.status).collect();
    use Status::{Inconclusive, Invalid, Pass};
    assert_eq!(statuses, [Invalid, Invalid, Invalid, Inconclusive, Pass]);
    assert_eq!(run.verdict.status, Invalid);
    assert_eq!(run.verdict.reasons[0], "p99(rare) < 1s: nothing was measured");
}

#[tokio::test]
async fn an_abort_rule_is_a_condition_on_the_result_too() {
    let load = Load::new("rule")
        .operation(op("op", |cx: Context| async move { cx.sleep(Duration::from_millis(10)).await }))
        .measure(Profile::hold(100, 20 * SECOND))
        .abort_unless("p50 < 1s over 5s".parse().unwrap())
        .virtual_time();
    let run = load.run().await.unwrap();
    assert_eq!(run.thresholds[0].condition.to_string(), "p50 < 1s over 5s");
    assert_eq!(run.verdict.status, Status::Pass);
}
