//! How often the comparison finds a planted slow-down of one route, and how often it stays quiet for two identical
//! systems: prints a table in Markdown, and fails when a goal is missed.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be taken should say so")]

use std::process::{Command, ExitCode, Stdio};

/// Repeats of each; the figure that is given on the command line instead is for a look.
const REPEATS: u32 = 20;

fn main() -> ExitCode {
    let repeats = std::env::args().nth(1).map_or(REPEATS, |repeats| repeats.parse().unwrap());
    println!("| what | goal | found | met |\n|---|---|---|---|");
    let identical = failures(repeats, "0%");
    let planted = failures(repeats, "20%");
    let rows = [
        ("two identical monoliths: a check fails", "≤ 5 %", identical, identical * 20 <= repeats),
        ("search slowed down by 20 %: a check fails", "≥ 90 %", planted, planted * 10 >= repeats * 9),
    ];
    for (what, goal, found, is_met) in rows {
        println!("| {what} | {goal} | {found} of {repeats} | {} |", if is_met { "yes" } else { "**no**" });
    }
    if rows.iter().all(|(_, _, _, is_met)| *is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How many of some comparisons of a monolith with itself, search on one side slowed down, end with a failed check.
fn failures(repeats: u32, slow_down: &str) -> u32 {
    let own = std::env::current_exe().unwrap();
    // Cargo puts this program below the folder of the one that it starts.
    let program = own.parent().and_then(std::path::Path::parent).unwrap().join("ab-compare");
    let out = std::env::temp_dir().join(format!("plimsoll-ab-goals-{}", std::process::id()));
    let compare = |_: &u32| {
        let status = Command::new(&program)
            .args(["--b", "monolith", "--slow-down", slow_down, "--progress", "none", "--out"])
            .arg(&out)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match status.unwrap().code() {
            Some(0) => false,
            Some(1) => true,
            other => panic!("{} ended with {other:?}; is it built?", program.display()),
        }
    };
    let failed = (0..repeats).filter(compare).count();
    // Nobody needs the last result any more.
    let _ = std::fs::remove_dir_all(&out);
    u32::try_from(failed).unwrap()
}
