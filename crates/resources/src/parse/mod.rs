//! What the kernel's text files say: from text to values, without reading any file.
//!
//! Each parser takes the few fields that are needed and ignores the rest, so that newer kernels, sandboxes
//! that fake these files, and missing lines cost one metric and not all of them. The `procfs` crate reads
//! every field of a file or nothing of it, and has no `sockstat`. A text of another form is `None`.

mod cgroup;
mod cpuinfo;
mod disk;
mod group_io;
mod limits;
mod memory;
#[cfg(test)]
mod mutated;
mod network;
mod pressure;
mod process;
mod stat;

pub(crate) use cgroup::{Hierarchy, Mount, cpu_max, hierarchies, limit, mounts, quota};
pub(crate) use cpuinfo::{cpu_model, os_name};
pub(crate) use disk::{Disk, disks, is_whole_disk};
pub(crate) use group_io::{io_stat, service_bytes};
pub(crate) use limits::open_files;
pub(crate) use memory::{Memory, memory};
pub(crate) use network::{Interface, Traffic, counted, sockets, tcp_retransmits, traffic};
pub(crate) use pressure::stalled_ns;
pub(crate) use process::{ProcessIo, ProcessStat, process_io, process_stat};
pub(crate) use stat::{Cpu, cores, load, stat};

/// The first number of the line that begins with a key: `MemTotal:  24684084 kB`, `ctxt 309081`.
pub(crate) fn keyed(text: &str, key: &str) -> Option<u64> {
    // One key may begin like another: `oom_kill`, `oom_kill_disable`.
    let rest = text
        .lines()
        .filter_map(|line| line.strip_prefix(key))
        .find(|rest| rest.starts_with(char::is_whitespace))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Text that no parser may panic on or take for something.
#[cfg(test)]
const GARBAGE: [&str; 7] = [
    "",
    "\n\n",
    "\u{0}\u{fffd}",
    "cpu",
    "cpu -1 x 99999999999999999999999999 3",
    "a: b: c:\nTCP: inuse\nsome total=\n) (\n1 (x",
    "18446744073709551616 18446744073709551616/18446744073709551616",
];
