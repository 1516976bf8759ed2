//! A server that stands still for one second in every five, for real.

use std::time::Duration;

use plimsoll::load::fixture::{FakeService, Latency};
use plimsoll::model::{Quantile, Run};
use plimsoll::{Load, Profile, op};

use crate::row::Row;

const ROUNDS: usize = 3;

pub(crate) fn measure() -> Vec<Row> {
    let runs: Vec<Run> = (0..ROUNDS).map(|_| run()).collect();
    let quantile = |q: Quantile| {
        let of_run = |run: &Run| {
            let quantiles = &run.scenarios[0].latency.response.quantiles;
            quantiles.iter().find(|value| value.q == q).unwrap().value_ns as f64 / 1e6
        };
        runs.iter().map(of_run).collect::<Vec<_>>()
    };
    let sent = runs.iter().map(|run| run.scenarios[0].counts.ok as f64).collect();
    vec![
        Row::goal(
            "stall of 1 s in 5 s at 1,000/s: response p50",
            "≤ 5",
            quantile(Quantile::P50),
            "ms",
            |ms| ms <= 5.0,
        ),
        Row::goal("the same: p90", "490 to 510", quantile(Quantile::P90), "ms", |ms| {
            (490.0..=510.0).contains(&ms)
        }),
        Row::goal("the same: p99", "931 to 969", quantile(Quantile::P99), "ms", |ms| {
            (931.0..=969.0).contains(&ms)
        }),
        Row::goal("the same: sent and answered", "20,000", sent, "", |sent| sent == 20_000.0),
    ]
}

fn run() -> Run {
    let service = FakeService::new(Latency::Fixed(Duration::ZERO))
        .stalling(Duration::from_secs(5), Duration::from_secs(1));
    let load = Load::new("stall")
        .operation(op("call", move |cx| async move { service.call(&cx).await }))
        .measure(Profile::hold(1_000, Duration::from_secs(20)))
        .dedicated_threads(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(load.run()).unwrap()
}
