//! Answers of engines and of a cAdvisor that were damaged on their way, read as if they were whole.
//!
//! A test reads some, a measurement at length a million.

use crate::cadvisor::Api;
use crate::container::{Frame, Limits, METRICS};
use crate::derive::derive;
use crate::{cadvisor, docker};

/// What reads a document; the frame that it made of it, where it is one of counters.
type Reader = fn(&[u8]) -> Option<Frame>;

const DOCUMENTS: [(&[u8], Reader); 18] = [
    (include_bytes!("../fixtures/docker/version-1.json"), docker::read_stats),
    (include_bytes!("../fixtures/docker/version-2.json"), docker::read_stats),
    (include_bytes!("../fixtures/docker/podman.json"), docker::read_stats),
    (include_bytes!("../fixtures/docker/restarted.json"), docker::read_stats),
    (include_bytes!("../fixtures/docker/not-running.json"), docker::read_stats),
    (include_bytes!("../fixtures/docker/host-network.json"), docker::read_stats),
    (include_bytes!("../fixtures/docker/unlimited.json"), docker::read_stats),
    (include_bytes!("../fixtures/docker/inspect-half.json"), docker::read_inspection),
    (include_bytes!("../fixtures/docker/inspect-hog.json"), docker::read_inspection),
    (include_bytes!("../fixtures/docker/inspect-quota.json"), docker::read_inspection),
    (include_bytes!("../fixtures/docker/inspect-unlimited.json"), docker::read_inspection),
    (include_bytes!("../fixtures/docker/events-oom-loop.json"), docker::read_events),
    (include_bytes!("../fixtures/cadvisor/version-1.3.json"), |json| cadvisor::read(Api::V1_3, json)),
    (include_bytes!("../fixtures/cadvisor/unlimited.json"), |json| cadvisor::read(Api::V1_3, json)),
    (include_bytes!("../fixtures/cadvisor/version-2.0.json"), |json| cadvisor::read(Api::V2_0, json)),
    (include_bytes!("../fixtures/cadvisor/version-2.1.json"), |json| cadvisor::read(Api::V2_1, json)),
    (include_bytes!("../fixtures/cadvisor/version-2.1-newer.json"), |json| cadvisor::read(Api::V2_1, json)),
    (include_bytes!("../fixtures/cadvisor/machine.json"), cadvisor::read_machine),
];

/// What may stand where a number or a word did.
const OTHERS: [&str; 12] = [
    "-1",
    "0",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "1e999",
    "1.5",
    "null",
    "[]",
    "{}",
    "\"\"",
    "\"0001-01-01T00:00:00Z\"",
];

/// What became of damaged answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Read {
    /// Answers that were read.
    pub answers: u64,
    /// Those of them that still made a frame of counters.
    pub frames: u64,
    /// Values that followed from these frames.
    pub values: u64,
}

/// Reads so many damaged answers, the same ones for the same seed.
///
/// # Panics
/// When a parser panics, or a value that follows is negative or no number: that is what it looks for.
#[must_use]
pub fn read(answers: u64, seed: u64) -> Read {
    let mut random = Random(seed);
    let mut read = Read { answers, ..Read::default() };
    for _ in 0..answers {
        let (whole, reader) = DOCUMENTS[random.below(DOCUMENTS.len())];
        let mut text = whole.to_vec();
        for _ in 0..=random.below(3) {
            damage(&mut text, &mut random);
        }
        if let Some(frame) = reader(&text) {
            read.frames += 1;
            read.values += values(reader(whole), &frame, &text);
        }
    }
    read
}

/// How many values a damaged frame has after the whole one.
fn values(before: Option<Frame>, frame: &Frame, text: &[u8]) -> u64 {
    let limits =
        Limits { cores: Some(0.5), host_cores: Some(2.0), memory_bytes: Some(1), host_memory_bytes: Some(0) };
    let earlier = |time_ns: u64| time_ns.saturating_sub(1_000_000_000);
    let before = before.map(|frame| Frame { time_ns: frame.time_ns.map(earlier), ..frame });
    let before = before.map(|frame| frame.reading(String::new(), &limits));
    let derived = derive(&METRICS, before.as_ref(), &frame.reading(String::new(), &limits), 1);
    let values = derived.iter().filter_map(|one| one.value.as_ref().ok());
    for value in values.clone() {
        assert!(value.is_finite() && *value >= 0.0, "{value}: {}", String::from_utf8_lossy(text));
    }
    u64::try_from(values.count()).unwrap_or(u64::MAX)
}

fn damage(text: &mut Vec<u8>, random: &mut Random) {
    let (from, to) = random.range(text.len());
    // Mostly a value, since what is no document at all reaches nothing behind the parsers.
    match random.below(30) {
        0 => text.truncate(from),
        1 => drop(text.drain(from..to.min(from + 40))),
        2 => {
            let again = text[from..to.min(from + 200)].to_vec();
            text.splice(from..from, again);
        }
        3 => text[from..to.min(from + 1)].iter_mut().for_each(|byte| *byte = random.next().to_le_bytes()[0]),
        _ => exchange(text, from, random),
    }
}

/// Puts another word in the place of the first value from a place on.
fn exchange(text: &mut Vec<u8>, from: usize, random: &mut Random) {
    let Some(key) = text[from..].windows(2).position(|pair| pair == b"\":") else { return };
    let start = from + key + 2;
    let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b'\n');
    let end = text[start..].iter().position(is_end).map_or(text.len(), |at| start + at);
    text.splice(start..end, OTHERS[random.below(OTHERS.len())].bytes());
}

/// SplitMix64: enough to damage texts with.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below a bound; 0 where there is none.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// A place in a text and one after it.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length);
        (from, from + self.below(length - from + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_answers_are_values_or_gaps_and_never_a_panic() {
        let answers = 100_000;
        let read = read(answers, 1);
        // Otherwise damage would be so great that nothing behind the parsers was reached.
        assert!(read.frames > answers / 10 && read.values > 4 * read.frames, "{read:?}");
    }
}
