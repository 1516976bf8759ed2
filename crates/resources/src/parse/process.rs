//! `/proc/PID/stat` and `/proc/PID/io`.

use super::keyed;

/// What `/proc/PID/stat` says of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessStat {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    /// It has ended, and its parent has not asked how.
    pub(crate) ended: bool,
    /// Clock ticks that it worked, by itself.
    pub(crate) own_ticks: u64,
    /// Clock ticks that its ended children worked, and theirs.
    pub(crate) reaped_ticks: u64,
    pub(crate) threads: u64,
    /// Clock ticks from the start of the machine to its own; with the id it tells two processes apart.
    pub(crate) start_ticks: u64,
    pub(crate) resident_pages: u64,
}

pub(crate) fn process_stat(text: &str) -> Option<ProcessStat> {
    // The name stands in brackets and may hold brackets, spaces and line ends itself.
    let (pid, rest) = text.split_once(" (")?;
    let (_name, rest) = rest.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // Counted as in the manual, where the state, here the first, is field 3. Times of children are signed.
    let field = |number: usize| fields.get(number - 3).copied();
    let count = |number: usize| field(number)?.parse::<u64>().ok();
    let signed = |number: usize| u64::try_from(field(number)?.parse::<i64>().ok()?.max(0)).ok();
    Some(ProcessStat {
        pid: pid.trim().parse().ok()?,
        parent: field(4)?.parse().ok()?,
        ended: matches!(field(3)?, "Z" | "X" | "x"),
        own_ticks: count(14)?.checked_add(count(15)?)?,
        reaped_ticks: signed(16)?.checked_add(signed(17)?)?,
        threads: signed(20)?,
        start_ticks: count(22)?,
        resident_pages: signed(24)?,
    })
}

/// Bytes that a process and its ended children moved between memory and disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessIo {
    pub(crate) read_bytes: u64,
    pub(crate) written_bytes: u64,
}

pub(crate) fn process_io(text: &str) -> Option<ProcessIo> {
    // Not rchar and wchar: these count pipes, sockets and the page cache.
    Some(ProcessIo { read_bytes: keyed(text, "read_bytes:")?, written_bytes: keyed(text, "write_bytes:")? })
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    const FIELDS: &str = "S 7947 7947 5473 0 -1 4194304 101 0 0 0 31 12 5 2 20 0 4 0 163754 3133440 380 \
                          18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0";

    #[test]
    fn fields_are_those_of_the_manual() {
        assert_eq!(
            process_stat(&format!("7954 (cat) {FIELDS}")),
            Some(ProcessStat {
                pid: 7954,
                parent: 7947,
                ended: false,
                own_ticks: 43,
                reaped_ticks: 7,
                threads: 4,
                start_ticks: 163_754,
                resident_pages: 380,
            })
        );
    }

    #[test]
    fn a_name_may_look_like_the_rest_of_the_line() {
        let stat = process_stat(&format!("7954 (a) R 1 1 (b\n) {FIELDS}")).unwrap();
        assert_eq!((stat.pid, stat.parent), (7954, 7947));
    }

    #[test]
    fn a_zombie_has_ended() {
        let text = format!("7954 (cat) {}", FIELDS.replacen('S', "Z", 1));
        assert!(process_stat(&text).unwrap().ended);
    }

    #[test]
    fn io_is_what_reached_the_disk() {
        let text = "rchar: 7274\nwchar: 298\nsyscr: 12\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 512\n";
        assert_eq!(process_io(text), Some(ProcessIo { read_bytes: 4096, written_bytes: 512 }));
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE {
            assert_eq!((process_stat(text), process_io(text)), (None, None), "{text:?}");
        }
    }
}
