//! The long form of the goals of comparisons: prints their table in Markdown and fails when a goal is missed.
//!
//! `cargo run --release -p plimsoll-baseline --example gate_goals -- 2000`, where the number is that of the trials
//! for each figure. The seeds are fixed: the same number gives the same table.

#[path = "../tests/suite/goals/mod.rs"]
mod goals;
#[path = "../tests/suite/support/sets.rs"]
mod support;

use std::io;
use std::process::ExitCode;

use plimsoll_metrics::simulation::write_table;

const TRIALS: u32 = 2_000;

fn main() -> io::Result<ExitCode> {
    let trials = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(TRIALS);
    let all_met = write_table(&goals::GOALS, trials, &mut io::stdout().lock())?;
    Ok(if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
