//! What it costs to sample ten containers every two seconds, and how punctual it is: a table in Markdown.
//!
//! Starts a Docker engine of its own, as root, and takes a minute. Fails when a goal is missed.

#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../tests/docker/engine.rs"]
mod engine;

use std::process::ExitCode;
use std::time::Duration;

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_resources::{Container, Process, Sampled, Sampler, Source};

const CONTAINERS: usize = 10;
const LENGTH: Duration = Duration::from_secs(60);

/// Of a core, for the sampler's thread.
const MOST_CPU: f64 = 0.01;
/// From when a reading should begin to when it is there, for 95 of 100.
const MOST_LATE_MS: f64 = 100.0;

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
fn show(line: std::fmt::Arguments<'_>) {
    println!("{line}");
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
    let sampler = Sampler::start(names.iter().map(container).collect(), Sampler::INTERVAL, timeline);
    let sampler = sampler.expect("a thread");
    tokio::time::sleep(LENGTH).await;
    let sampled = sampler.stop();
    let engine_cpu = daemon.stop().series[0].summary.mean.unwrap_or(0.0);
    if table(&sampled, engine_cpu) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Shows the figures; whether all goals are met.
fn table(sampled: &Sampled, engine_cpu: f64) -> bool {
    let cpu = sampled.sampler.cpu_ratio.unwrap_or(f64::INFINITY);
    let late_ms = late_ms(sampled);
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
    show(format_args!("| reading late, p95 | {late_ms:.1} ms | < {MOST_LATE_MS:.0} ms |"));
    cpu < MOST_CPU && late_ms < MOST_LATE_MS && whole
}

/// How long after the beginning of its round a reading was there, for 95 of 100. The first round, which connects,
/// and the last, which comes with the stop, are left out.
fn late_ms(sampled: &Sampled) -> f64 {
    let interval_ns = u64::try_from(Sampler::INTERVAL.as_nanos()).expect("it fits");
    let series = sampled.series.iter().filter(|series| series.metric == "memory");
    // The timeline began with the first round, but for the start of a thread.
    let mut late: Vec<u64> = series
        .flat_map(|series| series.points.iter().skip(1).rev().skip(1))
        .map(|(t_ns, _)| t_ns % interval_ns)
        .collect();
    late.sort_unstable();
    late.get(late.len() * 95 / 100).map_or(f64::INFINITY, |late_ns| to_f64(*late_ns) / 1e6)
}
