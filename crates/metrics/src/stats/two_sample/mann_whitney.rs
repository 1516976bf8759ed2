//! Does one side lie above the other? Mann-Whitney, exact where it can be.

use super::rank_sum::{EXACT_UP_TO, RankSums};
use crate::stats::distribution::normal_tail;
use crate::stats::summary::{all_finite, sorted};
use crate::stats::ties::{TieGroup, midranks, tie_groups, tie_term};

/// The outcome of [`mann_whitney`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// Pairs in which `current` is above `baseline`, a tie counting half; `0.0..=n₁·n₂`.
    pub u: f64,
    /// Probability that a value of `current` is above one of `baseline`, a tie counting half: A₁₂ = U/(n₁n₂)
    /// (Vargha & Delaney 2000). `0.0..=1.0`, 0.5 means no effect.
    pub effect: f64,
    /// One-sided p-value for "`current` lies below".
    pub less: f64,
    /// One-sided p-value for "`current` lies above".
    pub greater: f64,
    /// Two-sided p-value: twice the smaller side, at most 1.
    pub two_sided: f64,
    /// Where the p-values come from.
    pub null: NullDistribution,
}

/// Where a p-value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullDistribution {
    /// Every assignment of values to sides was counted.
    Exact,
    /// The normal approximation.
    Normal,
}

/// Tests whether `current` lies above or below `baseline`, whatever the shape of the two (Mann & Whitney 1947).
///
/// Up to 60 values together the p-values are exact, ties included (Klotz 1966; shift algorithm of Streitberg &
/// Röhmel 1986); beyond, they are normal with the variance n₁n₂/12·\[(N + 1) − Σ(t³ − t)/(N(N − 1))\] and a
/// continuity correction of 0.5. Twice the CDF of the smaller U is wrong where ties are asymmetric; the two
/// tails are therefore counted apart. All values equal gives p = 1.
///
/// Give it one value a run. `None` when a side is empty or a value is not finite.
///
/// ```
/// use plimsoll_metrics::stats::mann_whitney;
///
/// let test = mann_whitney(&[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 8.0]).expect("both sides have values");
/// assert!((test.two_sided - 2.0 / 70.0).abs() < 1e-15);
/// assert_eq!(test.effect, 1.0);
/// ```
#[must_use]
pub fn mann_whitney(baseline: &[f64], current: &[f64]) -> Option<MannWhitney> {
    let pooled = [current, baseline].concat();
    if baseline.is_empty() || current.is_empty() || !all_finite(&pooled) {
        return None;
    }
    let sides = Sides::new(&pooled, current.len());
    let (less, greater, null) = if pooled.len() <= EXACT_UP_TO {
        let (less, greater) = sides.exact();
        (less, greater, NullDistribution::Exact)
    } else {
        let (less, greater) = sides.normal();
        (less, greater, NullDistribution::Normal)
    };
    let u = sides.u();
    let effect = u / sides.pairs();
    Some(MannWhitney { u, effect, less, greater, two_sided: (2.0 * less.min(greater)).min(1.0), null })
}

/// What the p-values rest on: the ties of all values together and the rank sum of the current side.
struct Sides {
    groups: Vec<TieGroup>,
    current: usize,
    baseline: usize,
    doubled_sum: usize,
}

impl Sides {
    fn new(pooled: &[f64], current: usize) -> Sides {
        let sum: f64 = midranks(pooled)[..current].iter().sum();
        Sides {
            groups: tie_groups(&sorted(pooled)),
            current,
            baseline: pooled.len() - current,
            doubled_sum: (2.0 * sum).round() as usize,
        }
    }

    fn pairs(&self) -> f64 {
        self.current as f64 * self.baseline as f64
    }

    fn u(&self) -> f64 {
        (self.doubled_sum - self.current * (self.current + 1)) as f64 / 2.0
    }

    /// P(U ≤ u) and P(U ≥ u), counted on the smaller side.
    fn exact(&self) -> (f64, f64) {
        if self.current <= self.baseline {
            let sums = RankSums::new(&self.groups, self.current);
            return (sums.at_most(self.doubled_sum), sums.at_least(self.doubled_sum));
        }
        let all = self.current + self.baseline;
        let other = all * (all + 1) - self.doubled_sum;
        let sums = RankSums::new(&self.groups, self.baseline);
        (sums.at_least(other), sums.at_most(other))
    }

    /// P(U ≤ u) and P(U ≥ u) by the normal law with ties and continuity correction.
    fn normal(&self) -> (f64, f64) {
        let all = (self.current + self.baseline) as f64;
        let variance = self.pairs() / 12.0 * ((all + 1.0) - tie_term(&self.groups) / (all * (all - 1.0)));
        if variance <= 0.0 {
            return (1.0, 1.0);
        }
        let shift = self.u() - self.pairs() / 2.0;
        let deviation = variance.sqrt();
        (normal_tail((-shift - 0.5) / deviation), normal_tail((shift - 0.5) / deviation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_sample_first_gives_the_truth_and_not_its_complement() {
        // statrs 0.19 answers 1.0 here.
        let test = mann_whitney(&[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 8.0]).unwrap();
        assert!((test.greater - 1.0 / 70.0).abs() < 1e-15);
        assert_eq!(test.less, 1.0);
    }

    #[test]
    fn all_equal_is_no_evidence() {
        for count in [3, 40] {
            let test = mann_whitney(&vec![7.0; count], &vec![7.0; count]).unwrap();
            assert_eq!((test.less, test.greater, test.two_sided, test.effect), (1.0, 1.0, 1.0, 0.5));
        }
    }

    #[test]
    fn an_empty_side_has_no_answer() {
        assert_eq!(mann_whitney(&[], &[1.0]), None);
        assert_eq!(mann_whitney(&[1.0], &[]), None);
        assert_eq!(mann_whitney(&[1.0], &[f64::NAN]), None);
    }
}
