//! The goals of the load engine, measured: prints tables in Markdown, and fails when a goal is missed.
//!
//! Every figure stands beside its bare counterpart or beside the truth, both taken in turn in one run, and is
//! the median of several rounds. Without arguments all of them; otherwise those that are named.

#![expect(clippy::print_stdout, reason = "the tables are what it is for")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be taken should say so")]

mod floor;
mod iteration;
mod open;
mod row;
mod server;
mod stall;
mod users;
mod variants;
mod virtual_time;

use std::process::ExitCode;

use row::Row;

/// What takes a measurement.
type Measure = fn() -> Vec<Row>;

/// All measurements, by name.
const MEASUREMENTS: [(&str, Measure); 6] = [
    ("iteration", iteration::measure),
    ("variants", variants::measure),
    ("open", open::measure),
    ("stall", stall::measure),
    ("users", users::measure),
    ("virtual", virtual_time::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(server::COMMAND) => return server::serve(),
        Some(users::COMMAND) => return users::sleep(arguments.get(1).and_then(|users| users.parse().ok())),
        _ => {}
    }
    let is_wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|wanted| wanted == name);
    row::heading();
    let mut missed = false;
    for (_, measure) in MEASUREMENTS.iter().filter(|(name, _)| is_wanted(name)) {
        for row in measure() {
            missed |= row.print();
        }
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
