//! The goals of sampling, in real time: prints their table in Markdown and fails when a goal is missed.
//!
//! `cargo run --release -p plimsoll-harness --example sampling_goals -- 30`, where the number is that of the seconds
//! for each figure. The machine should be quiet.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use async_trait::async_trait;
use plimsoll_harness::{Sample, Sampling};
use plimsoll_load::{Load, op};
use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Profile, Quantile, ResourceSeries, Run, TargetKind, Unit};
use plimsoll_resources::{Description, Host, Process, Raw, Reading, Source, SourceError};

const SECONDS: u64 = 30;
const INTERVAL: Duration = Duration::from_secs(2);
const INTERVAL_NS: f64 = 2e9;
const METRICS: [Description; 1] = [Description::new("x", Unit::Count)];

/// The target that takes too long.
const SLOW: &str = "container:0";

/// A target that answers at once, or only after a while.
struct Target {
    name: String,
    delay: Duration,
}

#[async_trait]
impl Source for Target {
    fn target(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Container
    }

    fn metrics(&self) -> &[Description] {
        &METRICS
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        tokio::time::sleep(self.delay).await;
        Ok(Reading::of(vec![("x", Raw::Gauge(1.0))]))
    }
}

/// One figure against its limit.
struct Figure {
    what: &'static str,
    limit: &'static str,
    measured: String,
    is_met: bool,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(SECONDS);
    let length = Duration::from_secs(seconds);
    let mut figures = vec![cost(length).await?];
    figures.extend(punctuality(length).await?);
    figures.push(observer(length).await?);
    let mut out = io::stdout().lock();
    writeln!(out, "| what | limit | measured | met |\n|---|---|---|---|")?;
    for Figure { what, limit, measured, is_met } in &figures {
        writeln!(out, "| {what} | {limit} | {measured} | {} |", if *is_met { "yes" } else { "no" })?;
    }
    Ok(if figures.iter().all(|figure| figure.is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn sources() -> [Box<dyn Source>; 2] {
    [Box::new(Host::new()), Box::new(Process::own())]
}

/// A thousand operations a second that wait for 5 ms.
async fn run(length: Duration, sampling: Option<Sampling>) -> Result<Run, Box<dyn Error>> {
    let load = Load::new("sampling")
        .operation(op("wait", |cx| async move { cx.sleep(Duration::from_millis(5)).await }))
        .measure(Profile::hold(1_000, length))
        .dedicated_threads(1)
        .seed(1);
    let load = match sampling {
        Some(sampling) => load.sample_with(sampling.every(INTERVAL)),
        None => load,
    };
    Ok(load.run().await?)
}

/// What it costs to follow the host and a process.
async fn cost(length: Duration) -> Result<Figure, Box<dyn Error>> {
    let run = run(length, Some(Sampling::of(sources()))).await?;
    let sampler = run.sampler.unwrap_or_default();
    let share = sampler.cpu_ratio.unwrap_or(f64::NAN);
    Ok(Figure {
        what: "CPU of the sampler, host and process every 2 s",
        limit: "< 1 % of a core",
        measured: format!("{:.3} % in {} rounds", share * 100.0, sampler.ticks),
        is_met: share < 0.01,
    })
}

/// Eight targets at 2 s, one of which takes 5 s to answer.
async fn punctuality(length: Duration) -> Result<[Figure; 3], Box<dyn Error>> {
    let target = |index: u64| {
        let delay = Duration::from_secs(if index == 0 { 5 } else { 0 });
        Box::new(Target { name: format!("container:{index}"), delay }) as Box<dyn Source>
    };
    let run = run(length, Some(Sampling::of((0..8).map(target)))).await?;
    let (slow, quick): (Vec<_>, Vec<_>) = run.resources.iter().partition(|series| series.target == SLOW);
    let rounds = length.as_secs_f64() / INTERVAL.as_secs_f64();
    let counts = || quick.iter().map(|series| to_f64(series.summary.count));
    let (fewest, most) = (counts().fold(f64::INFINITY, f64::min), counts().fold(0.0, f64::max));
    let lateness_ms = lateness_p95_ms(&quick);
    let slow_values: u64 = slow.iter().map(|series| series.summary.count).sum();
    Ok([
        Figure {
            what: "8 targets at 2 s, one of which takes 5 s: readings of each other target",
            limit: "length / 2 s, ± 1, and that of the stop",
            measured: format!("{fewest} to {most} of {rounds:.0}"),
            is_met: fewest >= rounds - 1.0 && most <= rounds + 2.0,
        },
        Figure {
            what: "the same: lateness p95",
            limit: "< 100 ms",
            measured: format!("{lateness_ms:.2} ms"),
            is_met: lateness_ms < 100.0,
        },
        Figure {
            what: "the same: values of the target that is too slow",
            limit: "none, all gaps",
            measured: slow_values.to_string(),
            is_met: slow_values == 0,
        },
    ])
}

/// How late after its round each reading was. The last one is that of the stop and has no round.
fn lateness_p95_ms(series: &[&ResourceSeries]) -> f64 {
    let due = series.iter().filter_map(|series| Some(series.points.split_last()?.1)).flatten();
    let mut late_ms: Vec<f64> = due.map(|(t_ns, _)| (to_f64(*t_ns) % INTERVAL_NS) / 1e6).collect();
    late_ms.sort_by(f64::total_cmp);
    late_ms.get(late_ms.len() * 95 / 100).copied().unwrap_or(f64::NAN)
}

/// The same load with and without a sampler, in an order that takes out a drift: without, with, with, without.
async fn observer(length: Duration) -> Result<Figure, Box<dyn Error>> {
    let mut without_us = Vec::new();
    let mut with_us = Vec::new();
    for is_sampled in [false, true, true, false] {
        let run = run(length, is_sampled.then(|| Sampling::of(sources()))).await?;
        let p99 = run.scenarios[0].latency.response.quantile(Quantile::P99);
        let p99_us = p99.map_or(f64::NAN, |quantile| to_f64(quantile.value_ns) / 1e3);
        if is_sampled { with_us.push(p99_us) } else { without_us.push(p99_us) }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / to_f64(values.len() as u64);
    let change = (mean(&with_us) / mean(&without_us) - 1.0) * 100.0;
    let noise = (without_us[0] / without_us[1] - 1.0).abs() * 100.0;
    Ok(Figure {
        what: "response p99 of 1,000/s with a sampler against without",
        limit: "< 2 %, or within the noise of two runs without",
        measured: format!("{change:+.2} % of {:.0} µs (noise {noise:.2} %)", mean(&without_us)),
        is_met: change < noise.max(2.0),
    })
}
