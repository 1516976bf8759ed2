//! Making a recording the baseline.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use plimsoll_cli::read_set;

use super::Named;
use super::store::Store;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    named: Named,

    /// A stored result instead of what was recorded: a run, a set, or a folder with latest.json
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// Replaces the baseline by a set that passed.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = Store::of(&args.named)?;
    let from = args.from.clone().unwrap_or_else(|| store.candidate());
    let set = read_set(&from)?;
    let kept = store.promote(&set)?;
    if args.from.is_none() {
        // It is the baseline now; a second copy would only be promoted again by mistake.
        std::fs::remove_file(&from)?;
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{} is now {}", store.data().display(), set.id)?;
    if let Some(kept) = kept {
        writeln!(out, "the one before is kept in {}", kept.display())?;
    }
    Ok(ExitCode::SUCCESS)
}
