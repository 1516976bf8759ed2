//! The program as a process: what it leaves, and how it ends.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use plimsoll::model::Quantile;
use plimsoll_cli::read_set;
use workflow::document::SECTIONS;
use workflow::engine::Part;

struct Ran {
    output: Output,
    results: tempfile::TempDir,
    /// What the program has for a temporary folder.
    scratch: tempfile::TempDir,
}

fn run(arguments: &[&str]) -> Ran {
    let (results, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_workflow"));
    command.arg("--out").arg(results.path()).args(["--progress", "none"]).args(arguments);
    let output = command.env("TMPDIR", scratch.path()).stdin(Stdio::null()).output().unwrap();
    Ran { output, results, scratch }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// How often each part comes in a workflow.
fn in_each_workflow() -> BTreeMap<&'static str, u64> {
    let sections = SECTIONS as u64;
    let of = |part: Part| match part {
        Part::ApiRequest => 2,
        Part::AgentQueue | Part::AgentTask => sections + 2,
        Part::Event => sections + 3,
        Part::BlackboardRead | Part::BlackboardWrite => 2 * sections + 1,
        Part::RoundTrip => sections,
        Part::StoreWrite | Part::StoreRead => 1,
    };
    Part::ALL.map(|part| (part.name(), of(part))).into()
}

#[test]
fn one_report_has_the_throughput_and_the_latency_of_every_part() {
    let ran = run(&["--duration", "1500ms", "--users", "4"]);
    assert_eq!(ran.output.status.code(), Some(0), "{}", said(&ran.output));
    let set = read_set(ran.results.path()).unwrap();
    let run = &set.runs[0].run;
    let [workflow] = &run.scenarios[..] else { panic!("one operation") };
    assert!(workflow.counts.ok > 20 && workflow.counts.is_conserved(), "{:?}", workflow.counts);
    assert_eq!(workflow.counts.ok, workflow.counts.started);
    let in_time = workflow.throughput.achieved_per_s;
    let found: BTreeMap<&str, u64> =
        workflow.steps.iter().map(|step| (step.name.as_str(), step.ok)).collect();
    let expected: BTreeMap<&str, u64> =
        in_each_workflow().into_iter().map(|(part, times)| (part, times * workflow.counts.ok)).collect();
    assert_eq!(found, expected);
    for step in &workflow.steps {
        let times = in_each_workflow()[step.name.as_str()] as f64;
        let per_s = step.per_s.unwrap();
        assert!((per_s / (times * in_time) - 1.0).abs() < 1e-9, "{}: {per_s}/s, {in_time}/s", step.name);
        let median =
            |latency: &plimsoll::model::LatencySummary| latency.quantile(Quantile::P50).unwrap().value_ns;
        assert!(median(&step.latency) > 0 && step.latency.count == step.ok, "{}", step.name);
        assert!(median(&step.latency) <= median(&workflow.latency.response), "{}", step.name);
    }
    let report = String::from_utf8(ran.output.stdout).unwrap();
    assert!(Part::ALL.iter().all(|part| report.contains(part.name())), "{report}");
    assert_eq!(std::fs::read_dir(ran.scratch.path()).unwrap().count(), 0, "its files are gone with it");
}

#[test]
fn conditions_may_be_about_the_parts() {
    let well = ["--threshold", "throughput(event) > 10/s", "--threshold", "p50(store_read) < 10s"];
    let ran = run(&[&["--requests", "100"][..], &well].concat());
    assert_eq!(ran.output.status.code(), Some(0), "{}", said(&ran.output));
    let ran = run(&["--requests", "100", "--threshold", "throughput(agent_task) > 1000000000/s"]);
    assert_eq!(ran.output.status.code(), Some(1), "{}", said(&ran.output));
}

#[test]
fn a_rate_and_a_scenario_file_say_what_is_offered() {
    let ran = run(&["--rate", "50", "--duration", "1s", "--sync", "--words", "5"]);
    // A machine that is busy with other things may hand arrivals out late.
    assert!(matches!(ran.output.status.code(), Some(0 | 3)), "{}", said(&ran.output));
    assert_eq!(read_set(ran.results.path()).unwrap().runs[0].run.scenarios[0].counts.ok, 50);
    let file = tempfile::NamedTempFile::new().unwrap();
    let text =
        "duration: 500ms\nload_pattern: {type: constant, users: 2}\nthresholds: [\"error_rate < 1%\"]\n";
    std::fs::write(file.path(), text).unwrap();
    let ran = run(&["--scenario", file.path().to_str().unwrap()]);
    assert_eq!(ran.output.status.code(), Some(0), "{}", said(&ran.output));
    assert_eq!(read_set(ran.results.path()).unwrap().runs[0].run.thresholds.len(), 1);
}

#[test]
fn an_engine_that_is_full_is_errors_in_the_report_and_no_crash() {
    let ran = run(&["--capacity", "1", "--agents", "1", "--users", "16", "--requests", "400"]);
    assert_eq!(ran.output.status.code(), Some(0), "{}", said(&ran.output));
    let set = read_set(ran.results.path()).unwrap();
    let workflow = &set.runs[0].run.scenarios[0];
    assert!(workflow.counts.failed > 0 && workflow.counts.is_conserved(), "{:?}", workflow.counts);
    assert_eq!((workflow.errors.len(), workflow.errors[0].kind.as_str()), (1, "status 5xx"));
}

#[test]
fn wrong_usage_ends_with_2_before_anything_runs() {
    for arguments in [
        &["--agents", "0"][..],
        &["--capacity", "none"],
        &["--words", "0"],
        &["--words", "1000000"],
        &["--users", "5", "--rate", "5"],
        &["--threshold", "p99(store_wirte) < 5ms"],
        &["--scenario", "/nonexistent/scenario.yaml"],
        &["--unknown"],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.output.status.code(), Some(2), "{arguments:?} {}", said(&ran.output));
        assert!(!ran.output.stderr.is_empty() && ran.output.stdout.is_empty(), "{arguments:?}");
    }
}
