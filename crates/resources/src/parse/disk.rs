//! `/proc/diskstats`, and which of its lines are disks.

/// The kernel counts in these, whatever the disk has.
const SECTOR_BYTES: u64 = 512;

/// What a block device has done since it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disk {
    pub(crate) name: String,
    pub(crate) read_bytes: u64,
    pub(crate) written_bytes: u64,
    /// Reads and writes that are done.
    pub(crate) requests: u64,
    /// Time that these took together, queue included.
    pub(crate) waited_ns: u64,
}

/// Every line that has the form of a device. Partitions are among them: see [`is_whole_disk`].
pub(crate) fn disks(text: &str) -> Vec<Disk> {
    text.lines().filter_map(disk).collect()
}

fn disk(line: &str) -> Option<Disk> {
    let mut fields = line.split_whitespace().skip(2);
    let name = fields.next()?.to_owned();
    let counts: Vec<u64> = fields.map_while(|field| field.parse().ok()).collect();
    let [reads, _, sectors_read, read_ms, writes, _, sectors_written, write_ms, ..] = counts.as_slice()
    else {
        return None;
    };
    Some(Disk {
        name,
        read_bytes: sectors_read.checked_mul(SECTOR_BYTES)?,
        written_bytes: sectors_written.checked_mul(SECTOR_BYTES)?,
        requests: reads.checked_add(*writes)?,
        waited_ns: read_ms.checked_add(*write_ms)?.checked_mul(1_000_000)?,
    })
}

/// Whether a device of `/sys/block` is a disk of its own and no layer over others, whose bytes would count
/// twice, nor memory or a file in disguise.
pub(crate) fn is_whole_disk(name: &str) -> bool {
    !["loop", "ram", "zram", "dm-", "md", "sr", "fd"].iter().any(|layer| name.starts_with(layer))
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    const DISKSTATS: &str = "   7       0 loop0 1 2 3 4 5 6 7 8 9 10 11
 254       0 vda 34344 8072 5635682 19127 7129 17610 1651512 3890 0 7444 23360 3652 15 241944 318 438 23
 254       1 vda1 4 8 2 7 9 0 2 0 0 4 0
";

    #[test]
    fn sectors_are_512_bytes_and_times_milliseconds() {
        assert_eq!(
            disks(DISKSTATS)[1],
            Disk {
                name: "vda".to_owned(),
                read_bytes: 5_635_682 * 512,
                written_bytes: 1_651_512 * 512,
                requests: 34_344 + 7_129,
                waited_ns: (19_127 + 3_890) * 1_000_000,
            }
        );
    }

    #[test]
    fn layers_over_disks_are_no_disks() {
        let names = ["vda", "sda", "nvme0n1", "mmcblk0", "xvda", "dm-0", "md127", "loop7", "zram0", "sr0"];
        let disks: Vec<_> = names.into_iter().filter(|name| is_whole_disk(name)).collect();
        assert_eq!(disks, ["vda", "sda", "nvme0n1", "mmcblk0", "xvda"]);
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE.into_iter().chain(["1 2 sda 1 2 18446744073709551615 4 5 6 7 8"]) {
            assert_eq!(disks(text), [], "{text:?}");
        }
    }
}
