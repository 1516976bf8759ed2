//! Where threads run.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Where a generator runs that is measured against a server.
pub(crate) const GENERATOR: usize = 0;
/// Where that server runs.
pub(crate) const SERVER: usize = 1;

/// Keeps the current thread, and those that it starts, to the allowed core of that number, where there are several.
pub(crate) fn keep_to(number: usize) {
    let allowed = sched_getaffinity(None).unwrap();
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
    if let [_, _, ..] = cores[..] {
        let mut only = CpuSet::new();
        only.set(cores[number]);
        sched_setaffinity(None, &only).unwrap();
    }
}
