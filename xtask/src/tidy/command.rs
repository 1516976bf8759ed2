//! The command line of tidy.

use std::io::Write;
use std::process::ExitCode;

use super::{Finding, Gravity, Workspace, check, renew};

/// What `cargo xtask tidy` accepts.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write what is generated (docs/schema/) anew, then check
    #[arg(long)]
    pub fix: bool,
}

/// Checks the workspace around the current folder. Prints the findings, sorted, one on each line.
///
/// Ends with 0 when there are none but notes, otherwise with 1.
///
/// # Errors
/// When the current folder is in no workspace, or a manifest of it cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let root = Workspace::root_around(&std::env::current_dir()?)?;
    let mut out = std::io::stdout().lock();
    if args.fix {
        for file in renew(&root)? {
            writeln!(out, "{file}: renewed")?;
        }
    }
    let findings = check(&Workspace::load(&root)?);
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    let failures = failures(&findings);
    writeln!(out, "tidy: findings {failures}, notes {}", findings.len() - failures)?;
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn failures(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.gravity == Gravity::Failure).count()
}
