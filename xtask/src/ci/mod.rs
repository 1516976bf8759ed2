//! `cargo xtask ci`: every check that a change must pass; with `--long`, the measurements that take too long for
//! it.

mod measurement;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, ensure};
use plimsoll::Sitting;
use plimsoll_cli::write_whole;

use self::measurement::{MEASUREMENTS, Measurement};
use crate::root;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Take the long measurements instead, and write their tables to docs/evidence.md
    #[arg(long)]
    pub long: bool,
}

/// Where the tables of the long measurements lie.
const EVIDENCE: &str = "docs/evidence.md";

/// Runs the checks, or takes the long measurements.
///
/// # Errors
/// When a program cannot be started or the tables cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let root = root()?;
    if args.long { long(&root) } else { short(&root) }
}

fn short(root: &Path) -> anyhow::Result<ExitCode> {
    let status =
        Command::new("bash").arg(".ci/run").current_dir(root).status().context("bash cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn long(root: &Path) -> anyhow::Result<ExitCode> {
    let sitting = Sitting::begin("evidence", crate::tool(), "dev");
    let mut page = heading(&sitting);
    let mut exit = ExitCode::SUCCESS;
    for measurement in &MEASUREMENTS {
        let output = Command::new("cargo")
            .args(measurement.command.split_whitespace())
            .current_dir(root)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cargo cannot be started")?;
        let table = String::from_utf8(output.stdout).context("a measurement printed no text")?;
        ensure!(!table.is_empty(), "{} printed no table; what went wrong stands above", measurement.title);
        page.push_str(&section(measurement, &table));
        if !output.status.success() {
            exit = ExitCode::FAILURE;
        }
    }
    write_whole(&root.join(EVIDENCE), |out| out.write_all(page.as_bytes()))?;
    Ok(exit)
}

fn heading(sitting: &Sitting) -> String {
    format!(
        "# Evidence\n\nWhat was measured at length, by `cargo xtask ci --long`, which writes this page.\n\n\
         - {}\n- {}\n- {}\n",
        sitting.started(),
        sitting.machine(),
        sitting.revision().unwrap_or_else(|| "no revision".to_owned()),
    )
}

fn section(measurement: &Measurement, table: &str) -> String {
    let Measurement { title, about, command } = measurement;
    format!("\n## {title}\n\n{about}\n\nMade by `cargo {command}`.\n\n{table}")
}
