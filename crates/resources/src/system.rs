//! The files of a Linux machine, below a root that tests and mounted hosts can choose.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use plimsoll_metrics::num::to_f64;
use plimsoll_model::GapCause;

use crate::container::cpu_list;
use crate::source::Raw;

/// Where `/proc`, `/sys` and `/etc` are looked for.
#[derive(Debug, Clone)]
pub(crate) struct Root(PathBuf);

impl Default for Root {
    fn default() -> Root {
        Root::at("/")
    }
}

impl Root {
    pub(crate) fn at(path: impl Into<PathBuf>) -> Root {
        Root(path.into())
    }

    /// A path of the machine, given without its leading `/`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The text of a file. Bytes that are no text, as in the name of a process, become replacement marks.
    pub(crate) fn text(&self, name: &str) -> io::Result<String> {
        fs::read(self.path(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What a parser finds in a file, or why there is nothing.
    pub(crate) fn read<T>(&self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Unread> {
        let text = self.text(name).map_err(|error| Unread::from_io(name, &error))?;
        parse(&text).ok_or_else(|| Unread::form(name))
    }

    /// The names in a folder, sorted; none where there is no such folder.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    /// The number of entries of a folder.
    pub(crate) fn count(&self, folder: &str) -> Result<usize, Unread> {
        let entries = fs::read_dir(self.path(folder)).map_err(|error| Unread::from_io(folder, &error))?;
        Ok(entries.count())
    }

    /// The last part of what a link leads to.
    pub(crate) fn link_name(&self, name: &str) -> Option<String> {
        let target = fs::read_link(self.path(name)).ok()?;
        Path::file_name(&target)?.to_str().map(str::to_owned)
    }

    /// Cores of the machine, whatever a limit leaves of them.
    pub(crate) fn cores(&self) -> Option<f64> {
        self.read("sys/devices/system/cpu/online", cpu_list).ok().map(to_f64)
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }
}

/// Why a file told nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) cause: GapCause,
    pub(crate) detail: String,
}

impl Unread {
    /// This machine has nothing to count here.
    pub(crate) fn nothing(detail: &str) -> Unread {
        Unread { cause: GapCause::Unsupported, detail: detail.to_owned() }
    }

    fn from_io(name: &str, error: &io::Error) -> Unread {
        let cause = match error.kind() {
            // A kernel without the file, or with the feature switched off.
            io::ErrorKind::NotFound | io::ErrorKind::Unsupported => GapCause::Unsupported,
            _ => GapCause::Unavailable,
        };
        Unread { cause, detail: format!("cannot read /{name}: {error}") }
    }

    fn form(name: &str) -> Unread {
        Unread { cause: GapCause::Unavailable, detail: format!("/{name} is not of the expected form") }
    }
}

impl From<Unread> for Raw {
    fn from(unread: Unread) -> Raw {
        Raw::Missing { cause: unread.cause, detail: unread.detail }
    }
}

/// A raw value of what was read, or the reason why nothing was.
pub(crate) fn raw<T>(found: &Result<T, Unread>, value: impl FnOnce(&T) -> Raw) -> Raw {
    match found {
        Ok(found) => value(found),
        Err(unread) => unread.clone().into(),
    }
}

/// Like [`raw`], for a field that the file may not have.
pub(crate) fn raw_field<T>(
    found: &Result<T, Unread>,
    name: &str,
    value: impl FnOnce(&T) -> Option<Raw>,
) -> Raw {
    let none = || Unread::nothing(&format!("this kernel does not say {name}")).into();
    raw(found, |found| value(found).unwrap_or_else(none))
}
