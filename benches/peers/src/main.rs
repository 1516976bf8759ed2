//! The same work under four load generators: plimsoll, rlt, balter and goose. Prints a table in Markdown.
//!
//! Each runs in a process of its own, one worker thread, a few times in turn with the others, as fast as it can. What
//! it reaches is counted by the work itself, between two readings in the middle of the run, so that no tool's way of
//! counting, starting or stopping matters: a thread beside the runtime takes the readings, prints them and ends the process.
//!
//! `peers [SECONDS] [ROUNDS]`: 8 seconds and 4 rounds unless said otherwise, about five minutes.

mod generator;
mod measured;
mod server;
mod work;

use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::generator::Generator;
use crate::measured::Measured;
use crate::server::Server;
use crate::work::Work;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [server::COMMAND] => server::serve()?,
        ["run", generator, work, seconds, address] => {
            let seconds = Duration::from_secs(seconds.parse()?);
            run(Generator::named(generator)?, Work::named(work)?, seconds, address)?;
        }
        [] => compare(8, 4)?,
        [seconds] => compare(seconds.parse()?, 4)?,
        [seconds, rounds] => compare(seconds.parse()?, rounds.parse()?)?,
        _ => bail!("expected SECONDS and ROUNDS, or nothing"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs all of them in turn and prints the table.
fn compare(seconds: u64, rounds: usize) -> anyhow::Result<()> {
    let server = Server::start()?;
    println!(
        "| work | generator | operations in a second | in a second of CPU | of plimsoll's |\n|---|---|---|---|---|"
    );
    for work in Work::ALL {
        let mut rows: Vec<(Generator, Vec<Measured>)> =
            Generator::ALL.into_iter().map(|generator| (generator, Vec::new())).collect();
        for round in 0..rounds {
            // Each is first once: a shared machine is not the same after a pause as in the middle of work.
            let first = round % rows.len();
            for index in (first..rows.len()).chain(0..first) {
                let (generator, measured) = &mut rows[index];
                measured.push(of_a_process(*generator, work, seconds, &server.address)?);
            }
        }
        let ours = measured::median(&rows[0].1, Measured::per_cpu_second);
        for (generator, measured) in &rows {
            let per_second = measured::spread(measured, Measured::per_second);
            let per_cpu_second = measured::spread(measured, Measured::per_cpu_second);
            let share = measured::median(measured, Measured::per_cpu_second) / ours;
            println!(
                "| {} | {} | {per_second} | {per_cpu_second} | {share:.2} |",
                work.name(),
                generator.name()
            );
        }
    }
    Ok(())
}

/// Has a generator do the work in a process of its own.
fn of_a_process(generator: Generator, work: Work, seconds: u64, address: &str) -> anyhow::Result<Measured> {
    let output = Command::new(std::env::current_exe()?)
        .args(["run", generator.name(), work.name(), &seconds.to_string(), address])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Measured::parse(&text).with_context(|| format!("{} on {}: {text}", generator.name(), work.name()))
}

/// One generator, in this process, until the thread that watches it ends the process.
fn run(generator: Generator, work: Work, length: Duration, address: &str) -> anyhow::Result<()> {
    work::aim_at(address);
    measured::watch(length);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    // Longer than it is watched for, so that nothing is measured of how it stops.
    runtime.block_on(generator.run(work, 2 * length))?;
    bail!("{} was over before it was measured", generator.name())
}
