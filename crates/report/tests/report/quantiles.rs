//! Every percentile is that of the stored histogram.

use plimsoll_metrics::{Histogram, summarize};
use plimsoll_model::{LatencySummary, Quantile};
use plimsoll_report::{Console, Csv, Markdown, Overview, Renderer, format};

use crate::support::{self, histogram};

/// The values of the slow scenario in parts, as several workers record them.
const PARTS: [&[(u64, u64)]; 3] = [
    &[(9_100_000, 60_000), (31_840_000, 688)],
    &[(9_100_000, 30_000), (18_310_000, 20_000)],
    &[(24_171_000, 6_600), (31_840_000, 1_000)],
];

fn merged(order: [usize; 3]) -> Histogram {
    let mut whole = Histogram::new();
    order.iter().for_each(|part| whole.merge(&histogram(PARTS[*part])));
    whole
}

fn at(summary: &LatencySummary, q: Quantile) -> u64 {
    let stored = Histogram::decode(&summary.histogram).expect("a fixture is valid");
    stored.value_at(q).expect("a fixture is valid")
}

#[test]
fn percentiles_of_shards_are_those_of_the_merged_histogram_to_the_byte() {
    let whole = histogram(&PARTS.concat());
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        assert_eq!(merged(order).encode(), whole.encode());
        assert_eq!(summarize(&merged(order), None), summarize(&whole, None));
    }
}

#[test]
fn every_format_prints_the_quantiles_of_the_stored_histogram() {
    let mut set = support::checkout();
    let response = summarize(&merged([0, 1, 2]), None);
    set.runs[0].run.scenarios[1].latency.response = response.clone();
    for q in [Quantile::P95, Quantile::P99] {
        let value = at(&response, q);
        let shown = format::time(value as f64);
        let people: [&dyn Renderer; 3] = [&Console::default(), &Markdown, &Overview::default()];
        for renderer in people {
            assert!(support::render(renderer, &set).contains(&shown), "{} {shown}", renderer.name());
        }
        let line = format!("checkout,1,write,response,{q},nanoseconds,{value}\r\n");
        assert!(support::render(&Csv, &set).contains(&line), "{line}");
    }
}

#[test]
fn a_histogram_holds_every_operation_that_was_started() {
    for scenario in &support::checkout().runs[0].run.scenarios {
        let stored = Histogram::decode(&scenario.latency.response.histogram).expect("a fixture is valid");
        assert_eq!(stored.len(), scenario.latency.response.count);
    }
}
