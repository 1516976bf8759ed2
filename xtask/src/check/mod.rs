//! `cargo xtask check`: what is here, and what of this machine stands in a load test's way.
//!
//! Looks and reports; it changes nothing. Exit code 0 when the main job can run, which takes nothing but Rust.

mod parts;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use plimsoll::resources::advice;

use self::parts::Part;
pub use self::table::Row;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// Prints two tables: the parts that are here, and the limits of this machine against advice.
///
/// # Errors
/// When standard output cannot be written to.
pub fn run(_: &Args) -> anyhow::Result<ExitCode> {
    let parts = parts::look();
    let can_run = parts.iter().filter(|part| part.is_needed).all(Part::is_here);
    let mut out = io::stdout().lock();
    writeln!(out, "Parts")?;
    write!(out, "{}", table::of(&part_rows(&parts)))?;
    writeln!(out, "\nThis machine, against advice for high load")?;
    write!(out, "{}", table::of(&advice_rows()))?;
    writeln!(out, "\n{}", conclusion(can_run))?;
    Ok(if can_run { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The limits of this machine against advice, a row each.
#[must_use]
pub fn advice_rows() -> Vec<Row> {
    let row = |advice: advice::Advice| Row {
        is_ok: advice.ok,
        name: advice.name.to_owned(),
        found: advice.found.unwrap_or_else(|| "–".to_owned()),
        note: if advice.ok { String::new() } else { format!("advised: {}; {}", advice.advised, advice.note) },
    };
    advice::check().into_iter().map(row).collect()
}

fn part_rows(parts: &[Part]) -> Vec<Row> {
    let row = |part: &Part| Row {
        is_ok: part.is_here(),
        name: part.name.to_owned(),
        found: part.found.clone().unwrap_or_else(|| "not here".to_owned()),
        note: if part.is_here() { String::new() } else { part.purpose.to_owned() },
    };
    parts.iter().map(row).collect()
}

fn conclusion(can_run: bool) -> &'static str {
    if can_run {
        "The main job can run: cargo xtask perf-ci --quick"
    } else {
        "The main job cannot run: it needs cargo and rustc on the path"
    }
}
