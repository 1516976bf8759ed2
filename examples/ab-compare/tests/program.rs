//! The program as a process: systems of its own, and systems that run somewhere.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::process::{Command, Output, Stdio};

use plimsoll::model::{Counts, DropCause, Side, Status};
use plimsoll_cli::read_set;

fn run(arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ab-compare"));
    command.arg("--out").arg(folder.path()).args(["--progress", "none"]).args(arguments);
    (command.stdin(Stdio::null()).output().unwrap(), folder)
}

#[test]
fn both_systems_answer_every_route_and_are_judged_by_five_checks() {
    let (output, folder) = run(&["--looks", "6", "--duration", "300ms"]);
    // Which of them is better is this machine's affair.
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{text}");
    let set = read_set(folder.path()).unwrap();
    for side in [Side::A, Side::B] {
        let runs: Vec<_> = set.runs.iter().filter(|place| place.side == Some(side)).collect();
        assert_eq!(runs.len(), 6);
        for scenario in runs.iter().flat_map(|place| &place.run.scenarios) {
            assert!(scenario.counts.ok > 0 && scenario.counts.failed == 0, "{side:?} {}", scenario.name);
        }
    }
    let found = &set.protocol.unwrap().scenarios[0].metadata;
    let names = [
        "latency_acceptable",
        "memory_efficiency",
        "no_regression",
        "overall",
        "scalability",
        "success_rate",
    ];
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), names);
    assert_eq!(set.comparisons.len(), 1);
}

#[test]
fn a_route_that_is_far_slower_fails_the_check_and_is_named() {
    let arguments = ["--b", "monolith", "--slow-down", "1000%", "--looks", "6", "--duration", "300ms"];
    let (output, folder) = run(&arguments);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    let set = read_set(folder.path()).unwrap();
    assert_eq!(set.verdict.status, Status::Fail);
    assert!(set.verdict.reasons.iter().any(|reason| reason.contains("search")), "{:?}", set.verdict);
}

#[test]
fn systems_that_are_not_there_are_a_clear_answer_and_no_crash() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let side = "{base_url: 'http://user:s3cret@127.0.0.1:1', websocket_url: 'ws://127.0.0.1:1'}";
    std::fs::write(file.path(), format!("a: {side}\nb: {side}\n")).unwrap();
    let path = file.path().to_str().unwrap();
    let (output, folder) = run(&["--config", path, "--looks", "6", "--duration", "100ms"]);
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(1 | 3)), "{said}");
    assert!(said.contains("connection refused") && !said.contains("s3cret"), "{said}");
    assert!(!std::fs::read_to_string(folder.path().join("latest.json")).unwrap().contains("s3cret"));
}

#[test]
fn compression_that_is_asked_for_is_measured_and_what_it_is_not_is_said() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let side = "{base_url: 'http://127.0.0.1:1', websocket_url: 'ws://127.0.0.1:1', compression: true}";
    std::fs::write(file.path(), format!("a: {side}\nb: {side}\n")).unwrap();
    let path = file.path().to_str().unwrap();
    let condition = ["--threshold", "rate.compressed > 99%"];
    let (_, folder) =
        run(&[&["--config", path, "--looks", "6", "--duration", "100ms"][..], &condition].concat());
    let set = read_set(folder.path()).unwrap();
    assert!(set.caveats.iter().any(|caveat| caveat.message.contains("WebSockets go uncompressed")));
    assert_eq!(set.runs[0].run.thresholds[0].status, Status::Invalid, "nothing was answered");
}

#[test]
fn a_circuit_breaker_spares_a_system_that_fails_and_what_it_refuses_is_dropped() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let side = "{base_url: 'http://127.0.0.1:1', websocket_url: 'ws://127.0.0.1:1'";
    let text = format!("a: {side}}}\nb: {side}, circuit_breaker: {{failures: 3, open_for: 1h}}}}\n");
    std::fs::write(file.path(), text).unwrap();
    let path = file.path().to_str().unwrap();
    let (output, folder) = run(&["--config", path, "--looks", "6", "--users", "4", "--duration", "200ms"]);
    assert!(matches!(output.status.code(), Some(1 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    let set = read_set(folder.path()).unwrap();
    for place in &set.runs {
        let scenarios = || place.run.scenarios.iter().map(|scenario| &scenario.counts);
        assert!(scenarios().all(Counts::is_conserved));
        let failed: u64 = scenarios().map(|counts| counts.failed).sum();
        let refused: u64 = scenarios().filter_map(|counts| counts.dropped.get(&DropCause::CircuitOpen)).sum();
        match place.side {
            // Those of the other users were out already.
            Some(Side::B) => assert!((3..3 + 4).contains(&failed) && refused > 0, "{failed}, {refused}"),
            _ => assert!(failed > 6 && refused == 0, "{failed}, {refused}"),
        }
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["--a", "mainframe"][..],
        &["--slow-down", "-5%"],
        &["--iterations", "3"],
        &["--config", "/nonexistent/pair.yaml"],
        &["--looks", "0"],
    ] {
        let (output, _folder) = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
