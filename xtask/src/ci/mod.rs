//! `cargo xtask ci`: every check that a change must pass; with `--long`, the measurements that take too long for
//! it.

mod measurement;
mod page;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, ensure};
use plimsoll::Sitting;
use plimsoll_cli::write_whole;

use self::measurement::{MEASUREMENTS, Measurement};
use self::page::Page;
use crate::root;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Take the long measurements instead, and write their tables to docs/evidence.md
    #[arg(long)]
    pub long: bool,
    /// Of the long measurements only those whose title has this in it; the tables of the others stay
    #[arg(long, value_name = "WORDS", requires = "long")]
    pub only: Option<String>,
}

/// Where the tables of the long measurements lie.
const EVIDENCE: &str = "docs/evidence.md";

/// Runs the checks, or takes the long measurements.
///
/// # Errors
/// When a program cannot be started or the tables cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let root = root()?;
    if args.long { long(&root, args.only.as_deref().unwrap_or_default()) } else { short(&root) }
}

fn short(root: &Path) -> anyhow::Result<ExitCode> {
    let status =
        Command::new("bash").arg(".ci/run").current_dir(root).status().context("bash cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn long(root: &Path, only: &str) -> anyhow::Result<ExitCode> {
    let is_wanted =
        |measurement: &&Measurement| measurement.title.to_lowercase().contains(&only.to_lowercase());
    ensure!(MEASUREMENTS.iter().any(|measurement| is_wanted(&measurement)), "{}", nothing_is_called(only));
    let path = root.join(EVIDENCE);
    let mut page = Page::parse(&fs::read_to_string(&path).unwrap_or_default());
    let mut exit = ExitCode::SUCCESS;
    for measurement in MEASUREMENTS.iter().filter(is_wanted) {
        let sitting = Sitting::begin("evidence", crate::tool(), "dev");
        let output = Command::new("cargo")
            .args(measurement.command.split_whitespace())
            .current_dir(root)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cargo cannot be started")?;
        let table = String::from_utf8(output.stdout).context("a measurement printed no text")?;
        ensure!(!table.is_empty(), "{} printed no table; what went wrong stands above", measurement.title);
        page.put(measurement.title, section(measurement, &sitting, &table));
        if !output.status.success() {
            exit = ExitCode::FAILURE;
        }
        // After each, so that an hour of measuring is not lost with the one that fails.
        write_whole(&path, |out| out.write_all(page.to_string().as_bytes()))?;
    }
    Ok(exit)
}

fn nothing_is_called(only: &str) -> String {
    let titles: Vec<&str> = MEASUREMENTS.iter().map(|measurement| measurement.title).collect();
    format!("no measurement has {only:?} in its title; there are: {}", titles.join(", "))
}

fn section(measurement: &Measurement, sitting: &Sitting, table: &str) -> String {
    let Measurement { about, command, .. } = measurement;
    let revision = sitting.revision().unwrap_or_else(|| "no revision".to_owned());
    let (started, machine) = (sitting.started(), sitting.machine());
    format!("{about}\n\nMade by `cargo {command}`: {started}, {machine}, {revision}.\n\n{table}")
}
