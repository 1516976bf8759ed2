//! A process and its children by `/proc`.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_metrics::num::to_f64;
use plimsoll_model::GapCause;

use super::meter::{Meter, Usage};
use super::tree::{Identity, members};
use crate::namespace::Namespace;
use crate::parse::{self, ProcessIo, ProcessStat, Traffic};
use crate::source::{Raw, Reading};
use crate::system::{Root, Unread, raw};

/// Open files that are looked at one by one: 2 µs each, so that a reading takes 8 ms at most.
const MOST_FILES: usize = 4_096;

#[derive(Debug)]
pub(super) struct Reader {
    root: Root,
    pid: u32,
    /// Fixed at the first reading.
    identity: Option<Identity>,
    known: BTreeSet<Identity>,
    cpu: Meter,
    read: Meter,
    written: Meter,
}

impl Reader {
    pub(super) fn new(pid: u32) -> Reader {
        Reader {
            root: Root::default(),
            pid,
            identity: None,
            known: BTreeSet::new(),
            cpu: Meter::default(),
            read: Meter::default(),
            written: Meter::default(),
        }
    }

    /// The process and its children now; `None` when it is not, or no more.
    pub(super) fn read(&mut self) -> Option<Reading> {
        let own = self.stat(self.pid).filter(|stat| !stat.ended)?;
        let identity = *self.identity.get_or_insert(Identity::of(&own));
        if identity != Identity::of(&own) {
            return None;
        }
        self.known.insert(identity);
        let all = self.all();
        let members = members(&all, &self.known);
        self.known = members.iter().map(|stat| Identity::of(stat)).collect();
        Some(Reading {
            life: identity.start_ticks.to_string(),
            cores: self.root.cores(),
            ..Reading::of(self.values(&members))
        })
    }

    /// Every process of the machine. Asking each process for its children would need less, but not every
    /// kernel answers that, and the answer may leave some out.
    fn all(&self) -> Vec<ProcessStat> {
        let mut pids: Vec<u32> =
            self.root.names("proc").iter().filter_map(|name| name.parse().ok()).collect();
        // Parents before their children: the meter knows how to deal with this order.
        pids.sort_unstable();
        pids.into_iter().filter_map(|pid| self.stat(pid)).collect()
    }

    fn stat(&self, pid: u32) -> Option<ProcessStat> {
        self.root.read(&format!("proc/{pid}/stat"), parse::process_stat).ok()
    }

    fn values(&mut self, members: &[&ProcessStat]) -> Vec<(&'static str, Raw)> {
        let sum = |part: fn(&ProcessStat) -> u64| total(members.iter().map(|stat| part(stat)));
        let page_size = u64::try_from(rustix::param::page_size()).unwrap_or(u64::MAX);
        let memory = sum(|stat| stat.resident_pages).saturating_mul(page_size);
        let io = self.io(members);
        let traffic = self.traffic();
        vec![
            ("cpu", self.cpu(members)),
            ("memory", Raw::Gauge(to_f64(memory))),
            ("threads", Raw::Gauge(to_f64(sum(|stat| stat.threads)))),
            ("file_descriptors", self.file_descriptors(members)),
            ("disk_read", raw(&io, |(read, _)| Raw::Counter(*read))),
            ("disk_write", raw(&io, |(_, written)| Raw::Counter(*written))),
            ("network_receive", raw(&traffic, |(received, _)| Raw::Counter(*received))),
            ("network_transmit", raw(&traffic, |(_, transmitted)| Raw::Counter(*transmitted))),
            ("connections", self.connections(members)),
        ]
    }

    fn cpu(&mut self, members: &[&ProcessStat]) -> Raw {
        let usage = members.iter().map(|stat| {
            let usage = Usage { parent: stat.parent, own: stat.own_ticks, reaped: stat.reaped_ticks };
            (Identity::of(stat), usage)
        });
        let ticks = self.cpu.advance(&usage.collect());
        let tick_ns = 1_000_000_000 / rustix::param::clock_ticks_per_second().max(1);
        Raw::Busy(ticks.saturating_mul(tick_ns))
    }

    /// Bytes read and written by the tree so far. What cannot be asked of a child is left out: it has just
    /// ended, or belongs to another user.
    fn io(&mut self, members: &[&ProcessStat]) -> Result<(u64, u64), Unread> {
        let of = |pid: u32| self.root.read(&format!("proc/{pid}/io"), parse::process_io);
        let _readable = of(self.pid)?;
        let found: Vec<(&ProcessStat, ProcessIo)> =
            members.iter().filter_map(|stat| Some((*stat, of(stat.pid).ok()?))).collect();
        let usage = |part: fn(&ProcessIo) -> u64| -> BTreeMap<Identity, Usage> {
            let of = |(stat, io): &(&ProcessStat, ProcessIo)| {
                (Identity::of(stat), Usage { parent: stat.parent, own: 0, reaped: part(io) })
            };
            found.iter().map(of).collect()
        };
        Ok((
            self.read.advance(&usage(|io| io.read_bytes)),
            self.written.advance(&usage(|io| io.written_bytes)),
        ))
    }

    /// Bytes received and transmitted by the process's network.
    fn traffic(&self) -> Result<(u64, u64), Unread> {
        let network = Namespace { root: &self.root, pid: self.pid };
        if network.is_ours() {
            return Err(Unread::nothing("it shares a network, and the kernel counts by network alone"));
        }
        let interfaces = network.traffic().ok_or_else(|| Unread::nothing("its network cannot be read"))?;
        let sum = |part: fn(&Traffic) -> u64| total(interfaces.iter().map(part));
        Ok((sum(|one| one.received_bytes), sum(|one| one.transmitted_bytes)))
    }

    /// TCP sockets that the tree holds, each once however many of its processes share it.
    fn connections(&self, members: &[&ProcessStat]) -> Raw {
        let folder = |pid: u32| format!("proc/{pid}/fd");
        let files = |pid: u32| self.root.names(&folder(pid));
        if let Err(unread) = self.root.count(&folder(self.pid)) {
            return unread.into();
        }
        let open: Vec<String> = members
            .iter()
            .flat_map(|stat| {
                files(stat.pid).into_iter().map(move |file| format!("{}/{file}", folder(stat.pid)))
            })
            .collect();
        if open.len() > MOST_FILES {
            let detail = format!("it has {} files open, too many to look at each", open.len());
            return Raw::Missing { cause: GapCause::Unavailable, detail };
        }
        let mut sockets = BTreeSet::new();
        let is_new = |file: &&String| {
            let leads_to = self.root.link_name(file);
            leads_to.is_some_and(|socket| socket.starts_with("socket:") && sockets.insert(socket))
        };
        let new: Vec<&String> = open.iter().filter(is_new).collect();
        Raw::Gauge(to_f64(total(new.into_iter().map(|file| u64::from(is_tcp(&self.root, file))))))
    }

    fn file_descriptors(&self, members: &[&ProcessStat]) -> Raw {
        let of =
            |pid: u32| self.root.count(&format!("proc/{pid}/fd")).map(|count| self.open_files(pid, count));
        let own = of(self.pid);
        let children =
            members.iter().filter(|stat| stat.pid != self.pid).filter_map(|stat| of(stat.pid).ok());
        let children = total(children);
        raw(&own, |own| Raw::Gauge(to_f64(own.saturating_add(children))))
    }

    /// Without the one that counting itself takes.
    fn open_files(&self, pid: u32, count: usize) -> u64 {
        let counting = usize::from(pid == std::process::id());
        u64::try_from(count.saturating_sub(counting)).unwrap_or(u64::MAX)
    }
}

/// Whether an open file is a TCP socket, of whichever network: sockets tell their protocol as an attribute, which
/// costs a microsecond where a look through the tables of the kernel costs milliseconds.
fn is_tcp(root: &Root, file: &str) -> bool {
    let mut protocol = [0_u8; 32];
    let length = rustix::fs::getxattr(root.path(file), "system.sockprotoname", &mut protocol);
    length.is_ok_and(|length| protocol[..length].starts_with(b"TCP"))
}

/// The processes of that name that descend from no other of that name, by id.
pub(super) fn named(name: &str) -> Vec<u32> {
    named_under(&Root::default(), name)
}

fn named_under(root: &Root, name: &str) -> Vec<u32> {
    let pids = root.names("proc").into_iter().filter_map(|entry| entry.parse().ok());
    let stat = |pid: u32| root.read(&format!("proc/{pid}/stat"), parse::process_stat).ok();
    let all: BTreeMap<u32, ProcessStat> = pids.filter_map(|pid| Some((pid, stat(pid)?))).collect();
    let namesakes: BTreeSet<u32> = all
        .values()
        .filter(|stat| !stat.ended && has_name(root, stat.pid, name))
        .map(|stat| stat.pid)
        .collect();
    let has_namesake_above = |pid: &u32| {
        let mut above = std::iter::successors(all.get(pid), |stat| all.get(&stat.parent));
        // No line of ancestors is longer than there are processes, whatever a damaged file says.
        above.by_ref().take(all.len()).skip(1).any(|stat| namesakes.contains(&stat.pid))
    };
    namesakes.iter().copied().filter(|pid| !has_namesake_above(pid)).collect()
}

/// Whether the file of its program has that name, its command line begins with it, or it calls itself so. What it
/// calls itself is cut by the kernel.
fn has_name(root: &Root, pid: u32, name: &str) -> bool {
    const LONGEST: usize = 15;
    let cut = name.get(..LONGEST).unwrap_or(name);
    let itself = root.text(&format!("proc/{pid}/comm")).unwrap_or_default();
    let command = root.text(&format!("proc/{pid}/cmdline")).unwrap_or_default();
    let program = command.split('\0').next().and_then(|path| path.rsplit('/').next());
    itself.trim_end_matches('\n') == cut
        || program == Some(name)
        || root.link_name(&format!("proc/{pid}/exe")).as_deref() == Some(name)
}

fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Reading {
        Reader::new(std::process::id()).read().expect("this process is running")
    }

    #[test]
    fn this_process_has_memory_threads_and_files() {
        let reading = own();
        for name in ["memory", "threads", "file_descriptors"] {
            assert!(matches!(reading.get(name), Some(Raw::Gauge(value)) if *value >= 1.0), "{reading:?}");
        }
    }

    #[test]
    fn its_life_is_the_same_at_every_reading() {
        assert_eq!(own().life, own().life);
    }

    #[test]
    fn a_process_that_took_the_place_of_another_is_not_it() {
        let mut reader = Reader::new(std::process::id());
        reader.identity = Some(Identity { pid: std::process::id(), start_ticks: u64::MAX });
        assert_eq!(reader.read(), None);
    }

    #[test]
    fn work_of_this_process_never_falls() {
        let mut reader = Reader::new(std::process::id());
        let mut busy = |_| match reader.read().expect("this process is running").get("cpu") {
            Some(Raw::Busy(busy_ns)) => *busy_ns,
            other => panic!("{other:?}"),
        };
        assert!([0, 1, 2].map(&mut busy).is_sorted());
    }

    /// A folder with the processes that a test needs, as (id, parent, name).
    fn machine(processes: &[(u32, u32, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder of its own");
        for (pid, parent, name) in processes {
            let own = folder.path().join(format!("proc/{pid}"));
            std::fs::create_dir_all(&own).expect("a folder of its own");
            let stat = format!("{pid} ({name}) S {parent} 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 {pid} 1 1\n");
            std::fs::write(own.join("stat"), stat).expect("a file of its own");
            std::fs::write(own.join("comm"), format!("{name}\n")).expect("a file of its own");
        }
        folder
    }

    fn named_on(processes: &[(u32, u32, &str)], name: &str) -> Vec<u32> {
        named_under(&Root::at(machine(processes).path()), name)
    }

    #[test]
    fn a_name_means_the_one_above_its_namesakes() {
        let processes = [(1, 0, "init"), (7, 1, "postgres"), (8, 7, "sh"), (9, 8, "postgres")];
        assert_eq!(named_on(&processes, "postgres"), [7]);
    }

    #[test]
    fn families_of_the_same_name_are_several() {
        assert_eq!(named_on(&[(7, 1, "node"), (8, 1, "node")], "node"), [7, 8]);
    }

    #[test]
    fn a_long_name_is_known_by_what_the_kernel_leaves_of_it() {
        assert_eq!(named_on(&[(7, 1, "prometheus-node")], "prometheus-node-exporter"), [7]);
        assert_eq!(named_on(&[(7, 1, "prometheus")], "prometheus-node-exporter"), Vec::<u32>::new());
    }

    #[test]
    fn this_very_process_is_found_by_the_file_of_its_program() {
        let program = std::env::current_exe().expect("this program has a file");
        let name = program.file_name().and_then(|name| name.to_str()).expect("its name is text");
        assert_eq!(named(name), [std::process::id()]);
    }
}
