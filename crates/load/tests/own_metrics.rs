//! Checks and metrics of the operations' own, and conditions on them.

use std::time::Duration;

use plimsoll_load::{Context, Load, Operation, Outcome, op};
use plimsoll_metrics::evaluate;
use plimsoll_model::{Condition, CustomMetric, CustomMetricKind, Profile, Run, Status};

const SECOND: Duration = Duration::from_secs(1);

/// An operation that checks and counts: every tenth has no body, every fourth is in a cache, and so on.
fn search() -> Operation {
    let search = |cx: Context| async move {
        cx.sleep(Duration::from_millis(5)).await;
        let k = cx.iteration();
        let outcome = Outcome::ok().check("has a body", !k.is_multiple_of(10)).count("rows", k % 5);
        outcome.gauge("depth", k as f64).rate("cached", k.is_multiple_of(4)).trend("size", 1_000 + k)
    };
    op("search", search)
        .checks(["has a body", "never looked at"])
        .metric(CustomMetricKind::Counter, "rows")
        .metric(CustomMetricKind::Counter, "never counted")
        .metric(CustomMetricKind::Gauge, "depth")
        .metric(CustomMetricKind::Rate, "cached")
        .metric(CustomMetricKind::Trend, "size")
        .metric(CustomMetricKind::Trend, "never seen")
}

fn load(rate: u32) -> Load {
    Load::new("search").operation(search()).measure(Profile::hold(rate, 10 * SECOND)).virtual_time()
}

async fn run(load: Load) -> Run {
    load.run().await.expect("the plan is valid")
}

fn condition(text: &str) -> Condition {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn values(metrics: &[CustomMetric]) -> Vec<(&str, u64, Option<f64>)> {
    metrics.iter().map(|metric| (metric.name.as_str(), metric.count, metric.value)).collect()
}

#[tokio::test]
async fn a_result_has_what_its_operations_observed() {
    let run = run(load(100)).await;
    let scenario = &run.scenarios[0];
    assert_eq!((scenario.counts.ok, scenario.counts.failed), (1_000, 0), "a check that fails is no error");
    let checks: Vec<_> = scenario.checks.iter().map(|c| (c.name.as_str(), c.passed, c.failed)).collect();
    assert_eq!(checks, [("has a body", 900, 100)]);
    let expected = [
        ("cached", 1_000, Some(0.25)),
        ("depth", 1_000, Some(999.0)),
        ("rows", 1_000, Some(2_000.0)),
        ("size", 1_000, None),
    ];
    assert_eq!(values(&scenario.metrics), expected);
    let sizes = scenario.metrics[3].distribution.as_ref().expect("a trend has one");
    assert_eq!((sizes.count, sizes.min_ns, sizes.max_ns), (1_000, 1_000, 1_999));
}

#[tokio::test]
async fn only_measured_phases_count() {
    let load = Load::new("search").operation(search()).warm_up(Profile::hold(50, 10 * SECOND));
    let run = run(load.measure(Profile::hold(10, SECOND)).virtual_time()).await;
    assert!(run.scenarios[0].metrics.iter().all(|metric| metric.count == 10));
}

#[tokio::test]
async fn they_are_the_same_on_any_number_of_threads() {
    let of = async |threads| {
        let load = Load::new("search").operation(search()).measure(Profile::iterations(6, 600));
        let run = run(load.dedicated_threads(threads)).await;
        let mut metrics = run.scenarios[0].metrics.clone();
        // Which operation is the last is a matter of time.
        metrics.retain(|metric| metric.kind != CustomMetricKind::Gauge);
        (run.scenarios[0].checks.clone(), metrics)
    };
    assert_eq!(of(1).await, of(3).await);
}

#[tokio::test]
async fn conditions_are_judged_on_them() {
    let run = run(load(100)).await;
    let judged = |text: &str| {
        let threshold = evaluate(&condition(text), &run).unwrap_or_else(|error| panic!("{error}"));
        (threshold.observed, threshold.status)
    };
    use Status::{Fail, Pass};
    assert_eq!(judged("check.has a body > 80%"), (Some(0.9), Pass));
    assert_eq!(judged("checks >= 99%"), (Some(0.9), Fail));
    assert_eq!(judged("counter.rows(search) >= 2000"), (Some(2_000.0), Pass));
    assert_eq!(judged("gauge.depth < 999"), (Some(999.0), Fail));
    assert_eq!(judged("rate.cached > 20%"), (Some(0.25), Pass));
    assert_eq!(judged("trend.size.max < 2000"), (Some(1_999.0), Pass));
    assert_eq!(judged("trend.size.p99 < 1500").1, Fail);
}

#[tokio::test]
async fn a_condition_on_nothing_observed_is_invalid_and_one_on_too_few_inconclusive() {
    let texts = [
        "check.never looked at > 0%",
        "counter.never counted >= 0",
        "trend.never seen.p50 < 10",
        "trend.size.p99 < 5000",
        "trend.size.p50 < 5000",
        "check.has a body > 10%",
    ];
    let run = run(texts.iter().fold(load(10), |load, text| load.threshold(condition(text)))).await;
    let statuses: Vec<_> = run.thresholds.iter().map(|threshold| threshold.status).collect();
    use Status::{Inconclusive, Invalid, Pass};
    assert_eq!(statuses, [Invalid, Invalid, Invalid, Inconclusive, Pass, Pass]);
    assert_eq!(run.verdict.status, Invalid);
    let reason = "check.never looked at: the run has no check called \"never looked at\"; it has has a body";
    assert_eq!(run.verdict.reasons[0], reason);
}
