//! What showing progress costs: the same load with and without it, in turn, in one process.
//!
//! Prints a table and fails when the goal is missed: throughput and p99 differ by less than 1 %, or by less than what
//! chance makes of them. Run it in release, in a terminal to see the bar, or without one to see the lines:
//!
//! ```sh
//! cargo run --release -p plimsoll-cli --example progress_cost -- 20
//! ```

use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use plimsoll::metrics::observe;
use plimsoll::metrics::stats::mean_interval;
use plimsoll::model::MetricRef;
use plimsoll::{Load, Profile, millis, op};
use plimsoll_cli::{Flags, Interrupts, Program, ProgressMode, Session, Streams};

/// Pairs of runs unless the command line says otherwise.
const PAIRS: u32 = 20;

/// Difference that is never worth a remark.
const GOAL: f64 = 0.01;

fn main() -> anyhow::Result<ExitCode> {
    let pairs = std::env::args().nth(1).map_or(Ok(PAIRS), |pairs| pairs.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| progress | metric | difference | 95 % interval | pairs | met |\n|---|---|---|---|---|---|"
    )?;
    let mut is_met = true;
    for (name, mode) in [("lines", ProgressMode::Lines), ("bar", ProgressMode::Bar)] {
        let differences = runtime.block_on(differences(mode, pairs))?;
        for (metric, values) in METRICS.iter().zip(differences) {
            let interval =
                mean_interval(&values, 0.95).context("too few pairs for an interval; 2 at least")?;
            let is_small = interval.value.abs() < GOAL || interval.covers(0.0);
            is_met &= is_small;
            let [value, lower, upper] = [interval.value, interval.lower, interval.upper].map(|it| it * 100.0);
            let met = if is_small { "yes" } else { "no" };
            writeln!(
                out,
                "| {name} | {metric} | {value:+.2} % | {lower:+.2} to {upper:+.2} % | {pairs} | {met} |"
            )?;
        }
    }
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const METRICS: [&str; 2] = ["throughput", "p99"];

/// Of each metric the relative differences of all pairs, with progress against without.
async fn differences(mode: ProgressMode, pairs: u32) -> anyhow::Result<[Vec<f64>; 2]> {
    let mut differences = [Vec::new(), Vec::new()];
    for pair in 0..pairs {
        // Each goes first in turn, so that a drift of the machine favours neither.
        let (with, without) = if pair % 2 == 0 {
            let with = figures(mode).await?;
            (with, figures(ProgressMode::None).await?)
        } else {
            let without = figures(ProgressMode::None).await?;
            (figures(mode).await?, without)
        };
        for (values, (with, without)) in differences.iter_mut().zip(with.into_iter().zip(without)) {
            values.push(with / without - 1.0);
        }
    }
    Ok(differences)
}

/// The figures of one run of two seconds.
async fn figures(mode: ProgressMode) -> anyhow::Result<[f64; 2]> {
    let mut flags = Flags::default();
    flags.output.progress = mode;
    let streams = Streams::standard(flags.output.color);
    let program = Program::new("progress_cost", env!("CARGO_PKG_VERSION"));
    let session = Session::with(&program, &flags, streams, Interrupts::default());
    let work = op("spin", |cx| async move {
        black_box((0..500).fold(cx.seed(), |hash: u64, n| hash.rotate_left(5) ^ n));
    });
    let load = Load::new("spin").operation(work).measure(Profile::users(4, millis(2_000)));
    let run = session.measure(load).await?;
    let mut figures = [0.0; 2];
    for (figure, metric) in figures.iter_mut().zip(METRICS) {
        let metric: MetricRef = metric.parse()?;
        *figure = observe(&run, &metric)?.context("nothing was measured")?.value;
    }
    Ok(figures)
}
