//! A process by sysinfo, where there is no `/proc`: CPU, memory and disk, without its children.

use plimsoll_metrics::num::to_f64;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::source::{Raw, Reading};

#[derive(Debug)]
pub(super) struct Reader {
    system: System,
    pid: Pid,
    /// Fixed at the first reading.
    started_at: Option<u64>,
}

impl Reader {
    pub(super) fn new(pid: u32) -> Reader {
        Reader { system: System::new(), pid: Pid::from_u32(pid), started_at: None }
    }

    /// The process now; `None` when it is not, or no more.
    pub(super) fn read(&mut self) -> Option<Reading> {
        let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory().with_disk_usage();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), true, wanted);
        let process = self.system.process(self.pid)?;
        if *self.started_at.get_or_insert(process.start_time()) != process.start_time() {
            return None;
        }
        let disk = process.disk_usage();
        // Not its percentage, which is of an interval of its own and clamped.
        let busy_ns = process.accumulated_cpu_time().saturating_mul(1_000_000);
        let values = vec![
            ("cpu", Raw::Busy(busy_ns)),
            ("memory", Raw::Gauge(to_f64(process.memory()))),
            ("disk_read", Raw::Counter(disk.total_read_bytes)),
            ("disk_write", Raw::Counter(disk.total_written_bytes)),
        ];
        Some(Reading { life: process.start_time().to_string(), ..Reading::of(values) })
    }
}

/// The processes of that name that no other of that name has started, by id.
pub(super) fn named(name: &str) -> Vec<u32> {
    let mut system = System::new();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, ProcessRefreshKind::nothing());
    let is_meant = |process: &&sysinfo::Process| process.name() == name && process.thread_kind().is_none();
    let above = |process: &sysinfo::Process| process.parent().and_then(|parent| system.process(parent));
    let has_namesake_above =
        |process: &&sysinfo::Process| above(process).is_some_and(|above| above.name() == name);
    let namesakes = system.processes().values().filter(is_meant);
    let mut pids: Vec<u32> = namesakes
        .filter(|process| !has_namesake_above(process))
        .map(|process| process.pid().as_u32())
        .collect();
    pids.sort_unstable();
    pids
}
