//! `/proc/meminfo`.

use super::keyed;

/// Memory of the machine, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) total: u64,
    /// Could be had by new work without swapping; unlike free memory it counts what caches can give back.
    pub(crate) available: u64,
    pub(crate) swap_total: u64,
    pub(crate) swap_free: u64,
}

pub(crate) fn memory(text: &str) -> Option<Memory> {
    let bytes = |key| keyed(text, key)?.checked_mul(1024);
    Some(Memory {
        total: bytes("MemTotal:")?,
        available: bytes("MemAvailable:")?,
        swap_total: bytes("SwapTotal:").unwrap_or(0),
        swap_free: bytes("SwapFree:").unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    const MEMINFO: &str = "\
MemTotal:       24684084 kB
MemFree:        24502384 kB
MemAvailable:   24425128 kB
SwapCached:            0 kB
SwapTotal:       2097148 kB
SwapFree:        2097144 kB
HugePages_Total:       0
";

    #[test]
    fn kilobytes_are_1024_bytes() {
        let memory = memory(MEMINFO).unwrap();
        assert_eq!(memory.total, 24_684_084 * 1024);
        assert_eq!(memory.available, 24_425_128 * 1024);
        assert_eq!(memory.swap_total - memory.swap_free, 4 * 1024);
    }

    #[test]
    fn a_machine_without_swap_lines_has_no_swap() {
        let memory = memory("MemTotal: 10 kB\nMemAvailable: 5 kB\n").unwrap();
        assert_eq!((memory.swap_total, memory.swap_free), (0, 0));
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE.into_iter().chain(["MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB"]) {
            assert_eq!(memory(text), None, "{text:?}");
        }
    }
}
