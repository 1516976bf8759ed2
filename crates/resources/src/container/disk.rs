//! Bytes that a container read from disks and wrote to them, each once.

/// Majors of the device mapper and of software RAID: layers over disks that count the same bytes again.
const LAYERS: [u64; 2] = [253, 9];

/// Bytes of one device, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DiskBytes {
    pub(crate) read: u64,
    pub(crate) written: u64,
}

impl DiskBytes {
    /// Bytes of one kind of request: those that begin with `r` read, those with `w` write, and the others
    /// (`Sync`, `Total`, …) say the same again.
    pub(crate) fn of(operation: &str, bytes: u64) -> DiskBytes {
        match operation.bytes().next() {
            Some(b'r' | b'R') => DiskBytes { read: bytes, written: 0 },
            Some(b'w' | b'W') => DiskBytes { read: 0, written: bytes },
            _ => DiskBytes::default(),
        }
    }

    /// The sum over devices, given by their major numbers. A layer counts only where no other device does:
    /// some machines give its number to their only disk. `None` without any device.
    pub(crate) fn sum(devices: impl IntoIterator<Item = (u64, DiskBytes)>) -> Option<DiskBytes> {
        let devices: Vec<_> = devices.into_iter().collect();
        let is_disk = |(major, _): &&(u64, DiskBytes)| !LAYERS.contains(major);
        let disks: Vec<_> = devices.iter().filter(is_disk).collect();
        let counted = if disks.is_empty() { devices.iter().collect() } else { disks };
        counted.into_iter().map(|(_, bytes)| *bytes).reduce(DiskBytes::plus)
    }

    fn plus(self, other: DiskBytes) -> DiskBytes {
        DiskBytes {
            read: self.read.saturating_add(other.read),
            written: self.written.saturating_add(other.written),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(major: u64, bytes: u64) -> (u64, DiskBytes) {
        (major, DiskBytes::of("Read", bytes))
    }

    #[test]
    fn a_layer_over_a_disk_does_not_count_twice() {
        let sum = DiskBytes::sum([read(8, 100), read(253, 100), read(9, 100), read(8, 5)]);
        assert_eq!(sum, Some(DiskBytes { read: 105, written: 0 }));
    }

    #[test]
    fn a_layer_that_is_all_there_is_counts() {
        assert_eq!(DiskBytes::sum([read(253, 100)]), Some(DiskBytes { read: 100, written: 0 }));
    }

    #[test]
    fn sums_of_requests_are_not_requests() {
        assert_eq!(DiskBytes::sum([(8, DiskBytes::of("Total", 9))]), Some(DiskBytes::default()));
    }

    #[test]
    fn no_device_is_unknown_and_not_zero() {
        assert_eq!(DiskBytes::sum([]), None);
    }
}
