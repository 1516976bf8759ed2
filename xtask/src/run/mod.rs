//! `cargo xtask run`: the standing load scenarios on a service, one or all of them, and profiles.
//!
//! Each mode is an example that runs as a release process of its own. Without `--target` the service is the built-in one
//! of `http-load`, in a process of its own that all modes share. Whatever it is, it is asked first whether it is up.

mod mode;
mod profile;
mod service;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use plimsoll_cli::{Color, ProgressMode};

pub use self::mode::{Mode, Scenario};
pub use self::profile::ProfileArgs;
use crate::parts;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What is run.
    #[command(subcommand)]
    pub what: What,
}

/// What is run.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// 5 users for 5 minutes, to warm the service up
    Warmup(LoadArgs),
    /// Each component of a query service by itself, on its p99
    Components(LoadArgs),
    /// 5 users for 10 minutes
    Steady(LoadArgs),
    /// 50 users for 5 minutes
    Peak(LoadArgs),
    /// 100 users for 2 minutes, and how soon the service is itself again
    Stress(LoadArgs),
    /// 20 users for an hour
    Sustained(LoadArgs),
    /// Where a program spends its time: a flame graph, and the 20 functions that take most
    Profile(ProfileArgs),
    /// Warm-up, components, steady, peak, stress and sustained, then analysis and report
    All {
        /// Leave out the hour
        #[arg(long)]
        skip_sustained: bool,
        /// The rest.
        #[command(flatten)]
        load: LoadArgs,
    },
}

/// What all modes but profiles take.
#[derive(Debug, Clone, clap::Args)]
pub struct LoadArgs {
    /// Where to send requests [default: the built-in service of http-load]
    #[arg(long, value_name = "URL")]
    pub target: Option<String>,

    /// How much of its time each scenario takes: 0.01 makes 6 seconds of 10 minutes. Components have as many samples at
    /// any scale
    #[arg(long, value_name = "X", default_value = "1", value_parser = scale)]
    pub scale: f64,

    /// The folder of results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,

    /// Targets to judge by (YAML)
    #[arg(long, value_name = "FILE", default_value = "baselines/query-service.yaml")]
    pub baseline: Vec<PathBuf>,

    /// End with 4 when there is too little to decide
    #[arg(long)]
    pub fail_on_inconclusive: bool,

    /// Draw no charts beside the report
    #[arg(long)]
    pub no_charts: bool,

    /// What goes to the standard error while a load runs
    #[arg(long, value_name = "MODE", default_value = "auto")]
    pub progress: ProgressMode,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Further flags of http-load, or of components where those are run alone, after --: -- --token-env MY_TOKEN
    #[arg(last = true, value_name = "FLAGS")]
    pub more: Vec<String>,
}

/// A scale from a thousandth to a hundredfold.
fn scale(text: &str) -> Result<f64, String> {
    let scale = text.trim().parse().ok().filter(|scale| (0.001..=100.0).contains(scale));
    scale.ok_or_else(|| "expected a number from 0.001 to 100".to_owned())
}

/// Runs what was asked for.
///
/// # Errors
/// When targets cannot be read, the service is not up, an example cannot be built or started, there is no profiler, or
/// results cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        match &args.what {
            What::Warmup(load) => steps::perform(load, &[Mode::Warmup]).await,
            What::Components(load) => steps::perform(load, &[Mode::Components]).await,
            What::Steady(load) => steps::perform(load, &[Mode::Steady]).await,
            What::Peak(load) => steps::perform(load, &[Mode::Peak]).await,
            What::Stress(load) => steps::perform(load, &[Mode::Stress]).await,
            What::Sustained(load) => steps::perform(load, &[Mode::Sustained]).await,
            What::All { skip_sustained, load } => steps::perform(load, Mode::all(*skip_sustained)).await,
            What::Profile(profile) => profile::perform(profile).await,
        }
    });
    Ok(parts::exit(ended)?.into())
}
