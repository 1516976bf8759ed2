//! Which processes keep the machine busy.

use std::collections::BTreeMap;

use plimsoll_metrics::num::{ratio, to_f64};

#[cfg(target_os = "linux")]
use super::linux::work;

/// What every process had worked at one moment.
///
/// ```
/// use plimsoll_resources::advice::Work;
///
/// let before = Work::now();
/// // … a moment …
/// let busy = Work::now().since(&before, 300_000_000);
/// assert!(busy.iter().all(|one| one.cores > 0.0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Work(pub(super) BTreeMap<(u32, u64), Worker>);

/// A process at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Worker {
    pub(super) name: String,
    pub(super) busy_ns: u64,
}

/// A process that keeps cores busy.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy {
    /// Its id.
    pub pid: u32,
    /// Its name, as the kernel cuts it.
    pub name: String,
    /// Cores that it kept busy.
    pub cores: f64,
}

impl Work {
    /// What the processes of this machine have worked until now; nothing where that is not known.
    #[must_use]
    pub fn now() -> Work {
        work()
    }

    /// The processes that kept a twentieth of a core busy or more since an earlier moment, so many nanoseconds
    /// ago, the busiest first. This one is not among them.
    #[must_use]
    pub fn since(&self, earlier: &Work, elapsed_ns: u64) -> Vec<Busy> {
        const LEAST: f64 = 0.05;
        let busy = |((pid, start), worker): (&(u32, u64), &Worker)| {
            // One that has started since then has done all of its work since then.
            let before_ns = earlier.0.get(&(*pid, *start)).map_or(0, |worker| worker.busy_ns);
            let busy_ns = worker.busy_ns.saturating_sub(before_ns);
            let cores = ratio(to_f64(busy_ns), to_f64(elapsed_ns)).unwrap_or(0.0);
            Busy { pid: *pid, name: worker.name.clone(), cores }
        };
        let own = std::process::id();
        let mut all: Vec<Busy> =
            self.0.iter().map(busy).filter(|one| one.cores >= LEAST && one.pid != own).collect();
        all.sort_by(|a, b| b.cores.total_cmp(&a.cores));
        all
    }
}

/// Elsewhere than on Linux nobody says.
#[cfg(not(target_os = "linux"))]
fn work() -> Work {
    Work::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work_of(workers: &[(u32, u64, &str, u64)]) -> Work {
        let worker = |(pid, start, name, busy_ms): &(u32, u64, &str, u64)| {
            ((*pid, *start), Worker { name: (*name).to_owned(), busy_ns: busy_ms * 1_000_000 })
        };
        Work(workers.iter().map(worker).collect())
    }

    #[test]
    fn the_busiest_stands_first_and_the_idle_are_left_out() {
        let before = work_of(&[(7, 1, "rustc", 1_000), (8, 1, "sh", 500), (9, 1, "cargo", 10)]);
        let after = work_of(&[(7, 1, "rustc", 1_600), (8, 1, "sh", 501), (9, 1, "cargo", 910)]);
        let busy: Vec<_> =
            after.since(&before, 1_000_000_000).into_iter().map(|one| (one.name, one.cores)).collect();
        assert_eq!(busy, [("cargo".to_owned(), 0.9), ("rustc".to_owned(), 0.6)]);
    }

    #[test]
    fn another_process_with_the_same_id_has_worked_since_its_start() {
        let (before, after) = (work_of(&[(7, 1, "old", 9_000)]), work_of(&[(7, 2, "new", 500)]));
        assert_eq!(after.since(&before, 1_000_000_000)[0].cores, 0.5);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_processes() {
        assert!(!Work::now().0.is_empty());
    }
}
