//! The long form of the goals of statistics: prints their table in Markdown and fails when a goal is missed.
//!
//! `cargo run --release -p plimsoll-metrics --example statistics_goals -- 2000`, where the number is that of the
//! trials for each figure. The seeds are fixed: the same number gives the same table.

#[path = "../tests/stats/goals/mod.rs"]
mod goals;

use std::io::{self, Write};
use std::process::ExitCode;

const TRIALS: u32 = 2_000;

fn main() -> io::Result<ExitCode> {
    let trials = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(TRIALS);
    let mut out = io::stdout().lock();
    writeln!(out, "| goal | what | limit | simulated | trials | met |\n|---|---|---|---|---|---|")?;
    let mut missed = false;
    for goal in goals::GOALS {
        for figure in goal(trials) {
            missed |= !figure.holds();
            writeln!(out, "{figure}")?;
        }
    }
    Ok(if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
