//! What a load over HTTP costs, beside a bare loop and beside other tools: prints a table in Markdown, and fails
//! when a goal is missed.
//!
//! The server is the nginx of the machine, alone on core 1; every generator runs on core 0, in turn, several
//! rounds, each round in another order. Requests are those that the server counted, CPU time is that of the
//! generator's process and of all that it started. Tools that are not there are told and left out: `oha` is
//! looked for on the path and in `target/peers/bin`, rlt and goose in `benches/peers`.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be taken should say so")]

mod bare;
mod generator;
mod nginx;
mod table;

use std::process::ExitCode;

use generator::{Generator, Measured};
use nginx::Nginx;

/// Rounds; the figures are their medians.
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, url, seconds] = &arguments[..]
        && command == bare::COMMAND
    {
        return bare::run(url, seconds.parse().unwrap());
    }
    let rounds = arguments.first().map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let seconds = arguments.get(1).map_or(10, |seconds| seconds.parse().unwrap());
    let nginx = Nginx::start();
    let generators = Generator::all(&nginx.url(), seconds);
    let mut measured: Vec<Vec<Measured>> = generators.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for turn in 0..generators.len() {
            let index = (round + turn) % generators.len();
            measured[index].extend(generators[index].measure(&nginx));
        }
    }
    if table::print(&generators, &measured) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
