//! What it costs to sample ten containers every two seconds, and how punctual it is: a table in Markdown.
//!
//! Starts a Docker engine of its own, as root, and takes a minute. Fails when a goal is missed.

#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../tests/docker/engine.rs"]
mod engine;

use std::process::ExitCode;
use std::time::Duration;

use async_trait::async_trait;
use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{TargetKind, Unit};
use plimsoll_resources::{
    Container, Description, Process, Raw, Reading, Sampled, Sampler, Source, SourceError,
};

const CONTAINERS: usize = 10;
const LENGTH: Duration = Duration::from_secs(60);

/// Of a core, for the sampler's thread.
const MOST_CPU: f64 = 0.01;
/// From when a round should begin to when it does, for 95 of 100.
const MOST_LATE_MS: f64 = 100.0;

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
fn show(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}

/// A target that answers at once, so that its values lie where their rounds began.
struct Mark;

#[async_trait]
impl Source for Mark {
    fn target(&self) -> &str {
        "mark"
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Process
    }

    fn metrics(&self) -> &[Description] {
        const { &[Description::new("mark", Unit::Count)] }
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        Ok(Reading::of(vec![("mark", Raw::Gauge(1.0))]))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(engine) = engine::own() else { return ExitCode::SUCCESS };
    let names: Vec<_> = (1..=CONTAINERS).map(|number| format!("cost-{number}")).collect();
    names.iter().for_each(|name| engine.run(name, &["--memory", "64m"], "sleep 1000"));
    let container =
        |name: &String| Box::new(Container::named(name).of_engine(&engine.address())) as Box<dyn Source>;
    let timeline = Timeline::start(Clock::System);
    let daemon: Vec<Box<dyn Source>> =
        vec![Box::new(Process::with_pid(engine.daemon_pid()).labelled("engine"))];
    let daemon = Sampler::start(daemon, Duration::from_secs(5), timeline.clone()).expect("a thread");
    let mark = std::iter::once(Box::new(Mark) as Box<dyn Source>);
    let sources = mark.chain(names.iter().map(container)).collect();
    let sampler = Sampler::start(sources, Sampler::INTERVAL, timeline).expect("a thread");
    tokio::time::sleep(LENGTH).await;
    let sampled = sampler.stop();
    let engine_cpu = daemon.stop().series[0].summary.mean.unwrap_or(0.0);
    if table(&sampled, engine_cpu) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Shows the figures; whether all goals are met.
fn table(sampled: &Sampled, engine_cpu: f64) -> bool {
    let cpu = sampled.sampler.cpu_ratio.unwrap_or(f64::INFINITY);
    let (round_ms, answer_ms) = (late_ms(sampled, "mark"), late_ms(sampled, "memory"));
    let readings =
        sampled.series.iter().filter(|series| series.metric == "memory").map(|series| series.summary.count);
    let (fewest, most) = (readings.clone().min().unwrap_or(0), readings.max().unwrap_or(0));
    let whole = (30..=32).contains(&fewest) && most <= 32;
    show(format_args!("| {CONTAINERS} containers every 2 s for 60 s | measured | goal |\n|---|---|---|"));
    show(format_args!(
        "| CPU of the sampler's thread | {:.2} % of a core | < {:.0} % |",
        cpu * 100.0,
        MOST_CPU * 100.0
    ));
    show(format_args!("| CPU of the engine meanwhile | {:.2} % of a core | |", engine_cpu * 100.0));
    show(format_args!("| readings of each container | {fewest} to {most} | 31 ± 1 |"));
    show(format_args!("| round late, p95 | {round_ms:.1} ms | < {MOST_LATE_MS:.0} ms |"));
    show(format_args!("| answer of the engine, p95 | {answer_ms:.1} ms | |"));
    cpu < MOST_CPU && round_ms < MOST_LATE_MS && whole
}

/// How long after the beginning of a round a metric was read, for 95 of 100. The first round, which connects and
/// gives the zero, and the last, which comes with the stop, are left out.
fn late_ms(sampled: &Sampled, metric: &str) -> f64 {
    let interval_ns = u64::try_from(Sampler::INTERVAL.as_nanos()).expect("it fits");
    let begun_ns = sampled.series[0].points.first().map_or(0, |(t_ns, _)| *t_ns);
    let series = sampled.series.iter().filter(|series| series.metric == metric);
    let mut late: Vec<u64> = series
        .flat_map(|series| series.points.iter().skip(1).rev().skip(1))
        .map(|(t_ns, _)| t_ns.saturating_sub(begun_ns) % interval_ns)
        // A timer that is early by its own grain is not late by a round.
        .map(|late_ns| if late_ns > interval_ns - 2_000_000 { 0 } else { late_ns })
        .collect();
    late.sort_unstable();
    late.get(late.len() * 95 / 100).map_or(f64::INFINITY, |late_ns| to_f64(*late_ns) / 1e6)
}
