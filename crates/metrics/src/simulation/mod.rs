//! Seeded simulation of how often a procedure errs: made-up noise whose truth is known, and figures beside their
//! goals.
//!
//! For the tests and the evidence of this workspace. The same seed gives the same figures everywhere.

mod figure;
mod machine;
mod noise;

use std::io::{self, Write};

pub use figure::Figure;
pub use machine::Machine;
pub use noise::{Law, Noise};

/// A goal: its simulation, given the number of trials for each figure.
pub type Goal = fn(u32) -> Vec<Figure>;

/// Writes the table of goals in Markdown; whether all of them are met.
///
/// # Errors
/// When the table cannot be written.
pub fn write_table(goals: &[Goal], trials: u32, out: &mut dyn Write) -> io::Result<bool> {
    writeln!(out, "| goal | what | limit | simulated | trials | met |\n|---|---|---|---|---|---|")?;
    let mut all_met = true;
    for figure in goals.iter().flat_map(|goal| goal(trials)) {
        all_met &= figure.holds();
        writeln!(out, "{figure}")?;
    }
    Ok(all_met)
}
