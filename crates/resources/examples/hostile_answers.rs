//! Damaged answers of Docker engines and of cAdvisor, read as if they were whole: a table in Markdown.
//!
//! `cargo run --release -p plimsoll-resources --features hostile --example hostile_answers -- 1000000`, where the
//! number is how many are read. Ends with a panic at the first that a parser does not survive, or whose values are
//! no numbers.

use std::io::{self, Write};

use plimsoll_resources::hostile;

const ANSWERS: u64 = 1_000_000;
const SEED: u64 = 42;

fn main() -> io::Result<()> {
    let answers = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(ANSWERS);
    let read = hostile::read(answers, SEED);
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| damaged answers read | of which still counters | values that followed | panics, values that are no number |"
    )?;
    writeln!(out, "|---|---|---|---|")?;
    writeln!(out, "| {} | {} | {} | 0 |", read.answers, read.frames, read.values)
}
