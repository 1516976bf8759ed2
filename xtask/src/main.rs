//! `cargo xtask`: reads the command line, calls the command, returns its exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{
    analyze, baseline, check, ci, compare, export_metrics, gate, perf_ci, report, run, tidy, trends,
};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The main job: benchmarks, load tests, comparison, report, metrics, one exit code
    PerfCi(perf_ci::Args),
    /// Standing load scenarios on a service, one or all of them, and profiles
    Run(run::Args),
    /// Hold a stored result against targets, and against an earlier one
    Compare(compare::Args),
    /// Measure two builds in turn until it is clear whether one is worse
    Gate(gate::Args),
    /// Record, show and promote what results are compared with
    Baseline(baseline::Args),
    /// Show stored results in another form
    Report(report::Args),
    /// Say what stored results mean: bottlenecks, recommendations, scaling, leaks
    Analyze(analyze::Args),
    /// Show how figures developed over a folder of results, as a page for a browser
    Trends(trends::Args),
    /// Give metrics of stored results to Prometheus: in a file, or on a port
    ExportMetrics(export_metrics::Args),
    /// Tell what is here, which limits of this machine are low, and what to do about it
    Check(check::Args),
    /// Run every check that a change must pass, or take the long measurements
    Ci(ci::Args),
    /// Check the house rules: allowed edges, documented modules, schemas, manifests, words
    Tidy(tidy::Args),
}

impl Command {
    fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Command::PerfCi(args) => perf_ci::run(args),
            Command::Run(args) => run::run(args),
            Command::Compare(args) => compare::run(args),
            Command::Gate(args) => gate::run(args),
            Command::Baseline(args) => baseline::run(args),
            Command::Report(args) => report::run(args),
            Command::Analyze(args) => analyze::run(args),
            Command::Trends(args) => trends::run(args),
            Command::ExportMetrics(args) => export_metrics::run(args),
            Command::Check(args) => check::run(args),
            Command::Ci(args) => ci::run(args),
            Command::Tidy(args) => tidy::run(args),
        }
    }
}

/// Usage, configuration, missing or unreadable input; clap ends with the same for what it refuses.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    Cli::parse().command.run().unwrap_or_else(|error| {
        // When standard error is closed there is nobody left to tell; the exit code still says it.
        let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
        ExitCode::from(USAGE)
    })
}
