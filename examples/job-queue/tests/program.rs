//! The program as a process: signals, streams, exit codes, files.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use plimsoll::model::{Document, Set, Status, StopCause, read};
use rustix::process::{Pid, Signal, kill_process};
use support::{latest, program, run};

fn signal(child: &Child) {
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(id, Signal::INT).unwrap();
}

/// Starts the program and waits until it says something on the standard error that holds these words.
fn started(folder: &Path, arguments: &[&str], words: &str) -> (Child, impl FnMut(&str)) {
    let mut child =
        program(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut wait_for = move |words: &str| {
        let found = lines.by_ref().map_while(Result::ok).any(|line| line.contains(words));
        assert!(found, "it never said {words:?}");
    };
    wait_for(words);
    (child, wait_for)
}

#[test]
fn the_first_signal_drains_and_leaves_a_report_marked_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--iterations", "2", "--duration", "60s"];
    let (mut child, _said) = started(folder.path(), &arguments, "iteration 1 of 2");
    signal(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let set = latest(folder.path());
    assert_eq!((set.verdict.status, set.runs.len()), (Status::Interrupted, 1));
    let run = &set.runs[0].run;
    assert_eq!(run.stop.cause, StopCause::Interrupt);
    assert!(run.scenarios[0].counts.is_conserved() && run.scenarios[0].counts.cancelled == 0);
    let report = std::fs::read_to_string(folder.path().join("report.md")).unwrap();
    assert!(report.contains("INTERRUPTED"), "{report}");
}

#[test]
fn the_second_signal_stops_at_once_and_every_file_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    // A result from before is there, and must be whole and readable afterwards.
    assert!(program(folder.path()).args(["--requests", "20"]).output().unwrap().status.success());
    let arguments =
        ["--iterations", "2", "--duration", "60s", "--profile", "enterprise", "--slow-down", "1000%"];
    let (mut child, mut said) = started(folder.path(), &arguments, "iteration 1 of 2");
    signal(&child);
    said("once more");
    signal(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(latest(folder.path()).verdict.status, Status::Pass);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.contains("tmp") && !name.starts_with('.'), "{name} is a part of a file");
    }
}

#[test]
fn piped_there_is_no_escape_byte_and_no_line_beyond_80_columns() {
    let (output, _folder) = run(&["--requests", "50", "--sample", "host,process"]);
    assert_eq!(output.status.code(), Some(0));
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8(stream.clone()).unwrap();
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.lines().all(|line| line.chars().count() <= 80), "{report}");
    assert!(report.starts_with("✓ PASS  job-queue") || report.starts_with("PASS  job-queue"), "{report}");
}

#[test]
fn as_json_there_is_only_the_document_on_standard_output() {
    let (output, folder) = run(&["--requests", "50", "--format", "json", "--progress", "lines"]);
    let reading = read::json("stdout", output.stdout.as_slice()).unwrap();
    assert_eq!(reading.document, Document::Set(latest(folder.path())));
}

#[test]
fn a_missed_threshold_ends_with_1_and_wrong_usage_with_2() {
    let (output, _folder) = run(&["--requests", "100", "--threshold", "p95 < 1ns"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("p95 < 1ns"));
    for arguments in [
        &["--profile", "tiny"][..],
        &["--slow-down", "lots"],
        &["--threshold", "p95"],
        &["--users", "0"],
        &["--users", "5", "--rate", "5"],
        &["--duration", "-1s"],
        &["--protocol", "soaking"],
        &["--unknown"],
        &["--protocol", "isolation", "--threshold", "p99 < 1us"],
        &["--protocol", "isolation", "--iterations", "3"],
        &["--dedicated-threads", "9999999", "--requests", "5"],
    ] {
        let (output, _folder) = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_folder_of_results_that_is_a_file_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    let output = program(&file).args(["--duration", "1h"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("is a file; expected a folder"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn protocols_pass_and_isolation_fails_under_a_shared_semaphore_with_the_tenant_named() {
    for protocol in ["isolation", "over-limit", "rapid-cycling"] {
        let (output, folder) = run(&["--protocol", protocol]);
        assert_eq!(output.status.code(), Some(0), "{protocol}");
        assert_eq!(latest(folder.path()).protocol.unwrap().name, protocol);
    }
    let (output, folder) = run(&["--protocol", "isolation", "--shared-semaphore"]);
    assert_eq!(output.status.code(), Some(1));
    let reasons = latest(folder.path()).verdict.reasons.join("\n");
    assert!(reasons.contains("tenant-"), "{reasons}");
}

#[test]
fn more_workers_and_more_data_say_what_they_do_or_that_there_are_not_enough_points() {
    let (output, folder) =
        run(&["--scale-workers", "1,2,4", "--users", "4", "--duration", "800ms", "--iterations", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let set = latest(folder.path());
    assert_eq!(set.runs.len(), 6);
    let law = |set: &Set| set.protocol.as_ref().unwrap().scenarios[0].metadata["law"].to_string();
    assert!(law(&set).contains("2 runs each"), "{}", law(&set));
    assert_eq!(set.analysis.and_then(|analysis| analysis.scaling).unwrap().dimension, "workers");
    let (_, folder) = run(&["--scale-records", "5,10", "--users", "4", "--duration", "200ms"]);
    assert!(law(&latest(folder.path())).contains("not enough points: 2 levels, and a law takes 3"));
    let (output, _folder) = run(&["--scale-workers", "1,0"]);
    assert_eq!(output.status.code(), Some(2));
}
