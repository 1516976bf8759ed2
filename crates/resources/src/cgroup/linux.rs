//! The files of a control group, in version 1 and 2.

use plimsoll_metrics::num::to_f64;

use super::Groups;
use crate::container::{DiskBytes, Frame, Limits, Memory, NetworkBytes, Throttling, cpu_list};
use crate::namespace::Namespace;
use crate::parse;
use crate::system::Root;

/// Reads the group of one process.
#[derive(Debug)]
pub(crate) struct Reader {
    root: Root,
    pid: u32,
    /// When the process began, fixed at the first reading: another with its id is not it.
    start_ticks: Option<u64>,
}

/// What the files showed.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) frame: Frame,
    pub(crate) life: String,
    pub(crate) limits: Limits,
    /// Processes of the group that the kernel has killed for lack of memory.
    pub(crate) oom_kills: Option<u64>,
}

impl Reader {
    pub(crate) fn new(pid: u32) -> Reader {
        Reader::under(Root::default(), pid)
    }

    pub(crate) fn under(root: Root, pid: u32) -> Reader {
        Reader { root, pid, start_ticks: None }
    }

    /// The group now; `None` when its process is not, or no more.
    pub(crate) fn read(&mut self, now_ns: u64) -> Option<Look> {
        let stat = self.root.read(&format!("proc/{}/stat", self.pid), parse::process_stat).ok()?;
        let start_ticks = *self.start_ticks.get_or_insert(stat.start_ticks);
        if stat.ended || start_ticks != stat.start_ticks {
            return None;
        }
        let group = Group { root: &self.root, groups: &Groups::of(&self.root, &self.pid.to_string())? };
        let frame = Frame {
            time_ns: Some(now_ns),
            busy_ns: group.busy_ns(),
            throttling: group.throttling(),
            memory: group.memory(),
            disk: group.disk(),
            network: self.network(),
            threads: group.number("pids", "pids.current"),
            connections: self.connections(),
        };
        frame.busy_ns?;
        Some(Look {
            frame,
            life: start_ticks.to_string(),
            limits: group.limits(),
            oom_kills: group.oom_kills(),
        })
    }

    /// TCP sockets of the container's network, where it has one of its own.
    pub(crate) fn connections(&self) -> Option<u64> {
        self.own_network()?.sockets()
    }

    fn network(&self) -> Option<NetworkBytes> {
        NetworkBytes::sum(self.own_network()?.traffic()?.into_iter().map(|one| NetworkBytes {
            received: one.received_bytes,
            transmitted: one.transmitted_bytes,
            dropped: one.drops,
        }))
    }

    fn own_network(&self) -> Option<Namespace<'_>> {
        Some(Namespace { root: &self.root, pid: self.pid }).filter(|network| !network.is_ours())
    }
}

/// One group, whose files lie in a folder for each controller or in one for all.
struct Group<'a> {
    root: &'a Root,
    groups: &'a Groups,
}

impl Group<'_> {
    fn busy_ns(&self) -> Option<u64> {
        let version_2 = || self.keyed("cpu", "cpu.stat", "usage_usec")?.checked_mul(1_000);
        self.number("cpuacct", "cpuacct.usage").or_else(version_2)
    }

    fn throttling(&self) -> Option<Throttling> {
        Some(Throttling {
            periods: self.keyed("cpu", "cpu.stat", "nr_periods")?,
            throttled: self.keyed("cpu", "cpu.stat", "nr_throttled")?,
        })
    }

    fn memory(&self) -> Option<Memory> {
        self.memory_of_version_1().or_else(|| self.memory_of_version_2())
    }

    fn memory_of_version_1(&self) -> Option<Memory> {
        let usage = self.number("memory", "memory.usage_in_bytes")?;
        let part = |key| self.keyed("memory", "memory.stat", key);
        Some(Memory::of(usage, part("total_inactive_file")?, part("total_active_file")?))
    }

    fn memory_of_version_2(&self) -> Option<Memory> {
        let usage = self.number("memory", "memory.current")?;
        let part = |key| self.keyed("memory", "memory.stat", key);
        let memory = Memory::of(usage, part("inactive_file")?, part("active_file")?);
        Some(memory.less_kernel(part("slab_reclaimable").unwrap_or(0)))
    }

    fn disk(&self) -> Option<DiskBytes> {
        let version_1 = ["blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_service_bytes"];
        let counted = version_1.iter().find_map(|name| parse::service_bytes(&self.text("blkio", name)?));
        counted.or_else(|| Some(parse::io_stat(&self.text("io", "io.stat")?)))
    }

    fn oom_kills(&self) -> Option<u64> {
        let version_2 = || self.keyed("memory", "memory.events", "oom_kill");
        self.keyed("memory", "memory.oom_control", "oom_kill").or_else(version_2)
    }

    fn limits(&self) -> Limits {
        let found = self.groups.limits(self.root);
        let host_memory_bytes = self.root.read("proc/meminfo", parse::memory).ok().map(|memory| memory.total);
        let host_cores = self.root.cores();
        Limits {
            host_cores,
            cores: Limits::tightest([
                host_cores,
                self.cpu_set().map(to_f64),
                found.cpu_millicores.map(|thousandths| to_f64(thousandths) / 1_000.0),
            ]),
            memory_bytes: found
                .memory_bytes
                .filter(|bytes| host_memory_bytes.is_none_or(|host| *bytes < host)),
            host_memory_bytes,
        }
    }

    fn cpu_set(&self) -> Option<u64> {
        let names = ["cpuset.effective_cpus", "cpuset.cpus.effective", "cpuset.cpus"];
        names.iter().find_map(|name| cpu_list(&self.text("cpuset", name)?))
    }

    fn number(&self, controller: &str, name: &str) -> Option<u64> {
        self.text(controller, name)?.trim().parse().ok()
    }

    fn keyed(&self, controller: &str, name: &str, key: &str) -> Option<u64> {
        parse::keyed(&self.text(controller, name)?, key)
    }

    /// The text of a file of the group itself: on a machine with both versions, of the one that has it.
    fn text(&self, controller: &str, name: &str) -> Option<String> {
        let folders = self.groups.own(controller);
        folders.iter().find_map(|folder| self.root.text(&format!("{folder}/{name}")).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(fixture: &str) -> Look {
        let root = Root::at(format!("{}/fixtures/{fixture}", env!("CARGO_MANIFEST_DIR")));
        Reader::under(root, 7).read(99).expect("the fixture is whole")
    }

    #[test]
    fn version_1_has_a_folder_for_each_controller() {
        let look = look("container-v1");
        assert_eq!(look.frame.busy_ns, Some(772_657_139));
        assert_eq!(look.frame.throttling, Some(Throttling { periods: 31, throttled: 0 }));
        assert_eq!(look.frame.memory, Some(Memory::of(32_763_904, 31_457_280, 0)));
        assert_eq!((look.frame.threads, look.oom_kills), (Some(1), Some(0)));
        assert_eq!((look.limits.cores, look.limits.memory_bytes), (Some(0.5), Some(67_108_864)));
    }

    #[test]
    fn version_2_has_all_in_one_folder() {
        let look = look("container-v2");
        assert_eq!(look.frame.busy_ns, Some(772_657_000));
        assert_eq!(look.frame.throttling, Some(Throttling { periods: 31, throttled: 4 }));
        assert_eq!(
            look.frame.memory,
            Some(Memory::of(100_000_000, 40_000_000, 20_000_000).less_kernel(5_000_000))
        );
        assert_eq!((look.frame.threads, look.oom_kills), (Some(3), Some(1)));
        assert_eq!((look.limits.cores, look.limits.memory_bytes), (Some(1.5), Some(200_000_000)));
    }

    #[test]
    fn disks_that_are_not_counted_are_unknown_and_layers_count_once() {
        assert_eq!(look("container-v1").frame.disk, None);
        assert_eq!(look("container-v2").frame.disk, Some(DiskBytes { read: 7_593_984, written: 100 }));
    }

    #[test]
    fn the_loopback_is_no_traffic() {
        let network = NetworkBytes { received: 1_042, transmitted: 210, dropped: 3 };
        assert_eq!(look("container-v1").frame.network, Some(network));
    }

    #[test]
    fn another_process_with_the_same_id_is_not_it() {
        let root = Root::at(format!("{}/fixtures/container-v1", env!("CARGO_MANIFEST_DIR")));
        let mut reader = Reader { start_ticks: Some(1), ..Reader::under(root, 7) };
        assert!(reader.read(99).is_none());
    }
}
