//! By how much does one side lie above the other? Hodges-Lehmann.

use super::rank_sum::{EXACT_UP_TO, RankSums};
use crate::stats::Estimate;
use crate::stats::distribution::{normal_tail, normal_upper};
use crate::stats::summary::{all_finite, is_level, logs, median_of_sorted};
use crate::stats::ties::tie_groups;

/// The shift from `baseline` to `current`: the median of all differences yⱼ − xᵢ (Hodges & Lehmann 1963).
///
/// The interval is D₍k₎..D₍mn+1−k₎ of the sorted differences, where k inverts the exact null distribution of U
/// (Lehmann 1963), and beyond 60 values together its normal approximation. `confidence` in the answer is the one
/// reached. Where the one asked for cannot be reached, the interval is the widest there is: with three values a
/// side that is 90 %, so n is too small for 95 %.
///
/// Takes time and memory in proportion to n₁·n₂. `None` when a side is empty, a value is not finite or
/// `confidence` is outside `0.0..1.0`.
#[must_use]
pub fn hodges_lehmann(baseline: &[f64], current: &[f64], confidence: f64) -> Option<Estimate> {
    let usable = |side: &[f64]| !side.is_empty() && all_finite(side);
    if !usable(baseline) || !usable(current) || !is_level(confidence) {
        return None;
    }
    let mut differences: Vec<f64> =
        baseline.iter().flat_map(|before| current.iter().map(move |after| after - before)).collect();
    differences.sort_unstable_by(f64::total_cmp);
    let (below, outside) = skipped(baseline.len(), current.len(), (1.0 - confidence) / 2.0);
    Some(Estimate {
        value: median_of_sorted(&differences),
        lower: differences[below],
        upper: differences[differences.len() - 1 - below],
        confidence: 1.0 - 2.0 * outside,
    })
}

/// The ratio of `current` to `baseline`: [`hodges_lehmann`] on logs, exp(median(ln yⱼ − ln xᵢ)).
///
/// `None` also when a value is zero or negative; use the raw scale for metrics that can be zero.
///
/// ```
/// use plimsoll_metrics::stats::hodges_lehmann_ratio;
///
/// let ratio = hodges_lehmann_ratio(&[100.0, 101.0, 99.0], &[110.0, 111.1, 108.9], 0.95).expect("positive");
/// assert!((ratio.value - 1.1).abs() < 1e-12);
/// assert!((ratio.confidence - 0.9).abs() < 1e-12, "three a side reach no more than 90 %");
/// ```
#[must_use]
pub fn hodges_lehmann_ratio(baseline: &[f64], current: &[f64], confidence: f64) -> Option<Estimate> {
    hodges_lehmann(&logs(baseline)?, &logs(current)?, confidence).map(|shift| shift.map(f64::exp))
}

/// How many differences lie outside the interval at each end, and the probability of one such end.
fn skipped(baseline: usize, current: usize, tail: f64) -> (usize, f64) {
    let (below, outside) = if baseline + current <= EXACT_UP_TO {
        exact_skipped(baseline, current, tail)
    } else {
        normal_skipped(baseline as f64, current as f64, tail)
    };
    // An interval from D₍k₎ leaves out k − 1 differences: with none to leave out, it starts at the first.
    match below.checked_sub(1) {
        Some(skip) => (skip, outside),
        None => (0, end_probability(baseline, current)),
    }
}

/// The largest k with P(U ≤ k − 1) ≤ `tail`, and that probability.
fn exact_skipped(baseline: usize, current: usize, tail: f64) -> (usize, f64) {
    let places: Vec<f64> = (0..baseline + current).map(|place| place as f64).collect();
    RankSums::new(&tie_groups(&places), baseline.min(current)).largest_below(tail)
}

fn normal_skipped(baseline: f64, current: f64, tail: f64) -> (usize, f64) {
    let centre = baseline * current / 2.0;
    let deviation = (baseline * current * (baseline + current + 1.0) / 12.0).sqrt();
    let below = (centre - 0.5 - normal_upper(tail) * deviation).floor() + 1.0;
    (below.max(0.0) as usize, normal_tail((centre - below + 0.5) / deviation))
}

/// P(U = 0) = 1/C(m + n, n): the chance that the widest interval misses at one end.
fn end_probability(baseline: usize, current: usize) -> f64 {
    let few = baseline.min(current);
    (1..=few).map(|taken| taken as f64 / (baseline + current - few + taken) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_a_side_reach_ninety_per_cent_and_no_more() {
        let shift = hodges_lehmann(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], 0.95).unwrap();
        assert!((shift.confidence - 0.9).abs() < 1e-15);
        assert_eq!((shift.lower, shift.value, shift.upper), (1.0, 3.0, 5.0));
    }

    #[test]
    fn five_a_side_leave_out_the_two_outermost_differences_at_95_per_cent() {
        // Tables of the rank-sum test: P(U ≤ 2) = 4/252 for 5 + 5.
        let before = [0.0; 5];
        let after = [1.0, 2.0, 3.0, 4.0, 5.0];
        let shift = hodges_lehmann(&before, &after, 0.95).unwrap();
        assert!((shift.confidence - (1.0 - 8.0 / 252.0)).abs() < 1e-14);
    }

    #[test]
    fn exact_and_normal_ranks_meet_at_the_border() {
        let (exact, _) = exact_skipped(30, 30, 0.025);
        let (normal, _) = normal_skipped(30.0, 30.0, 0.025);
        assert!(exact.abs_diff(normal) <= 1, "{exact} {normal}");
    }

    #[test]
    fn a_ratio_of_zero_has_no_answer() {
        assert_eq!(hodges_lehmann_ratio(&[0.0, 1.0], &[1.0, 2.0], 0.95), None);
        assert_eq!(hodges_lehmann_ratio(&[-1.0, 1.0], &[1.0, 2.0], 0.95), None);
    }
}
