//! One process with its children.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod meter;
#[cfg(not(target_os = "linux"))]
mod portable;
#[cfg(target_os = "linux")]
mod tree;

use std::time::Duration;

use async_trait::async_trait;
use plimsoll_model::{EventKind, TargetKind, Unit};

#[cfg(target_os = "linux")]
use self::linux::Reader;
#[cfg(not(target_os = "linux"))]
use self::portable::Reader;
use crate::source::{Description, Noticed, Reading, Source, SourceError};

const METRICS: [Description; 6] = [
    Description::new("cpu", Unit::Ratio),
    Description::new("memory", Unit::Bytes),
    Description::new("threads", Unit::Count),
    Description::new("file_descriptors", Unit::Count),
    Description::new("disk_read", Unit::BytesPerSecond),
    Description::new("disk_write", Unit::BytesPerSecond),
];

/// A process with its children, and theirs.
///
/// CPU is in cores and never clamped: a process that keeps two cores busy reads 2. Work of children that
/// ended between two readings is in it. What once belonged to the process still does after its parent has
/// gone. Memory is the sum of resident sets, in which pages that processes share count once for each.
#[derive(Debug)]
pub struct Process {
    target: String,
    pid: u32,
    reader: Reader,
    alive: bool,
    noticed: Vec<Noticed>,
}

impl Process {
    /// This very process, as target `process`.
    #[must_use]
    pub fn own() -> Process {
        Process::with_target("process".to_owned(), std::process::id())
    }

    /// The process that has this id at the first reading, as target `process:ID`. When it has ended, another
    /// with the same id is not taken for it.
    ///
    /// ```
    /// use plimsoll_resources::{Process, Source};
    ///
    /// assert_eq!(Process::with_pid(42).target(), "process:42");
    /// assert_eq!(Process::with_pid(42).labelled("db").target(), "process:db");
    /// ```
    #[must_use]
    pub fn with_pid(pid: u32) -> Process {
        Process::with_target(format!("process:{pid}"), pid)
    }

    /// The same process as target `process:LABEL`, which is the same in every run.
    #[must_use]
    pub fn labelled(self, label: &str) -> Process {
        Process { target: format!("process:{label}"), ..self }
    }

    fn with_target(target: String, pid: u32) -> Process {
        Process { target, pid, reader: Reader::new(pid), alive: false, noticed: Vec::new() }
    }

    /// Notes the end of a process that was there before.
    fn end(&mut self, detail: &str) {
        if std::mem::take(&mut self.alive) {
            let detail = detail.to_owned();
            self.noticed.push(Noticed { kind: EventKind::Die, detail, age: Duration::ZERO });
        }
    }
}

#[async_trait]
impl Source for Process {
    fn target(&self) -> &str {
        &self.target
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Process
    }

    fn metrics(&self) -> &[Description] {
        &METRICS
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        if let Some(reading) = self.reader.read() {
            self.alive = true;
            return Ok(reading);
        }
        let detail = format!("the process with the id {} has ended, or never was", self.pid);
        self.end(&detail);
        Err(SourceError::NotRunning { target: self.target.clone(), detail })
    }

    fn noticed(&mut self) -> Vec<Noticed> {
        std::mem::take(&mut self.noticed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Larger than any process id that a kernel gives.
    const NOBODY: u32 = u32::MAX;

    #[tokio::test]
    async fn a_process_that_never_was_is_not_running_and_did_not_end() {
        let mut process = Process::with_pid(NOBODY);
        let error = process.read().await.expect_err("there is no such process");
        assert!(matches!(error, SourceError::NotRunning { .. }), "{error}");
        assert_eq!(process.noticed(), []);
    }

    #[tokio::test]
    async fn the_end_of_a_process_is_noticed_once() {
        let mut process = Process::own();
        process.read().await.expect("this process is running");
        process.reader = Reader::new(NOBODY);
        for _ in 0..2 {
            process.read().await.expect_err("there is no such process");
        }
        let kinds: Vec<_> = process.noticed().iter().map(|noticed| noticed.kind).collect();
        assert_eq!(kinds, [EventKind::Die]);
    }
}
