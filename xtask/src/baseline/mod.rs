//! `cargo xtask baseline`: what a result is compared with, from recording it to replacing it.
//!
//! Beside `NAME.yaml`, which people write, a baseline has `NAME.data.json`, a set with its replicates and
//! histograms. `record` measures a candidate, `promote` makes it the baseline and keeps the one before,
//! `show` says what is there, and `template` is a record to be kept by hand.

mod promote;
mod record;
mod show;
mod store;
mod template;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Measure a candidate for a baseline; nothing is kept of one that fails
    Record(record::Args),
    /// Say what a baseline holds, what it can find, and how its history developed
    Show(show::Args),
    /// Make the candidate the baseline; the one before is kept beside it
    Promote(promote::Args),
    /// A record of a test to be kept by hand (Markdown)
    Template(template::Args),
}

/// Which baseline.
#[derive(Debug, Clone, clap::Args)]
struct Named {
    /// Its name, such as default
    #[arg(value_name = "NAME")]
    name: String,

    /// The folder of baselines
    #[arg(long, value_name = "DIR", default_value = "baselines")]
    folder: PathBuf,
}

/// Does what was asked for.
///
/// # Errors
/// When a file is missing, cannot be read or written, or what is asked for is refused.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Record(args) => record::run(args),
        Command::Show(args) => show::run(args),
        Command::Promote(args) => promote::run(args),
        Command::Template(args) => template::run(args),
    }
}
