//! `cargo xtask perf-ci`: the main job. Benchmarks, load tests, comparison, report, metrics: one exit code.
//!
//! Five steps, each said on the standard error as it begins; the report goes to the standard output. The
//! examples run as release processes of their own, one after the other, and leave their sets in a folder of
//! parts; the sets are joined into one. With `--every` it does so again and again: [`every`].

pub mod every;
mod scope;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use plimsoll_cli::{Color, ProgressMode, length};

pub use self::scope::Scope;
pub use self::steps::remember;
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

    /// Do it again and again, and tell who is named in the environment of what became worse, until asked to stop
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub every: Option<Duration>,

    /// Old results that are kept, with --every
    #[arg(long, value_name = "N", default_value_t = 168, requires = "every")]
    pub keep: usize,

    /// Megabytes that they may take together, with --every
    #[arg(long, value_name = "MB", default_value_t = 500, requires = "every")]
    pub keep_mb: u64,

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
/// be written; with `--every`, only what is found before the first time.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let exit = match args.every {
        Some(interval) => runtime.block_on(every::perform(args, interval)),
        None => runtime.block_on(steps::perform(args)),
    };
    Ok(parts::exit(exit)?.into())
}
