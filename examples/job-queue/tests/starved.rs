//! A generator that does not get its time says so, instead of blaming the service.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::io::Read;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

fn signal(child: &Child, signal: Signal) {
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(id, signal).unwrap();
}

fn wait() {
    assert!(Command::new("sleep").arg("0.3").status().unwrap().success());
}

#[test]
fn a_starved_generator_makes_the_run_invalid_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_job-queue"))
        .args(["--rate", "20", "--duration", "4s", "--dedicated-threads", "1"])
        .arg("--out")
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while child.try_wait().unwrap().is_none() {
        signal(&child, Signal::STOP);
        wait();
        signal(&child, Signal::CONT);
        wait();
    }
    let mut report = String::new();
    child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{report}");
    assert!(report.contains("INVALID") && report.contains("generator"), "{report}");
}
