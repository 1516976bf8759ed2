//! How much of the machine a container may use.

use plimsoll_metrics::num::to_f64;

/// What a container may use at most.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Limits {
    /// Cores that it can keep busy at once: thresholds are shares of this. `None` where nobody says.
    pub(crate) cores: Option<f64>,
    /// Cores of the machine; `None` where nobody says.
    pub(crate) host_cores: Option<f64>,
    /// Bytes of memory; `None` without a limit.
    pub(crate) memory_bytes: Option<u64>,
    /// Bytes of memory of the machine; `None` where nobody says.
    pub(crate) host_memory_bytes: Option<u64>,
}

impl Limits {
    /// What a metric can be at most, in the unit of its values.
    pub(crate) fn capacity(&self, metric: &str) -> Option<f64> {
        match metric {
            "cpu" | "cpu_docker" => self.cores,
            "memory" | "memory_usage" | "memory_hard" => self.memory_bytes.map(to_f64),
            _ => None,
        }
    }

    /// The tightest of several bounds of cores. A container without any may use the whole host.
    pub(crate) fn tightest(bounds: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
        bounds.into_iter().flatten().filter(|cores| *cores > 0.0).min_by(f64::total_cmp)
    }
}

/// The number of cores in a list such as `0-2,7`; `None` for an empty one, which names none.
pub(crate) fn cpu_list(text: &str) -> Option<u64> {
    let ranges = text.trim().split(',').map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        last.checked_sub(first)?.checked_add(1)
    });
    ranges.into_iter().try_fold(0_u64, |sum, cores| sum.checked_add(cores?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_bound_holds() {
        assert_eq!(Limits::tightest([Some(8.0), None, Some(1.5), Some(2.0)]), Some(1.5));
    }

    #[test]
    fn zero_cores_are_no_bound() {
        assert_eq!(Limits::tightest([Some(0.0), Some(2.0)]), Some(2.0));
        assert_eq!(Limits::tightest([None, None]), None);
    }

    #[test]
    fn lists_of_cores_are_counted() {
        assert_eq!(["0", "0-3", "0-1,4,6-7\n"].map(cpu_list), [Some(1), Some(4), Some(5)]);
    }

    #[test]
    fn what_is_no_list_names_no_core() {
        assert_eq!(["", "\n", "a-b", "3-1", "0,,1", "0-18446744073709551615"].map(cpu_list), [None; 6]);
        assert_eq!(cpu_list("0-18446744073709551614,0-9"), None);
    }
}
