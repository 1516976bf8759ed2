//! `cargo xtask gate`: measures two builds in turn until it is clear whether one is worse.
//!
//! Each replicate is a process of its own, in the order that the gate asks for. With `--against` both sides are
//! built in a git worktree, which is gone again afterwards, whatever happened.

mod bench;
mod steps;
mod workshop;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgGroup;
use plimsoll::baseline::gate::Looks;
use plimsoll_cli::Color;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
#[command(group(ArgGroup::new("sides").required(true).args(["against", "a"])))]
pub struct Args {
    /// Compare what is here with this revision; untracked files are left out
    #[arg(long, value_name = "REV", conflicts_with_all = ["a", "b"])]
    pub against: Option<String>,

    /// The baseline's program with its arguments, split at spaces; it must take --out DIR
    #[arg(long, value_name = "CMD", requires = "b")]
    pub a: Option<String>,

    /// The candidate's program with its arguments, split at spaces; it must take --out DIR
    #[arg(long, value_name = "CMD", requires = "a")]
    pub b: Option<String>,

    /// The example that is built with --against
    #[arg(long, value_name = "NAME", default_value = "job-queue")]
    pub example: String,

    /// After how many runs a side to look whether the answer is clear [default: 6,10,16, or what the baseline says]
    #[arg(long, value_name = "N,N,…")]
    pub looks: Option<Looks>,

    /// First measure how far equals lie apart here: 80 runs of side A, which raise the margins
    #[arg(long)]
    pub calibrate: bool,

    /// What decides, how grave it is, and which changes matter: regression and gate of a baseline file (YAML)
    #[arg(long, value_name = "FILE")]
    pub baseline: Vec<PathBuf>,

    /// The folder of results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,

    /// End with 4 when there is too little to decide
    #[arg(long)]
    pub fail_on_inconclusive: bool,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Arguments of both sides
    #[arg(last = true, value_name = "ARG")]
    pub arguments: Vec<String>,
}

/// Measures both sides in turn, and answers.
///
/// # Errors
/// When a revision is not known, a side cannot be built or started, or results cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(steps::perform(args))?.into())
}
