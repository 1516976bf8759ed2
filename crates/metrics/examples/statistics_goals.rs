//! The long form of the goals of statistics: prints their table in Markdown and fails when a goal is missed.
//!
//! `cargo run --release -p plimsoll-metrics --example statistics_goals -- 2000`, where the number is that of the
//! trials for each figure. The seeds are fixed: the same number gives the same table.

#[path = "../tests/stats/goals/mod.rs"]
mod goals;

use std::io;
use std::process::ExitCode;

use plimsoll_metrics::simulation::write_table;

const TRIALS: u32 = 2_000;

fn main() -> io::Result<ExitCode> {
    let trials = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(TRIALS);
    let all_met = write_table(&goals::GOALS, trials, &mut io::stdout().lock())?;
    Ok(if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
