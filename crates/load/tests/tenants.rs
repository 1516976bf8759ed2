//! Whose operations they are, and how evenly tenants are served.

use std::time::Duration;

use plimsoll_load::{Context, Load, Operation, Outcome, op};
use plimsoll_model::{Breakdown, Profile, Run};

const SECOND: Duration = Duration::from_secs(1);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

async fn run(load: Load) -> Run {
    load.run().await.expect("the plan is valid")
}

fn equal(name: &str) -> Operation {
    op(name, |cx: Context| async move { cx.sleep(ms(10)).await })
}

fn started(breakdowns: &[Breakdown]) -> Vec<(&str, u64)> {
    breakdowns.iter().map(|part| (part.tags["tenant"].as_str(), part.counts.started)).collect()
}

#[tokio::test]
async fn arrivals_belong_to_tenants_exactly_by_weight_in_each_operation() {
    let load = Load::new("shop")
        .mix([(3, equal("read")), (1, equal("write"))])
        .tenants([(2, "acme"), (1, "globex"), (1, "initech")])
        .measure(Profile::hold(160, 10 * SECOND))
        .virtual_time();
    let run = run(load).await;
    assert_eq!(run.plan.parameters["tenants"], "acme 2, globex 1, initech 1");
    let [read, write] = &run.scenarios[..] else { panic!("two operations") };
    assert_eq!(started(&read.breakdowns), [("acme", 600), ("globex", 300), ("initech", 300)]);
    assert_eq!(started(&write.breakdowns), [("acme", 200), ("globex", 100), ("initech", 100)]);
    for scenario in &run.scenarios {
        assert!(scenario.breakdowns.iter().all(|part| part.counts.is_conserved()));
        let sum: u64 = scenario.breakdowns.iter().map(|part| part.latency.response.count).sum();
        assert_eq!(sum, scenario.latency.response.count);
        let fairness = scenario.fairness.as_ref().expect("there are tenants");
        // The last one of all ends after the measured time.
        assert!(fairness.jain_index > 0.9999, "each got what it was due: {fairness:?}");
        assert_eq!(fairness.worst_over_others, Some(1.0));
    }
}

#[tokio::test]
async fn the_tenant_that_is_served_worst_is_named_and_by_how_much() {
    let unfair = op("read", |cx: Context| async move {
        cx.sleep(if cx.tenant() == 2 { ms(80) } else { ms(10) }).await;
        if cx.tenant() == 2 && cx.iteration().is_multiple_of(2) {
            return Outcome::fail("status 429", "too many of you");
        }
        Outcome::ok()
    });
    let load = Load::new("shop").operation(unfair).tenants([(1, "acme"), (1, "globex"), (1, "initech")]);
    let run = run(load.measure(Profile::hold(300, 10 * SECOND)).virtual_time()).await;
    let fairness = run.scenarios[0].fairness.as_ref().expect("there are tenants");
    assert_eq!((fairness.tag.as_str(), fairness.worst.as_str()), ("tenant", "initech"));
    // (1 + 1 + 1/2)^2 / (3 (1 + 1 + 1/4))
    assert!((fairness.jain_index - 6.25 / 6.75).abs() < 0.002, "{}", fairness.jain_index);
    assert!((fairness.worst_over_others.expect("both are there") - 8.0).abs() < 0.02);
}

#[tokio::test]
async fn a_user_belongs_to_one_tenant_on_any_number_of_threads() {
    let of = async |threads| {
        let load = Load::new("users").operation(equal("read")).tenants([(1, "acme"), (3, "globex")]);
        let run = run(load.measure(Profile::per_user(8, 5)).dedicated_threads(threads)).await;
        let scenario = &run.scenarios[0];
        started(&scenario.breakdowns)
            .into_iter()
            .map(|(name, count)| (name.to_owned(), count))
            .collect::<Vec<_>>()
    };
    for threads in [1, 2, 3] {
        assert_eq!(
            of(threads).await,
            [("acme".to_owned(), 10), ("globex".to_owned(), 30)],
            "{threads} threads"
        );
    }
}

#[tokio::test]
async fn what_is_dropped_of_a_tenant_is_in_its_account() {
    let slow = op("slow", |cx: Context| async move { cx.sleep(SECOND).await });
    let load = Load::new("slow").operation(slow).tenants([(1, "acme"), (1, "globex")]).in_flight(1);
    let run = run(load
        .overload(plimsoll_model::Overload::Drop)
        .measure(Profile::hold(10, 10 * SECOND))
        .virtual_time());
    let run = run.await;
    let parts = &run.scenarios[0].breakdowns;
    assert_eq!(parts.iter().map(|part| part.counts.planned).collect::<Vec<_>>(), [50, 50]);
    assert_eq!(parts.iter().map(|part| part.counts.dropped_total()).sum::<u64>(), 90);
}
