//! Which ranks of a sorted sample enclose a quantile, whatever the distribution.

use crate::stats::summary::is_level;

/// Weight, relative to the most likely count, below which a term of the binomial no longer matters.
const NEGLIGIBLE: f64 = 1e-20;

/// Ranks (1-based) of the sorted sample that enclose its `q` quantile with at least `confidence`, two-sided.
///
/// With B ~ Bin(n, q) they are l = max{k : P(B ≤ k − 1) ≤ α/2} and u = min{k : P(B ≥ k) ≤ α/2}, α = 1 −
/// confidence (David & Nagaraja 2003, section 7.1). They hold for any continuous distribution and are
/// conservative for one with ties, but they ask for independent values: within one run they only describe.
///
/// A lower rank of 0 means that the sample sets no lower limit; an upper rank of `None` that it sets no upper
/// one ("unbounded"), which needs qⁿ ≤ α/2: at 95 %, 72 values for p95, 368 for p99, 3,688 for p99.9 and 36,887
/// for p99.99. No values, `q` outside `0.0..=1.0` or `confidence` outside `0.0..1.0` leave both open: `(0, None)`.
/// Takes time in proportion to √n.
///
/// ```
/// use plimsoll_metrics::stats::quantile_interval_ranks;
///
/// assert_eq!(quantile_interval_ranks(100, 0.5, 0.95), (40, Some(61)));
/// assert_eq!(quantile_interval_ranks(71, 0.95, 0.95), (63, None));
/// assert_eq!(quantile_interval_ranks(72, 0.95, 0.95), (64, Some(72)));
/// ```
#[must_use]
pub fn quantile_interval_ranks(n: u64, q: f64, confidence: f64) -> (u64, Option<u64>) {
    if n == 0 || !(0.0..=1.0).contains(&q) || !is_level(confidence) {
        return (0, None);
    }
    let Ranks { lower, upper, .. } = enclosing_ranks(n, q, confidence);
    (lower, upper)
}

/// Ranks around a quantile, as [`quantile_interval_ranks`] gives them, and the confidence that they reach.
pub(super) struct Ranks {
    pub(super) lower: u64,
    pub(super) upper: Option<u64>,
    pub(super) confidence: f64,
}

/// The ranks for `n` ≥ 1, `q` in `0.0..=1.0` and `confidence` in `0.0..1.0`.
pub(super) fn enclosing_ranks(n: u64, q: f64, confidence: f64) -> Ranks {
    if q == 0.0 {
        return Ranks { lower: 0, upper: Some(1), confidence: 1.0 };
    }
    if q == 1.0 {
        return Ranks { lower: n, upper: None, confidence: 1.0 };
    }
    Binomial { n, odds: q / (1.0 - q), mode: (((n as f64) + 1.0) * q).floor().min(n as f64) as u64 }
        .ranks((1.0 - confidence) / 2.0)
}

/// The binomial law as weights relative to its mode. The recurrence between neighbours needs no factorials,
/// and unlike the continued fraction of the incomplete beta function it stays exact for 10⁹ trials.
struct Binomial {
    n: u64,
    odds: f64,
    mode: u64,
}

/// One term: how likely `count` is, relative to the mode.
#[derive(Clone, Copy)]
struct Term {
    count: u64,
    weight: f64,
}

impl Binomial {
    fn ranks(&self, tail: f64) -> Ranks {
        let mode = Term { count: self.mode, weight: 1.0 };
        let (bottom, below) = exhaust(mode, |term| self.down(term));
        let (top, above) = exhaust(mode, |term| self.up(term));
        let all = below + 1.0 + above;
        let (lower, missed_below) = first_beyond(bottom, tail * all, |term| self.up(term));
        let (last, missed_above) = first_beyond(top, tail * all, |term| self.down(term));
        let upper = (last < self.n).then_some(last + 1);
        Ranks { lower, upper, confidence: 1.0 - (missed_below + missed_above) / all }
    }

    fn up(&self, term: Term) -> Option<Term> {
        let left = self.n.checked_sub(term.count + 1)? + 1;
        let ratio = left as f64 / (term.count + 1) as f64 * self.odds;
        Some(Term { count: term.count + 1, weight: term.weight * ratio })
    }

    fn down(&self, term: Term) -> Option<Term> {
        let count = term.count.checked_sub(1)?;
        let ratio = term.count as f64 / (self.n - count) as f64 / self.odds;
        Some(Term { count, weight: term.weight * ratio })
    }
}

/// Walks away from `start` until the terms no longer matter; the last term, and the sum without `start`.
fn exhaust(start: Term, step: impl Fn(Term) -> Option<Term>) -> (Term, f64) {
    let mut last = start;
    let mut sum = 0.0;
    while let Some(term) = step(last).filter(|term| term.weight > NEGLIGIBLE) {
        sum += term.weight;
        last = term;
    }
    (last, sum)
}

/// Walks back from the far end of a tail: the first count at which the tail weighs more than `limit`, and its
/// weight without that count.
fn first_beyond(end: Term, limit: f64, step: impl Fn(Term) -> Option<Term>) -> (u64, f64) {
    let mut term = end;
    let mut passed = 0.0;
    while passed + term.weight <= limit {
        let Some(next) = step(term) else { break };
        passed += term.weight;
        term = next;
    }
    (term.count, passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upper_rank_exists_from_the_known_counts_on() {
        for (q, enough) in [(0.95, 72), (0.99, 368), (0.999, 3_688), (0.9999, 36_887)] {
            assert_eq!(quantile_interval_ranks(enough - 1, q, 0.95).1, None);
            assert_eq!(quantile_interval_ranks(enough, q, 0.95).1, Some(enough));
        }
    }

    #[test]
    fn the_two_tails_mirror_each_other() {
        for n in [1, 5, 72, 1_000] {
            let (lower, _) = quantile_interval_ranks(n, 0.95, 0.95);
            let (_, upper) = quantile_interval_ranks(n, 0.05, 0.95);
            assert_eq!(upper.map_or(0, |rank| n + 1 - rank), lower);
        }
    }

    #[test]
    fn the_ends_of_the_scale_are_the_extremes() {
        assert_eq!(quantile_interval_ranks(10, 0.0, 0.95), (0, Some(1)));
        assert_eq!(quantile_interval_ranks(10, 1.0, 0.95), (10, None));
    }

    #[test]
    fn nothing_and_nonsense_leave_both_ends_open() {
        assert_eq!(quantile_interval_ranks(0, 0.5, 0.95), (0, None));
        assert_eq!(quantile_interval_ranks(9, f64::NAN, 0.95), (0, None));
        assert_eq!(quantile_interval_ranks(9, 0.5, 1.0), (0, None));
    }

    #[test]
    fn a_hundred_million_values_are_no_trouble() {
        // Normal approximation: 99e6 ± 1.96 · 994.99.
        let (lower, upper) = quantile_interval_ranks(100_000_000, 0.99, 0.95);
        assert!((98_998_049..=98_998_051).contains(&lower), "{lower}");
        assert!(upper.is_some_and(|rank| (99_001_950..=99_001_953).contains(&rank)), "{upper:?}");
    }
}
