//! What workflows work on: a text, and what there is to say of it.

use std::iter::Sum;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Parts that a document is divided into, which are read at the same time.
pub const SECTIONS: usize = 3;

const WORDS: [&str; 16] = [
    "harbour", "ballast", "tide", "cargo", "keel", "winter", "north", "salt", "summer", "fresh", "anchor",
    "draught", "hull", "line", "mast", "deck",
];

/// A document of so many words, which a seed fixes.
#[must_use]
pub fn text(seed: u64, words: u32) -> String {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let words: Vec<&str> = (0..words).map(|_| WORDS[draw.random_range(0..WORDS.len())]).collect();
    words.join(" ")
}

/// The sections of a document, as evenly as its words allow; the last ones may be empty.
#[must_use]
pub fn sections(text: &str) -> [String; SECTIONS] {
    let words: Vec<&str> = text.split_whitespace().collect();
    let each = words.len().div_ceil(SECTIONS).max(1);
    let mut pieces = words.chunks(each);
    std::array::from_fn(|_| pieces.next().map(|piece| piece.join(" ")).unwrap_or_default())
}

/// How much a word weighs: the number of different letters from a to z in it.
#[must_use]
pub fn weight(word: &str) -> u64 {
    let letters = word.bytes().filter(u8::is_ascii_lowercase);
    u64::from(letters.fold(0u32, |seen, letter| seen | 1 << (letter - b'a')).count_ones())
}

/// What there is to say of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Its words.
    pub words: u64,
    /// What they weigh together.
    pub weight: u64,
}

impl Summary {
    /// What should be said of a text.
    #[must_use]
    pub fn of(text: &str) -> Summary {
        text.split_whitespace().map(|word| Summary { words: 1, weight: weight(word) }).sum()
    }
}

impl Sum for Summary {
    fn sum<I: Iterator<Item = Summary>>(all: I) -> Summary {
        all.fold(Summary::default(), |sum, one| Summary {
            words: sum.words + one.words,
            weight: sum.weight + one.weight,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_sections_is_said_of_the_whole() {
        for words in [1, 2, 3, 4, 299, 300] {
            let text = text(7, words);
            let of_sections: Summary = sections(&text).iter().map(|section| Summary::of(section)).sum();
            assert_eq!(of_sections, Summary::of(&text));
            assert_eq!(of_sections.words, u64::from(words));
        }
        assert_eq!(Summary::of("keel deck"), Summary { words: 2, weight: 3 + 4 });
    }

    #[test]
    fn a_seed_fixes_the_document() {
        assert_eq!(text(3, 20), text(3, 20));
        assert_ne!(text(3, 20), text(4, 20));
    }
}
