//! A profile of a process that runs, taken by a real perf.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs `cargo xtask run profile` with arguments.
fn profile(arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["run", "profile", "--out"]).arg(folder.path()).args(arguments);
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    (command.stdin(Stdio::null()).output().unwrap(), folder)
}

/// Whether there is a perf; where it must be and is not, the test fails.
fn has_perf() -> bool {
    let version = Command::new("perf").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if version.is_ok_and(|status| status.success()) {
        return true;
    }
    let is_required =
        std::env::var("PLIMSOLL_REQUIRE").is_ok_and(|parts| parts.split(',').any(|part| part == "perf"));
    assert!(!is_required, "PLIMSOLL_REQUIRE names perf, and it is missing");
    drop(std::io::Write::write_all(&mut std::io::stdout(), b"skipped: no perf\n"));
    false
}

/// Uses CPU until it is told to stop.
#[inline(never)]
fn turn_in_circles(stop: &AtomicBool) -> u64 {
    let mut turns = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
    turns
}

#[test]
fn the_flame_graph_and_the_table_name_the_functions_of_a_process() {
    if !has_perf() {
        return;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let spinning = Arc::clone(&stop);
    let thread = std::thread::spawn(move || turn_in_circles(&spinning));
    let (output, folder) = profile(&["--pid", &std::process::id().to_string(), "--duration", "1s"]);
    stop.store(true, Ordering::Relaxed);
    thread.join().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let left = folder.path().join("profile");
    let graph = std::fs::read_to_string(left.join("flamegraph.svg")).unwrap();
    assert!(graph.starts_with("<?xml") && graph.contains("turn_in_circles"), "{said}");
    let table = std::fs::read_to_string(left.join("top20.txt")).unwrap();
    assert!(table.contains("turn_in_circles") && said.contains(&table), "{said}");
    assert!(!left.join("perf.data").exists());
}

#[test]
fn who_is_not_there_is_told_and_ends_with_2() {
    for (arguments, expected) in [
        (&["--name", "nobody-is-called-so"][..], "nobody-is-called-so"),
        (&["--pid", "0"], "--pid"),
        (&["--pid", "1", "--name", "init"], "--name"),
        (&["--duration", "soon"], "--duration"),
    ] {
        let (output, _folder) = profile(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {said}");
        // Without perf it is that what is told first.
        assert!(said.contains(expected) || said.contains("perf is not here"), "{arguments:?} {said}");
    }
}
