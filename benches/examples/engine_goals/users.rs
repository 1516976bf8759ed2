//! What a user costs who only waits.

use std::process::{Command, ExitCode};
use std::time::Duration;

use plimsoll::{Load, Profile, op};

use crate::row::Row;

/// The argument that makes this program a run of sleeping users.
pub(crate) const COMMAND: &str = "sleep";

const USERS: u64 = 100_000;
const ROUNDS: usize = 3;

pub(crate) fn measure() -> Vec<Row> {
    let figures = (0..ROUNDS).map(|_| (in_process(USERS) - in_process(1)) / USERS as f64).collect();
    vec![Row::goal(format!("{USERS} sleeping users, each"), "≤ 900", figures, "bytes", |bytes| {
        bytes <= 900.0
    })]
}

/// Bytes of memory that a process of its own takes with that many.
fn in_process(users: u64) -> f64 {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args([COMMAND, &users.to_string()]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Lets users sleep a second each, and prints the most memory that was resident.
pub(crate) fn sleep(users: Option<u64>) -> ExitCode {
    let Some(users) = users else { return ExitCode::FAILURE };
    let load = Load::new("sleep")
        .operation(op("sleep", |cx| async move { cx.sleep(Duration::from_secs(1)).await }))
        .measure(Profile::users(users, Duration::from_secs(3)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = runtime.block_on(load.run()).unwrap();
    assert!(run.scenarios[0].counts.ok >= users, "all of them slept");
    println!("{}", peak_memory());
    ExitCode::SUCCESS
}

/// The most memory of this process that was resident, in bytes.
pub(crate) fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024
}
