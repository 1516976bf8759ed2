//! The machine by `/proc` and `/etc`.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{ContainerLimits, Environment};

use super::{Room, links};
use crate::cgroup::Groups;
use crate::parse;
use crate::system::Root;

pub(super) fn machine() -> Environment {
    machine_under(&Root::default())
}

fn machine_under(root: &Root) -> Environment {
    let memory_bytes = root.read("proc/meminfo", parse::memory).map_or(0, |memory| memory.total);
    let kernel = root.text("proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned();
    Environment {
        os: root.read("etc/os-release", parse::os_name).unwrap_or_else(|_| "Linux".to_owned()),
        kernel,
        cpu_model: root.read("proc/cpuinfo", parse::cpu_model).unwrap_or_default(),
        memory_bytes,
        network: links::speed(root),
        container_limits: limits(root, "self", memory_bytes),
        ..Environment::default()
    }
}

pub(super) fn room(pid: u32) -> Room {
    room_under(&Root::default(), &pid.to_string())
}

fn room_under(root: &Root, process: &str) -> Room {
    let memory_bytes = root.read("proc/meminfo", parse::memory).ok().map(|memory| memory.total);
    let cores = root.read("proc/stat", parse::cores).unwrap_or_else(|_| super::cores());
    let limits = limits(root, process, memory_bytes.unwrap_or(u64::MAX)).unwrap_or_default();
    let quota = limits.cpu_millicores.map_or(f64::INFINITY, |millicores| to_f64(millicores) / 1_000.0);
    Room { cores: to_f64(cores).min(quota), memory_bytes: limits.memory_bytes.or(memory_bytes).map(to_f64) }
}

/// The limits of the control groups of a process, given by its id or as `self`, and of all groups above it;
/// `None` where there are none.
///
/// Memory that is no less than the machine's is no limit.
fn limits(root: &Root, process: &str, machine_bytes: u64) -> Option<ContainerLimits> {
    let found = Groups::of(root, process)?.limits(root);
    let memory_bytes = found.memory_bytes.filter(|bytes| *bytes < machine_bytes);
    let found = ContainerLimits { memory_bytes, ..found };
    (found != ContainerLimits::default()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> Environment {
        machine_under(&Root::at(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))))
    }

    #[test]
    fn a_machine_is_described_by_its_own_words() {
        let machine = fixture("host");
        assert_eq!(machine.os, "Debian GNU/Linux 12 (bookworm)");
        assert_eq!(machine.kernel, "6.18.44");
        assert_eq!(machine.cpu_model, "Intel(R) Xeon(R) Processor");
        assert_eq!(machine.memory_bytes, 24_684_084 * 1024);
        assert_eq!(machine.container_limits, None);
    }

    #[test]
    fn the_smallest_limit_on_the_way_up_holds_in_version_1() {
        let limits = ContainerLimits { cpu_millicores: Some(500), memory_bytes: Some(134_217_728) };
        assert_eq!(fixture("cgroup-v1").container_limits, Some(limits));
    }

    #[test]
    fn the_smallest_limit_on_the_way_up_holds_in_version_2() {
        let limits = ContainerLimits { cpu_millicores: Some(1_500), memory_bytes: Some(268_435_456) };
        assert_eq!(fixture("cgroup-v2").container_limits, Some(limits));
    }

    fn room(name: &str) -> Room {
        room_under(&Root::at(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))), "self")
    }

    #[test]
    fn a_process_may_use_what_its_groups_leave_of_the_machine() {
        assert_eq!(room("cgroup-v1"), Room { cores: 0.5, memory_bytes: Some(134_217_728.0) });
        assert_eq!(room("cgroup-v2"), Room { cores: 1.5, memory_bytes: Some(268_435_456.0) });
    }

    #[test]
    fn a_process_without_limits_may_use_the_whole_machine() {
        let room = room("host");
        assert_eq!(room, Room { cores: 2.0, memory_bytes: Some(24_684_084.0 * 1024.0) });
    }

    #[test]
    fn a_machine_that_says_nothing_is_still_described() {
        let machine = fixture("nowhere");
        assert_eq!((machine.os.as_str(), machine.memory_bytes), ("Linux", 0));
    }
}
