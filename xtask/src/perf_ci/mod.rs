//! `cargo xtask perf-ci`: the main job. Benchmarks, load tests, comparison, report, metrics: one exit code.
//!
//! Five steps, each said on the standard error as it begins; the report goes to the standard output. The
//! examples run as release processes of their own, one after the other, and leave their sets in a folder of
//! parts; the sets are joined into one.

mod scope;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;

use plimsoll_cli::{Color, ProgressMode};

pub use self::scope::Scope;
use crate::parts;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Only the small profile, a few minutes with the build
    #[arg(long, conflicts_with = "full")]
    pub quick: bool,

    /// All profiles
    #[arg(long)]
    pub full: bool,

    /// The folder of results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,

    /// Targets to judge by (YAML)
    #[arg(long, value_name = "FILE", default_value = "baselines/default.yaml")]
    pub baseline: Vec<PathBuf>,

    /// An earlier result to compare with
    #[arg(long, value_name = "FILE")]
    pub previous: Option<PathBuf>,

    /// End with 1 when the result is worse than the earlier one
    #[arg(long)]
    pub fail_on_regression: bool,

    /// End with 4 when there is too little to decide
    #[arg(long)]
    pub fail_on_inconclusive: bool,

    /// Draw no charts beside the report
    #[arg(long)]
    pub no_charts: bool,

    /// Sample no resources
    #[arg(long)]
    pub no_memory: bool,

    /// What goes to the standard error while a load runs
    #[arg(long, value_name = "MODE", default_value = "auto")]
    pub progress: ProgressMode,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// Runs the main job.
///
/// # Errors
/// When targets or the earlier result cannot be read, an example cannot be built or started, or results cannot
/// be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(parts::exit(runtime.block_on(steps::perform(args)))?.into())
}
