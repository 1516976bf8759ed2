//! The nearest of many vectors, by a graph of neighbours.

use std::fmt::{self, Debug};

use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::hnsw::Hnsw;

use crate::embedding::embed;
use crate::texts::{QUESTIONS, passages};

/// Least and most vectors that are searched.
pub const VECTORS: std::ops::RangeInclusive<usize> = 500..=50_000;

/// Neighbours that a search may ask for.
pub const NEIGHBOURS: std::ops::RangeInclusive<usize> = 5..=10;

/// Neighbours that a vector is tied to, in each layer of the graph.
const TIES: usize = 16;

/// Candidates that are looked at where a new vector is put in.
const CARE: usize = 200;

/// Candidates that a search keeps at a time: more find the nearest more often, and take longer.
const BREADTH: usize = 64;

/// Passages, and the graph of their vectors (Malkov and Yashunin 2018).
pub struct Index {
    graph: Hnsw<'static, f32, Angle>,
    passages: Vec<String>,
    /// How far the nearest passage of each question is, by looking at all of them.
    nearest: [f32; QUESTIONS.len()],
}

/// A passage that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Which one, from 0.
    pub passage: usize,
    /// How far its vector is: 0 for the same direction, 2 for the opposite one.
    pub distance: f32,
}

impl Index {
    /// Embeds so many passages and puts them into a graph, on all cores. Two graphs of the same passages are not the
    /// same: their layers are drawn.
    #[must_use]
    pub fn of(count: usize) -> Index {
        let passages = passages(count);
        let vectors: Vec<Vec<f32>> = passages.iter().map(|passage| embed(passage)).collect();
        // As many layers as it may have.
        let graph = Hnsw::new(TIES, count, 16, CARE, Angle);
        let numbered: Vec<(&Vec<f32>, usize)> = vectors.iter().zip(0..).collect();
        graph.parallel_insert(&numbered);
        let nearest = QUESTIONS.map(|question| {
            let question = embed(question);
            vectors.iter().map(|vector| Angle.eval(&question, vector)).fold(f32::INFINITY, f32::min)
        });
        Index { graph, passages, nearest }
    }

    /// Vectors in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.passages.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    /// So many passages near a vector, the nearest first. Nearly always those that are nearest; see [`Index::is_nearest`].
    #[must_use]
    pub fn search(&self, vector: &[f32], neighbours: usize) -> Vec<Hit> {
        let found = self.graph.search(vector, neighbours, BREADTH);
        found.iter().map(|hit| Hit { passage: hit.d_id, distance: hit.distance }).collect()
    }

    /// A passage.
    #[must_use]
    pub fn passage(&self, hit: Hit) -> &str {
        self.passages.get(hit.passage).map_or("", String::as_str)
    }

    /// Whether a hit is as near to a question, by its number in [`QUESTIONS`], as any passage is.
    #[must_use]
    pub fn is_nearest(&self, question: usize, hit: Option<&Hit>) -> bool {
        /// Between equals, as the order of additions has it.
        const NOTHING: f32 = 1e-5;
        hit.is_some_and(|hit| hit.distance <= self.nearest[question % QUESTIONS.len()] + NOTHING)
    }
}

impl Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("vectors", &self.len()).finish_non_exhaustive()
    }
}

/// One less the cosine of the angle between two vectors of length 1. The crate's own adds one number after the other,
/// which takes six times as long.
#[derive(Debug, Clone, Copy)]
struct Angle;

impl Distance<f32> for Angle {
    fn eval(&self, a: &[f32], b: &[f32]) -> f32 {
        // Sums beside each other, which the compiler adds at once. 384 is a multiple of 8.
        let mut sums = [0.0_f32; 8];
        for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
            for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                *sum += a * b;
            }
        }
        (1.0 - sums.iter().sum::<f32>()).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_every_question_finds_its_nearest_passage_and_others_in_their_order() {
        let index = Index::of(500);
        let found = QUESTIONS.map(|question| index.search(&embed(question), 10));
        assert!(
            found.iter().all(|hits| hits.len() == 10 && hits.is_sorted_by(|a, b| a.distance <= b.distance))
        );
        let nearest =
            found.iter().enumerate().filter(|(number, hits)| index.is_nearest(*number, hits.first())).count();
        assert!(nearest >= 11, "{nearest} of 12");
    }

    #[test]
    fn a_passage_finds_itself() {
        let index = Index::of(500);
        let itself = index.search(&embed(&passages(500)[123]), 5)[0];
        assert!((itself.passage, itself.distance < 1e-5) == (123, true), "{itself:?}");
        assert!(index.passage(itself).starts_with("entry 123:"));
    }
}
