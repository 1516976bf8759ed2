//! What is kept of old results.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use plimsoll_cli::{HISTORY_FILE, write_whole};

/// A history beyond this is cut to its newest half; at a line for each hour that is years.
const LONGEST_HISTORY: u64 = 32 << 20;
/// How results of the main job are called; the rest of the name is their time.
const PREFIX: &str = "perf-ci_";

/// What is kept of old results: the newest, so many of them, and so many bytes. The newest one always is.
///
/// What has one name, such as `latest.json`, the report, charts and trends, is replaced by each turn; the history
/// keeps a line of each up to 32 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Results.
    pub results: usize,
    /// Bytes of their files together.
    pub bytes: u64,
}

impl Keep {
    /// Removes what is beyond it.
    ///
    /// # Errors
    /// When something cannot be looked at or removed; the error names it.
    pub fn apply(&self, folder: &Path) -> anyhow::Result<()> {
        let mut files: Vec<(PathBuf, u64)> =
            entries(folder)?.into_iter().filter(|(path, _)| is_old_result(path)).collect();
        files.reverse();
        let (mut results, mut bytes): (Vec<String>, u64) = (Vec::new(), 0);
        for (path, length) in files {
            let result = stem(&path);
            let is_further = results.last() != Some(&result);
            if is_further {
                results.push(result);
            }
            bytes = bytes.saturating_add(length);
            let is_beyond = results.len() > self.results || bytes > self.bytes;
            if is_beyond && results.len() > 1 {
                remove(&path)?;
            }
        }
        shorten(&folder.join(HISTORY_FILE), LONGEST_HISTORY)
    }
}

/// A file of one result, with its time in its name.
fn is_old_result(path: &Path) -> bool {
    let is_time = |stem: &str| stem.len() == "20261120T180000123Z".len() && stem.ends_with('Z');
    let is_form = path.extension().is_some_and(|extension| extension == "json" || extension == "csv");
    is_form && stem(path).strip_prefix(PREFIX).is_some_and(is_time)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Cuts a file of lines to its newest half where it is longer than that.
fn shorten(path: &Path, longest: u64) -> anyhow::Result<()> {
    let length = fs::metadata(path).map_or(0, |metadata| metadata.len());
    if length <= longest {
        return Ok(());
    }
    let named = || format!("{} cannot be shortened", path.display());
    let bytes = fs::read(path).with_context(named)?;
    let half = &bytes[bytes.len() / 2..];
    let newest = half.iter().position(|byte| *byte == b'\n').map_or(&half[..0], |end| &half[end + 1..]);
    write_whole(path, |out| out.write_all(newest)).with_context(named)
}

/// The files of a folder with their lengths, by name.
pub(super) fn entries(folder: &Path) -> anyhow::Result<Vec<(PathBuf, u64)>> {
    let named = || format!("{} cannot be read", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(named)? {
        let entry = entry.with_context(named)?;
        // Another program may remove one while this one looks.
        if let Ok(metadata) = entry.metadata()
            && metadata.is_file()
        {
            files.push((entry.path(), metadata.len()));
        }
    }
    files.sort();
    Ok(files)
}

/// Removes a file; that it is gone already is what was wanted.
pub(super) fn remove(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", file.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), [b'x'; 100]).unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let files = entries(folder.path()).unwrap();
        files.iter().map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    const OLD: &str = "perf-ci_20261120T180000000Z.json";
    const NEWER: &str = "perf-ci_20261120T190000000Z.json";
    const NEWEST: [&str; 2] = ["perf-ci_20261120T200000000Z.csv", "perf-ci_20261120T200000000Z.json"];

    #[test]
    fn the_newest_are_kept_and_what_is_somebody_elses_is_left_alone() {
        let others = ["checkout_20261120T180000000Z.json", "latest.json", "perf-ci_notes.json"];
        let folder = folder(&[&[OLD, NEWER], &NEWEST[..], &others[..]].concat());
        Keep { results: 2, bytes: u64::MAX }.apply(folder.path()).unwrap();
        assert_eq!(names(&folder), [others[0], others[1], NEWER, NEWEST[0], NEWEST[1], others[2]]);
    }

    #[test]
    fn bytes_are_bounded_and_the_newest_result_stays_whatever_it_takes() {
        let folder = folder(&[OLD, NEWER, NEWEST[0], NEWEST[1]]);
        Keep { results: 10, bytes: 350 }.apply(folder.path()).unwrap();
        assert_eq!(names(&folder), [NEWER, NEWEST[0], NEWEST[1]]);
        Keep { results: 10, bytes: 1 }.apply(folder.path()).unwrap();
        assert_eq!(names(&folder), NEWEST);
        Keep { results: 0, bytes: 0 }.apply(folder.path()).unwrap();
        assert_eq!(names(&folder), NEWEST);
    }

    #[test]
    fn a_long_history_keeps_its_newest_lines_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(HISTORY_FILE);
        shorten(&path, 10).unwrap();
        fs::write(&path, "one\ntwo\nthree\nfour\n").unwrap();
        shorten(&path, 19).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\nthree\nfour\n");
        shorten(&path, 18).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "four\n");
    }
}
