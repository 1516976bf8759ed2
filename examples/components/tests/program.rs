//! The program as a process: what it leaves, and how it ends.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::process::{Command, Output, Stdio};

use plimsoll::model::Status;
use plimsoll_cli::read_set;

fn run(arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_components"));
    command.arg("--out").arg(folder.path()).args(["--progress", "none"]).args(arguments);
    if !arguments.contains(&"--vectors") {
        command.args(["--vectors", "500"]);
    }
    (command.stdin(Stdio::null()).output().unwrap(), folder)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn every_component_is_in_the_result_and_in_the_table() {
    let (output, folder) = run(&["--samples", "4"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let set = read_set(folder.path()).unwrap();
    let names = ["embedding", "search", "api", "llm", "end_to_end"];
    let found: Vec<_> = set.runs.iter().map(|place| place.run.scenarios[0].name.as_str()).collect();
    assert_eq!(found, names);
    for (place, name) in set.runs.iter().zip(names) {
        assert_eq!(
            (place.workload.as_str(), place.run.scenarios[0].counts.ok),
            (&*format!("components/{name}"), 4)
        );
        assert!(said(&output).contains(name), "{}", said(&output));
    }
    let steps: Vec<_> = set.runs[4].run.scenarios[0].steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(steps, ["embedding", "search", "llm"]);
    assert!(set.derived_config["llm"].starts_with("stand-in: 200ms"), "{:?}", set.derived_config);
    assert!(folder.path().join("report.html").is_file());
    assert!(["p50", "p95", "p99", "success"].iter().all(|column| said(&output).contains(column)));
}

#[test]
fn a_quick_component_passes_on_its_p99_and_few_samples_are_too_few_to_say() {
    let (output, folder) = run(&["--component", "search"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(read_set(folder.path()).unwrap().verdict.status, Status::Pass, "{}", said(&output));
    let (output, folder) = run(&["--component", "search", "--samples", "100"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(read_set(folder.path()).unwrap().verdict.status, Status::Inconclusive);
}

#[test]
fn a_component_that_is_too_slow_fails_and_is_named() {
    for (name, by) in [("embedding", "250ms"), ("search", "550ms"), ("api", "150ms"), ("llm", "5s")] {
        let slow_down = format!("{name}={by}");
        let (output, folder) = run(&["--component", name, "--samples", "2", "--slow-down", &slow_down]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", said(&output));
        let verdict = read_set(folder.path()).unwrap().verdict;
        assert!(verdict.reasons.iter().any(|reason| reason.contains(&format!("p99({name})"))), "{verdict:?}");
    }
}

#[test]
fn the_whole_way_is_as_slow_as_its_slowest_part() {
    let (output, folder) = run(&["--component", "end_to_end", "--samples", "2", "--slow-down", "search=5s"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let scenario = &read_set(folder.path()).unwrap().runs[0].run.scenarios[0];
    assert!(scenario.latency.response.min_ns > 5_000_000_000);
}

#[test]
fn wrong_usage_ends_with_2_before_anything_runs() {
    for arguments in [
        &["--component", "telepathy"][..],
        &["--samples", "0"],
        &["--samples", "5", "--duration", "1s"],
        &["--batch", "13"],
        &["--batch", "0"],
        &["--slow-down", "search"],
        &["--slow-down", "telepathy=1s"],
        &["--slow-down", "search=soon"],
        &["--rate", "-1"],
        &["search"],
        &["--vectors", "499"],
        &["--vectors", "50001"],
    ] {
        let (output, _folder) = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", said(&output));
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
    }
}
