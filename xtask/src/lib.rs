//! The project's own commands, one module each, as functions that tests can call.
//!
//! A command is a module with two items of the same shape everywhere:
//!
//! - `Args`, what its command line accepts;
//! - `run(&Args) -> anyhow::Result<ExitCode>`, which writes results to standard output. An error is a usage,
//!   configuration or input error and ends the program with 2; every other outcome is a code of its own.
//!
//! To add one: copy [`tidy`], name it here, and add a variant to `Command` in `main.rs`.

pub mod alerts;
pub mod analyze;
pub mod baseline;
pub mod check;
pub mod ci;
pub mod compare;
mod example;
pub mod export_metrics;
pub mod gate;
mod parts;
pub mod perf_ci;
pub mod report;
pub mod run;
pub mod schema;
mod signals;
pub mod stored;
pub mod tidy;
pub mod trends;
mod trouble;

use std::path::PathBuf;

use anyhow::Context;
use plimsoll::model::Tool;

/// What the results of this program say of it.
#[must_use]
pub fn tool() -> Tool {
    Tool { name: "cargo xtask".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), git: None }
}

/// Where this workspace is: the current folder or one around it.
///
/// # Errors
/// When none of them is a workspace.
pub fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("the current folder is not there")?;
    tidy::Workspace::root_around(&here)
}
