//! Real processes of this machine. Nothing here depends on how fast it is.

#![cfg(target_os = "linux")]

#[path = "common/disk.rs"]
mod disk;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{EventKind, GapCause};
use plimsoll_resources::{Host, Process, Raw, Sampler, Source, SourceError};

/// How often a machine is asked again on which others are at work: what they do can only add.
const TRIES: usize = 10;

/// What may pass a card meanwhile that is not ours, in bytes.
const OF_OTHERS: u64 = 10 << 20;

#[expect(clippy::print_stdout, reason = "what was not tested is evidence; shown with --nocapture")]
fn skipped(why: &str) {
    println!("skipped: no {why}");
}

/// A counter of a source.
async fn counter(source: &mut dyn Source, metric: &str) -> u64 {
    match source.read().await.expect("it is there").get(metric) {
        Some(Raw::Counter(count)) => *count,
        other => panic!("{metric}: {other:?}"),
    }
}

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

#[tokio::test]
async fn a_direct_write_to_a_disk_counts_once_for_the_machine() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder of its own");
    if let Err(why) = disk::below(folder.path()) {
        return skipped(&format!("disk ({why})"));
    }
    let mut host = Host::new();
    let mut counted = Vec::new();
    while counted.last().is_none_or(|bytes| !disk::WRITTEN.contains(bytes)) && counted.len() < TRIES {
        let before = counter(&mut host, "disk_write").await;
        write_directly(folder.path());
        counted.push(counter(&mut host, "disk_write").await - before);
    }
    assert!(counted.iter().all(|bytes| bytes >= disk::WRITTEN.start()), "{counted:?}");
    assert!(counted.last().is_some_and(|bytes| disk::WRITTEN.contains(bytes)), "{counted:?}");
}

fn write_directly(folder: &Path) {
    let command = disk::write_command(&folder.join("file").display().to_string());
    let status = Command::new("sh").args(["-c", &command]).stderr(Stdio::null()).status();
    assert!(status.expect("every Linux has a shell").success());
}

#[tokio::test]
async fn a_direct_write_of_a_child_counts_once_for_its_process() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder of its own");
    if let Err(why) = disk::below(folder.path()) {
        return skipped(&format!("disk ({why})"));
    }
    let command = disk::write_command(&folder.path().join("file").display().to_string());
    let (mut shell, mut output) = shell_on_demand(&format!("{command} 2>/dev/null"));
    let mut process = Process::with_pid(shell.id());
    let before = counter(&mut process, "disk_write").await;
    demand(&mut shell, &mut output);
    let written = counter(&mut process, "disk_write").await - before;
    assert!(disk::WRITTEN.contains(&written), "{written}");
    end(shell);
}

/// A shell that does something for each line, and says when it is done.
fn shell_on_demand(command: &str) -> (Child, BufReader<ChildStdout>) {
    let mut shell = Command::new("sh")
        .args(["-c", &format!("while read -r line; do {command}; echo done; done")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("every Linux has a shell");
    let output = BufReader::new(shell.stdout.take().expect("it is piped"));
    (shell, output)
}

fn demand(shell: &mut Child, output: &mut BufReader<ChildStdout>) {
    shell.stdin.as_mut().expect("it is piped").write_all(b"now\n").expect("it reads");
    output.read_line(&mut String::new()).expect("it answers");
}

#[tokio::test]
async fn what_passes_the_loopback_is_no_traffic_of_the_machine() {
    let mut host = Host::new();
    let reading = host.read().await.expect("it is always there");
    if let Some(Raw::Missing { detail, .. }) = reading.get("network_transmit") {
        return skipped(&format!("network ({detail})"));
    }
    let mut grown = Vec::new();
    while grown.last().is_none_or(|bytes| *bytes >= OF_OTHERS) && grown.len() < TRIES {
        let before = counter(&mut host, "network_transmit").await;
        through_the_loopback(100 << 20);
        grown.push(counter(&mut host, "network_transmit").await - before);
    }
    assert!(grown.last().is_some_and(|bytes| *bytes < OF_OTHERS), "{grown:?}");
}

/// Sends so many bytes from this process to itself.
fn through_the_loopback(bytes: u64) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    let sender = thread::spawn(move || {
        let mut stream = TcpStream::connect(address).expect("it listens");
        io::copy(&mut io::repeat(0).take(bytes), &mut stream).expect("it is read")
    });
    let (mut stream, _) = listener.accept().expect("it comes");
    assert_eq!(io::copy(&mut stream, &mut io::sink()).expect("it is sent"), bytes);
    assert_eq!(sender.join().expect("it ends"), bytes);
}

/// A gauge of a process that only this test knows.
async fn connections(process: &mut Process) -> f64 {
    match process.read().await.expect("it is running").get("connections") {
        Some(Raw::Gauge(count)) => *count,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_process_has_the_tcp_sockets_that_it_holds_and_no_others() {
    let _of_another = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let (shell, _output) = shell_with_child();
    assert_eq!(connections(&mut Process::with_pid(shell.id())).await, 0.0);
    end(shell);
    // Its input and output are the same socket, and its child shares it: it counts once.
    let stream = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
    let again = stream.try_clone().expect("there are files to be had");
    let mut shell = Command::new("sh")
        .args(["-c", "cat; true"])
        .stdin(std::os::fd::OwnedFd::from(stream))
        .stdout(std::os::fd::OwnedFd::from(again))
        .spawn()
        .expect("every Linux has a shell");
    assert_eq!(connections(&mut Process::with_pid(shell.id())).await, 1.0);
    drop(listener.accept().expect("it comes"));
    shell.wait().expect("it ends with its input");
}

#[tokio::test]
async fn traffic_of_a_process_in_the_network_of_others_is_a_gap_that_says_so() {
    let reading = Process::own().read().await.expect("it is running");
    let Some(Raw::Missing { cause, detail }) = reading.get("network_receive") else { panic!("{reading:?}") };
    assert_eq!(
        (*cause, detail.as_str()),
        (GapCause::Unsupported, "it shares a network, and the kernel counts by network alone")
    );
}
