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
use self::linux::{Reader, named};
#[cfg(not(target_os = "linux"))]
use self::portable::{Reader, named};
use crate::environment::Room;
use crate::source::{Description, Noticed, Reading, Source, SourceError};

const METRICS: [Description; 9] = [
    Description::new("cpu", Unit::Ratio),
    Description::new("memory", Unit::Bytes),
    Description::new("threads", Unit::Count),
    Description::new("file_descriptors", Unit::Count),
    Description::new("disk_read", Unit::BytesPerSecond),
    Description::new("disk_write", Unit::BytesPerSecond),
    Description::new("network_receive", Unit::BytesPerSecond),
    Description::new("network_transmit", Unit::BytesPerSecond),
    Description::new("connections", Unit::Count),
];

/// A process with its children, and theirs.
///
/// CPU is in cores and never clamped: a process that keeps two cores busy reads 2. Work of children that
/// ended between two readings is in it. What once belonged to the process still does after its parent has
/// gone. Memory is the sum of resident sets, in which pages that processes share count once for each.
#[derive(Debug)]
pub struct Process {
    target: String,
    wanted: Wanted,
    /// The process that was found, until its end is seen.
    found: Option<Found>,
    noticed: Vec<Noticed>,
}

/// Which process is meant.
#[derive(Debug)]
enum Wanted {
    /// The one that has the id at the first reading, and no other.
    Pid { pid: u32, end: Option<End> },
    /// The one that has the name, and after its end the next one.
    Name { name: String, had_one: bool },
}

#[derive(Debug)]
struct Found {
    pid: u32,
    reader: Reader,
    /// Whether it was there at a reading.
    is_seen: bool,
}

impl Process {
    /// This very process, as target `process`.
    #[must_use]
    pub fn own() -> Process {
        Process::with_target("process".to_owned(), Wanted::Pid { pid: std::process::id(), end: None })
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
        Process::with_target(format!("process:{pid}"), Wanted::Pid { pid, end: None })
    }

    /// The process of that name, as target `process:NAME`: the file name of its program, or what it calls
    /// itself. One that starts later is found then, and one that starts after the end of the first is followed
    /// as another life.
    ///
    /// Where several processes have the name, the one that is the ancestor of all others is meant; with several
    /// such families nothing is read, and the gap names their ids.
    #[must_use]
    pub fn named(name: &str) -> Process {
        let wanted = Wanted::Name { name: name.to_owned(), had_one: false };
        Process::with_target(format!("process:{name}"), wanted)
    }

    /// The ids of the processes of that name that descend from no other of that name: one where
    /// [`Process::named`] knows which is meant.
    #[must_use]
    pub fn ids_of(name: &str) -> Vec<u32> {
        named(name)
    }

    /// The same process as target `process:LABEL`, which is the same in every run.
    #[must_use]
    pub fn labelled(self, label: &str) -> Process {
        Process { target: format!("process:{label}"), ..self }
    }

    fn with_target(target: String, wanted: Wanted) -> Process {
        Process { target, wanted, found: None, noticed: Vec::new() }
    }

    /// The process to read, which is looked for where none is known.
    fn find(&mut self) -> Result<&mut Found, SourceError> {
        if self.found.is_none() {
            let pid = self.look()?;
            self.found = Some(Found { pid, reader: Reader::new(pid), is_seen: false });
        }
        Ok(self.found.as_mut().expect("it has just been found"))
    }

    fn look(&self) -> Result<u32, SourceError> {
        let target = || self.target.clone();
        let name = match &self.wanted {
            Wanted::Pid { pid, end: None } => return Ok(*pid),
            Wanted::Pid { pid, end: Some(end) } => {
                return Err(SourceError::NotRunning { target: target(), detail: end.of(*pid) });
            }
            Wanted::Name { name, .. } => name,
        };
        match named(name).as_slice() {
            [] => {
                let detail = format!("no process is called {name:?}");
                Err(SourceError::NotRunning { target: target(), detail })
            }
            [pid] => Ok(*pid),
            several => {
                let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
                let ids = ids.join(", ");
                let detail = format!("several processes are called {name:?}: {ids}; give the id of one");
                Err(SourceError::Unavailable { target: target(), detail })
            }
        }
    }

    fn notice(&mut self, kind: EventKind, detail: String) {
        self.noticed.push(Noticed { kind, detail, age: Duration::ZERO });
    }

    /// Notes that the process is there; a start only where one of the same name was there before.
    fn seen(&mut self, pid: u32) {
        if let Wanted::Name { had_one, .. } = &mut self.wanted
            && std::mem::replace(had_one, true)
        {
            self.notice(EventKind::Start, format!("the process with the id {pid} took its place"));
        }
    }

    /// Notes that the process is gone, and its end where it was there before. Says what is known of it.
    fn gone(&mut self, pid: u32) -> String {
        let was_there = self.found.take().is_some_and(|found| found.is_seen);
        if let Wanted::Pid { end, .. } = &mut self.wanted {
            *end = Some(if was_there { End::Ended } else { End::NeverThere });
        }
        if was_there {
            self.notice(EventKind::Die, End::Ended.of(pid));
        }
        if was_there { End::Ended.of(pid) } else { End::NeverThere.of(pid) }
    }
}

/// Why there is nothing to read any more.
#[derive(Debug, Clone, Copy)]
enum End {
    Ended,
    NeverThere,
}

impl End {
    fn of(self, pid: u32) -> String {
        match self {
            End::Ended => format!("the process with the id {pid} has ended"),
            End::NeverThere => format!("there is no process with the id {pid}"),
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

    fn capacity(&self, metric: &str) -> Option<f64> {
        let pid = self.found.as_ref()?.pid;
        match metric {
            "cpu" => Some(Room::of(pid).cores),
            "memory" => Room::of(pid).memory_bytes,
            _ => None,
        }
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        let found = self.find()?;
        let pid = found.pid;
        if let Some(reading) = found.reader.read() {
            if !std::mem::replace(&mut found.is_seen, true) {
                self.seen(pid);
            }
            return Ok(reading);
        }
        Err(SourceError::NotRunning { target: self.target.clone(), detail: self.gone(pid) })
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
        process.found.as_mut().expect("it was found").reader = Reader::new(NOBODY);
        for _ in 0..2 {
            process.read().await.expect_err("there is no such process");
        }
        let kinds: Vec<_> = process.noticed().iter().map(|noticed| noticed.kind).collect();
        assert_eq!(kinds, [EventKind::Die]);
    }

    #[tokio::test]
    async fn a_name_that_nobody_has_is_not_running_and_says_so() {
        let error = Process::named("no such program").read().await.expect_err("there is none");
        insta::assert_snapshot!(error.to_string());
    }

    #[tokio::test]
    async fn the_next_process_of_the_name_is_another_life() {
        let pid = std::process::id();
        let mut process = Process::named("service");
        for reader in [Reader::new(pid), Reader::new(NOBODY), Reader::new(pid)] {
            process.found.get_or_insert(Found { pid, reader: Reader::new(pid), is_seen: false }).reader =
                reader;
            // The second one has ended.
            let _ = process.read().await;
        }
        let kinds: Vec<_> = process.noticed().iter().map(|noticed| noticed.kind).collect();
        assert_eq!(kinds, [EventKind::Die, EventKind::Start]);
    }

    #[tokio::test]
    async fn a_process_may_use_as_many_cores_as_there_are_at_most() {
        let mut process = Process::own();
        assert_eq!(process.capacity("cpu"), None);
        process.read().await.expect("this process is running");
        assert!(process.capacity("cpu").is_some_and(|cores| cores > 0.0));
    }
}
