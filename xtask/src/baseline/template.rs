//! A record of a test that is kept by hand.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use plimsoll_cli::write_whole;

/// The record, empty.
const TEMPLATE: &str = include_str!("template.md");

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// Write it to a file that is not there yet, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Gives the empty record.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.out {
        None => io::stdout().lock().write_all(TEMPLATE.as_bytes())?,
        Some(path) => {
            ensure!(!path.exists(), "{} is there already; a record is not overwritten", path.display());
            write_whole(path, |out| out.write_all(TEMPLATE.as_bytes()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_every_section() {
        let headings: Vec<&str> = TEMPLATE.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(
            headings,
            [
                "Test metadata",
                "Hardware",
                "Software stack",
                "Component baselines",
                "Scenario results",
                "Resource summary",
                "Bottlenecks",
                "Optimisation tracking",
                "Scaling advice",
                "Findings",
                "Conclusions",
                "Sign-off",
            ]
        );
        for part in ["CPU", "GPU", "Memory", "Disk", "Network", "Before", "After"] {
            assert!(TEMPLATE.contains(&format!("| {part}")), "{part}");
        }
    }

    #[test]
    fn a_record_that_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let out = Some(folder.path().join("record.md"));
        run(&Args { out: out.clone() }).unwrap();
        assert!(run(&Args { out }).unwrap_err().to_string().contains("not overwritten"));
    }
}
