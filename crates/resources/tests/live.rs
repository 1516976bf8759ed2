//! Real processes of this machine. Nothing here depends on how fast it is.

#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{EventKind, GapCause};
use plimsoll_resources::{Host, Process, Raw, Sampler, Source, SourceError};

/// A shell that waits for its child, which gives back each line.
fn shell_with_child() -> (Child, BufReader<ChildStdout>) {
    let mut shell = Command::new("sh")
        .args(["-c", "cat; true"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("every Linux has a shell");
    let mut output = BufReader::new(shell.stdout.take().expect("it is piped"));
    let input = shell.stdin.as_mut().expect("it is piped");
    input.write_all(b"there\n").expect("the child reads");
    // Once the line is back, the child is running.
    output.read_line(&mut String::new()).expect("the child writes");
    (shell, output)
}

fn end(mut shell: Child) {
    drop(shell.stdin.take());
    shell.wait().expect("it ends with its input");
}

#[tokio::test]
async fn a_process_is_read_with_its_children() {
    let (shell, _output) = shell_with_child();
    let reading = Process::with_pid(shell.id()).read().await.expect("it is running");
    assert_eq!(reading.get("threads"), Some(&Raw::Gauge(2.0)));
    end(shell);
}

#[tokio::test]
async fn a_process_that_ended_is_not_running_and_its_end_is_noticed() {
    let (shell, _output) = shell_with_child();
    let mut process = Process::with_pid(shell.id()).labelled("shell");
    process.read().await.expect("it is running");
    end(shell);
    let error = process.read().await.expect_err("it has ended");
    assert!(matches!(&error, SourceError::NotRunning { target, .. } if target == "process:shell"), "{error}");
    assert_eq!(process.noticed().first().map(|noticed| noticed.kind), Some(EventKind::Die));
}

#[test]
fn a_sampled_machine_has_a_series_for_each_metric_and_says_what_it_cost() {
    let sources: Vec<Box<dyn Source>> = vec![Box::new(Host::new()), Box::new(Process::own())];
    let metrics: usize = sources.iter().map(|source| source.metrics().len()).sum();
    let sampler = Sampler::start(sources, Duration::from_millis(10), Timeline::start(Clock::System))
        .expect("there is a thread to be had");
    let sampled = sampler.stop();
    assert_eq!(sampled.series.len(), metrics);
    assert!(sampled.sampler.ticks >= 1 && sampled.sampler.cpu_ratio.is_some(), "{:?}", sampled.sampler);
}

#[test]
fn a_process_that_never_was_is_a_gap_in_every_series_and_no_zero() {
    let sources: Vec<Box<dyn Source>> = vec![Box::new(Process::with_pid(u32::MAX))];
    let sampler = Sampler::start(sources, Sampler::INTERVAL, Timeline::start(Clock::System))
        .expect("there is a thread to be had");
    for series in sampler.stop().series {
        assert!(series.points.iter().all(|(_, value)| value.is_none()), "{series:?}");
        assert!(series.gaps.iter().all(|gap| gap.cause == GapCause::NotRunning), "{series:?}");
    }
}
