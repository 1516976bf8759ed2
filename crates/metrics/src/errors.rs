//! Errors by kind, bounded.

use std::collections::HashMap;

use plimsoll_model::{ErrorCount, redact_url};

use crate::Nanos;
use crate::num::{ratio, to_f64};

/// Kinds that a table tells apart while it counts. A few hundred, so that the twenty most frequent at the end
/// are found even when rare ones came first.
const MAX_KINDS: usize = 256;

/// Kinds that a result names; the rest is `other`.
const REPORTED_KINDS: usize = 20;

/// The name of all further kinds.
const OTHER: &str = "other";

/// Longest name of a kind and longest sample in bytes.
const MAX_KIND: usize = 100;
const MAX_SAMPLE: usize = 500;

/// Counts errors by kind in bounded memory: a million different messages cost no more than 256.
///
/// Totals are exact whatever happens: kinds beyond the bound are counted as `other`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorTable {
    kinds: HashMap<String, Seen>,
    total: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    count: u64,
    first: Nanos,
    last: Nanos,
    sample: String,
}

impl ErrorTable {
    /// An empty table.
    #[must_use]
    pub fn new() -> ErrorTable {
        ErrorTable::default()
    }

    /// Counts an error. Kind and message are redacted and cut.
    pub fn record(&mut self, kind: &str, message: &str, at: Nanos) {
        self.total += 1;
        if let Some(seen) = self.kinds.get_mut(kind) {
            return seen.again(1, at, at);
        }
        let seen = Seen { count: 1, first: at, last: at, sample: shorten(message, MAX_SAMPLE) };
        self.insert(&shorten(kind, MAX_KIND), seen);
    }

    /// Adds all errors of another table.
    pub fn merge(&mut self, other: &ErrorTable) {
        self.total += other.total;
        for (kind, seen) in &other.kinds {
            self.insert(kind, seen.clone());
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.kinds.clear();
        self.total = 0;
    }

    /// Number of errors.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The twenty most frequent kinds, most frequent first (ties by name), then `other` for the rest. The
    /// counts add up to the total.
    #[must_use]
    pub fn counts(&self) -> Vec<ErrorCount> {
        let mut kinds: Vec<_> = self.kinds.iter().filter(|(kind, _)| *kind != OTHER).collect();
        kinds.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(b.0)));
        let (named, rest) = kinds.split_at(kinds.len().min(REPORTED_KINDS));
        let other =
            rest.iter().map(|(_, seen)| *seen).chain(self.kinds.get(OTHER)).cloned().reduce(Seen::and);
        let named = named.iter().map(|(kind, seen)| self.error_count(kind, seen));
        named.chain(other.map(|seen| self.error_count(OTHER, &seen))).collect()
    }

    fn error_count(&self, kind: &str, seen: &Seen) -> ErrorCount {
        ErrorCount {
            kind: kind.to_owned(),
            count: seen.count,
            share: ratio(to_f64(seen.count), to_f64(self.total)).unwrap_or(0.0),
            first_ns: seen.first,
            last_ns: seen.last,
            sample: seen.sample.clone(),
        }
    }

    fn insert(&mut self, kind: &str, seen: Seen) {
        let has_room = self.kinds.len() < MAX_KINDS;
        let kind = if has_room || self.kinds.contains_key(kind) { kind } else { OTHER };
        match self.kinds.get_mut(kind) {
            Some(known) => known.again(seen.count, seen.first, seen.last),
            None => drop(self.kinds.insert(kind.to_owned(), seen)),
        }
    }
}

impl Seen {
    fn again(&mut self, count: u64, first: Nanos, last: Nanos) {
        self.count += count;
        self.first = self.first.min(first);
        self.last = self.last.max(last);
    }

    fn and(mut self, other: Seen) -> Seen {
        self.again(other.count, other.first, other.last);
        self
    }
}

/// Redacted, and cut at a character's edge.
fn shorten(text: &str, most: usize) -> String {
    // Cut before redacting as well, so that a message of megabytes costs nothing; an address that the first
    // cut goes through is still recognised by its scheme.
    let text = redact_url(cut(text, 4 * most));
    cut(&text, most).to_owned()
}

fn cut(text: &str, most: usize) -> &str {
    let most = most.min(text.len());
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_exact_and_memory_is_bounded() {
        let mut table = ErrorTable::new();
        for index in 0..10_000u64 {
            table.record(&format!("kind {index}"), "x", index);
            table.record("frequent", "y", index);
        }
        assert!(table.kinds.len() <= MAX_KINDS + 1);
        let counts = table.counts();
        assert_eq!(counts.len(), REPORTED_KINDS + 1);
        assert_eq!(
            (counts[0].kind.as_str(), counts[0].count, counts[0].last_ns),
            ("frequent", 10_000, 9_999)
        );
        assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), table.total());
    }

    #[test]
    fn merging_equals_recording_in_one_table() {
        let (mut one, mut two, mut both) = (ErrorTable::new(), ErrorTable::new(), ErrorTable::new());
        for at in 0..100 {
            let (kind, table) = if at % 3 == 0 { ("a", &mut one) } else { ("b", &mut two) };
            table.record(kind, "m", at);
            both.record(kind, "m", at);
        }
        one.merge(&two);
        assert_eq!(one, both);
    }

    #[test]
    fn samples_hold_no_secret_and_end() {
        let mut table = ErrorTable::new();
        table.record("refused", &format!("redis://u:s3cret@h/ {}", "é".repeat(5_000)), 1);
        let sample = &table.counts()[0].sample;
        assert!(sample.len() <= MAX_SAMPLE && !sample.contains("s3cret"), "{sample}");
    }
}
