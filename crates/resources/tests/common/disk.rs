//! The disk below a folder, and writes that go past the page cache to it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What a test writes, in MiB.
pub(crate) const WRITTEN_MIB: u64 = 200;

/// The bytes of it, with the twentieth more that a file system may need for itself.
pub(crate) const WRITTEN: std::ops::RangeInclusive<u64> =
    (WRITTEN_MIB << 20) * 95 / 100..=(WRITTEN_MIB << 20) * 105 / 100;

/// The device of the whole disk that a folder lies on; an error where it lies in memory or on a network.
pub(crate) fn below(folder: &Path) -> Result<PathBuf, String> {
    let device = fs::metadata(folder).map_err(|error| error.to_string())?.dev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let known = fs::canonicalize(format!("/sys/dev/block/{major}:{minor}"));
    let known = known.map_err(|_| format!("{} lies on no disk", folder.display()))?;
    // A partition lies in the folder of its disk.
    let whole = if known.join("partition").exists() { known.parent() } else { Some(known.as_path()) };
    let name = whole.and_then(Path::file_name).ok_or("the disk has no name")?;
    Ok(Path::new("/dev").join(name))
}

/// The command that writes so much to a file, past the page cache.
pub(crate) fn write_command(file: &str) -> String {
    format!("dd if=/dev/zero of={file} bs=1M count={WRITTEN_MIB} oflag=direct")
}
