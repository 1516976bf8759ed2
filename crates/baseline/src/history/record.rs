//! The file as a whole.

use super::entry::Entry;
use super::series::{Point, Series, SeriesKey};

/// A longer line was not written by us.
const LONGEST_LINE: usize = 1 << 20;

/// The entries of a file that only ever grows, and what in it could not be read.
///
/// ```
/// use plimsoll_baseline::history::History;
///
/// let history = History::read(b"{\"schema_version\":\"1.0\",\"at\":\"2026-\nnot ours\n\n");
/// assert_eq!((history.entries.len(), history.left_out, history.first_left_out), (0, 2, Some(1)));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// The entries, by the time at which they were measured.
    pub entries: Vec<Entry>,
    /// Lines that are no entries: cut, of another version, or of somebody else.
    pub left_out: u64,
    /// The first of them, counted from 1.
    pub first_left_out: Option<usize>,
}

impl History {
    /// Reads what can be read; never an error, since a cut line must not cost the others.
    #[must_use]
    pub fn read(bytes: &[u8]) -> History {
        let mut history = History::default();
        for (place, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            match entry(line) {
                Some(entry) => history.entries.push(entry),
                None => {
                    history.left_out += 1;
                    history.first_left_out.get_or_insert(place + 1);
                }
            }
        }
        history.entries.sort_by_key(|entry| entry.at);
        history
    }

    /// What can be followed through time, in the order in which it first came up.
    #[must_use]
    pub fn keys(&self) -> Vec<SeriesKey> {
        let mut seen = std::collections::HashSet::new();
        let keys =
            self.entries.iter().filter(|entry| entry.is_accepted()).flat_map(|entry| {
                entry.figures.iter().map(|figure| SeriesKey::new(&entry.environment, figure))
            });
        keys.filter(|key| seen.insert(key.clone())).collect()
    }

    /// One figure through time, from the sets that are neither invalid nor interrupted.
    #[must_use]
    pub fn series(&self, key: &SeriesKey) -> Series {
        let accepted = self.entries.iter().filter(|entry| entry.is_accepted());
        let own = accepted.filter(|entry| entry.environment == key.environment);
        let points = own.filter_map(|entry| {
            let figure = entry.figures.iter().find(|figure| key.is_of(figure))?;
            Some(Point { at: entry.at, set: entry.set.clone(), value: figure.value })
        });
        Series { key: key.clone(), points: points.collect() }
    }
}

fn entry(line: &[u8]) -> Option<Entry> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let entry: Entry = serde_json::from_slice(line).ok()?;
    entry.schema_version.is_readable().then_some(entry)
}
