//! The fake services do what they say, and the engine measures it to one bucket.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::time::Duration;

use plimsoll_load::fixture::{FakeService, Latency};
use plimsoll_load::{Load, op};
use plimsoll_metrics::Histogram;
use plimsoll_model::{Profile, Quantile, Run};

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

fn calls(service: FakeService) -> Load {
    Load::new("fixture")
        .operation(op("call", move |cx| async move { service.call(&cx).await }))
        .measure(Profile::hold(1_000, 20 * SECOND))
        .seed(7)
        .virtual_time()
}

async fn run(load: Load) -> Run {
    load.run().await.unwrap()
}

fn quantile(run: &Run, q: Quantile) -> u64 {
    let quantiles = &run.scenarios[0].latency.response.quantiles;
    quantiles.iter().find(|value| value.q == q).unwrap().value_ns
}

#[tokio::test]
async fn a_stall_is_measured_to_one_bucket() {
    let service = FakeService::new(Latency::Fixed(MS / 10)).stalling(5 * SECOND, SECOND);
    let run = run(calls(service)).await;

    // Arrival k is due half a millisecond into millisecond k; in the last second of five it waits for the end.
    let mut truth = Histogram::new();
    for k in 0..20_000u64 {
        let due = k * 1_000_000 + 500_000;
        let into = due % 5_000_000_000;
        let stall = if into >= 4_000_000_000 { 5_000_000_000 - into } else { 0 };
        truth.record(stall + 100_000);
    }
    assert_eq!(run.scenarios[0].counts.ok, 20_000);
    for q in [Quantile::P50, Quantile::P90, Quantile::P99] {
        assert_eq!(Some(quantile(&run, q)), truth.value_at(q), "{q:?}");
    }
    assert!((490..510).contains(&(quantile(&run, Quantile::P90) / 1_000_000)));
    assert!((931..969).contains(&(quantile(&run, Quantile::P99) / 1_000_000)));
}

#[tokio::test]
async fn a_burst_of_errors_is_counted_and_dated() {
    let service = FakeService::new(Latency::Fixed(MS)).failing(10 * SECOND, 2 * SECOND);
    let run = run(calls(service)).await;
    let error = &run.scenarios[0].errors[0];
    assert_eq!((error.kind.as_str(), error.count), ("unavailable", 4_000));
    assert_eq!((error.first_ns, error.last_ns), (8_001_500_000, 20_000_500_000));
}

#[tokio::test]
async fn a_service_that_never_answers_leaves_lower_bounds() {
    let run = run(calls(FakeService::silent()).timeout(SECOND)).await;
    let scenario = &run.scenarios[0];
    assert_eq!((scenario.counts.timed_out, scenario.counts.ok), (20_000, 0));
    assert!(scenario.latency.response.quantiles.iter().all(|value| value.censored));
}

#[tokio::test]
async fn a_distribution_comes_back_as_it_was_stated() {
    let latency = Latency::LogNormal { median: 10 * MS, sigma: 0.5 };
    let run = run(calls(FakeService::new(latency))).await;
    // exp(0.5 * z): 2.326 standard deviations above the median is its 99th percentile.
    let p99_ms = quantile(&run, Quantile::P99) as f64 / 1e6;
    assert!((p99_ms / (10.0 * (0.5f64 * 2.326).exp()) - 1.0).abs() < 0.05, "{p99_ms}");
}
