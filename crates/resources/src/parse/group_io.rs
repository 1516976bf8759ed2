//! What a control group read from disks and wrote to them, in both versions.

use crate::container::DiskBytes;

/// By `blkio.throttle.io_service_bytes` of version 1: `8:0 Read 4096`. `None` without a line of a device,
/// which is how a kernel says that it does not count.
pub(crate) fn service_bytes(text: &str) -> Option<DiskBytes> {
    DiskBytes::sum(text.lines().filter_map(service_line))
}

fn service_line(line: &str) -> Option<(u64, DiskBytes)> {
    let mut fields = line.split_whitespace();
    let (device, operation, bytes) = (fields.next()?, fields.next()?, fields.next()?.parse().ok()?);
    Some((major(device)?, DiskBytes::of(operation, bytes)))
}

/// By `io.stat` of version 2: `8:0 rbytes=4096 wbytes=0 rios=1 …`. Devices come in with their first request,
/// so that an empty file is nothing read and nothing written.
pub(crate) fn io_stat(text: &str) -> DiskBytes {
    DiskBytes::sum(text.lines().filter_map(io_line)).unwrap_or_default()
}

fn io_line(line: &str) -> Option<(u64, DiskBytes)> {
    let (device, fields) = line.split_once(' ')?;
    let field = |name: &str| {
        let value =
            fields.split_whitespace().find_map(|field| field.strip_prefix(name)?.strip_prefix('='))?;
        value.parse().ok()
    };
    Some((major(device)?, DiskBytes { read: field("rbytes")?, written: field("wbytes")? }))
}

fn major(device: &str) -> Option<u64> {
    device.split_once(':')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    #[test]
    fn reads_and_writes_of_all_disks_are_summed() {
        let text = "8:16 Read 100\n8:16 Write 7\n8:16 Sync 107\n8:0 Read 1\n8:0 Write 0\nTotal 108\n";
        assert_eq!(service_bytes(text), Some(DiskBytes { read: 101, written: 7 }));
        let text = "8:16 rbytes=100 wbytes=7 rios=1 wios=2 dbytes=0 dios=0\n8:0 rbytes=1 wbytes=0\n";
        assert_eq!(io_stat(text), DiskBytes { read: 101, written: 7 });
    }

    #[test]
    fn a_total_without_a_device_is_not_counted_and_not_zero() {
        assert_eq!(service_bytes("Total 0\n"), None);
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE {
            assert_eq!((service_bytes(text), io_stat(text)), (None, DiskBytes::default()), "{text:?}");
        }
    }
}
