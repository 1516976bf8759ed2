//! `/proc/stat` and `/proc/loadavg`.

use super::keyed;

/// What `/proc/stat` says of the whole machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) cpu: Cpu,
    /// Context switches since the start of the machine.
    pub(crate) context_switches: Option<u64>,
    /// Tasks that run or wait for a core now.
    pub(crate) runnable: Option<u64>,
}

/// Time of all cores together, in clock ticks since the start of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cpu {
    /// Worked: user, nice, system and interrupts. Time of guests is in user already.
    pub(crate) busy: u64,
    /// Idle while a disk was awaited.
    pub(crate) iowait: u64,
    /// Given to other guests by the hypervisor.
    pub(crate) steal: u64,
    /// All of it, idle included.
    pub(crate) total: u64,
}

pub(crate) fn stat(text: &str) -> Option<Stat> {
    Some(Stat {
        cpu: cpu(text)?,
        context_switches: keyed(text, "ctxt"),
        runnable: keyed(text, "procs_running"),
    })
}

/// Cores that are online, by their lines of `/proc/stat`.
pub(crate) fn cores(text: &str) -> Option<u64> {
    let is_core = |line: &&str| {
        line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    u64::try_from(text.lines().filter(is_core).count()).ok().filter(|cores| *cores > 0)
}

fn cpu(text: &str) -> Option<Cpu> {
    let line = text.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Vec<u64> = line.split_whitespace().map_while(|field| field.parse().ok()).collect();
    // Kernels before 2.6.11 have no steal.
    let [user, nice, system, idle, iowait, irq, softirq, rest @ ..] = ticks.as_slice() else { return None };
    let steal = rest.first().copied().unwrap_or(0);
    let sum = |ticks: &[u64]| ticks.iter().try_fold(0_u64, |sum, ticks| sum.checked_add(*ticks));
    let busy = sum(&[*user, *nice, *system, *irq, *softirq])?;
    Some(Cpu { busy, iowait: *iowait, steal, total: sum(&[busy, *idle, *iowait, steal])? })
}

/// What `/proc/loadavg` says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Load {
    /// Mean number of tasks that ran, waited to run or waited for a disk, over the last minute.
    pub(crate) one_minute: f64,
    /// Threads of the machine, those of the kernel included.
    pub(crate) threads: u64,
}

pub(crate) fn load(text: &str) -> Option<Load> {
    let mut fields = text.split_whitespace();
    let one_minute = fields.next()?.parse().ok()?;
    let (_, threads) = fields.nth(2)?.split_once('/')?;
    Some(Load { one_minute, threads: threads.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    const STAT: &str = "\
cpu  5716 10 2586 312639 529 4 59 16 100 0
cpu0 2516 0 1094 157071 44 0 16 4 0 0
intr 178419 0 0 0
ctxt 309081
btime 1795200120
procs_running 2
procs_blocked 0
";

    #[test]
    fn busy_leaves_out_idle_waiting_and_steal() {
        let cpu = stat(STAT).unwrap().cpu;
        assert_eq!(cpu.busy, 5716 + 10 + 2586 + 4 + 59);
        assert_eq!((cpu.iowait, cpu.steal), (529, 16));
        assert_eq!(cpu.total, cpu.busy + 312_639 + 529 + 16);
    }

    #[test]
    fn switches_and_the_run_queue_are_found_by_name() {
        let stat = stat(STAT).unwrap();
        assert_eq!((stat.context_switches, stat.runnable), (Some(309_081), Some(2)));
    }

    #[test]
    fn cores_are_the_lines_with_a_number() {
        assert_eq!(cores(STAT), Some(1));
        assert_eq!(cores("cpu  1 2 3 4\ncpu0 1\ncpu1 1\ncpu10 1\nintr 3\n"), Some(3));
    }

    #[test]
    fn a_sandbox_that_has_only_the_cpu_line_still_has_its_cpu() {
        let stat = stat("cpu  0 0 0 0 0 0 0 0 0 0\n").unwrap();
        assert_eq!((stat.cpu.total, stat.context_switches), (0, None));
    }

    #[test]
    fn load_and_threads_come_from_the_same_line() {
        assert_eq!(load("0.50 0.04 0.02 2/90 7953\n"), Some(Load { one_minute: 0.5, threads: 90 }));
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE {
            assert_eq!((stat(text), load(text), cores(text)), (None, None, None), "{text:?}");
        }
    }
}
