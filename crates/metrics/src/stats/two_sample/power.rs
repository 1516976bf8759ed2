//! What a comparison could have seen.

use crate::stats::distribution::student_upper;
use crate::stats::summary::{all_finite, is_level, logs, variance_of};

/// More runs a side than this are no plan.
const MOST_RUNS: u64 = 1_000_000;

/// Standard deviation of ln(value) from run to run, pooled over sides of the same spread, each around its own
/// mean: √(Σ(nᵢ − 1)sᵢ² / Σ(nᵢ − 1)) (Student 1908). What the two functions below ask for.
///
/// Sides with one value add nothing. `None` where no side has two, or a value is not finite and positive.
///
/// ```
/// use plimsoll_metrics::stats::pooled_log_deviation;
///
/// let deviation = pooled_log_deviation(&[&[100.0, 105.0, 95.0], &[200.0, 210.0, 190.0]]);
/// assert!((deviation.expect("two sides") - 0.05).abs() < 1e-3);
/// ```
#[must_use]
pub fn pooled_log_deviation(sides: &[&[f64]]) -> Option<f64> {
    let (mut squares, mut freedom) = (0.0, 0.0);
    for side in sides {
        let logs = logs(side)?;
        if logs.len() >= 2 {
            let degrees = (logs.len() - 1) as f64;
            squares += degrees * variance_of(&logs);
            freedom += degrees;
        }
    }
    (freedom > 0.0).then(|| (squares / freedom).sqrt())
}

/// Smallest relative change that `runs` a side find with probability `power`: exp((t₁₋α,ν + t_power,ν)·s·√(2/n))
/// − 1 with ν = 2n − 2, one-sided at `alpha` (Cohen 1988, chapter 2, on logs). 0.1 means 10 %.
///
/// `log_deviation` is the pooled standard deviation of ln(value) from run to run, close to the coefficient of
/// variation. `None` below two runs a side, for a negative or non-finite deviation, or for `alpha` or `power`
/// outside `0.0..1.0`.
///
/// ```
/// use plimsoll_metrics::stats::minimum_detectable_change;
///
/// let change = minimum_detectable_change(0.05, 10, 0.01, 0.9).expect("a plan that can be judged");
/// assert!((change - 0.0907).abs() < 1e-4);
/// ```
#[must_use]
pub fn minimum_detectable_change(log_deviation: f64, runs: u64, alpha: f64, power: f64) -> Option<f64> {
    let sensible = all_finite(&[log_deviation]) && log_deviation >= 0.0 && is_level(alpha) && is_level(power);
    if runs < 2 || !sensible {
        return None;
    }
    let count = runs as f64;
    let freedom = 2.0 * count - 2.0;
    let quantiles = student_upper(alpha, freedom)? + student_upper(1.0 - power, freedom)?;
    Some((quantiles * log_deviation * (2.0 / count).sqrt()).exp_m1().max(0.0))
}

/// Runs a side from which on a relative `change` (0.1 for 10 %) is found with probability `power`: the inverse
/// of [`minimum_detectable_change`].
///
/// `None` for a change that is not positive, for what that function refuses, and where a million runs would not
/// do.
#[must_use]
pub fn runs_for_change(log_deviation: f64, change: f64, alpha: f64, power: f64) -> Option<u64> {
    let finds = |runs| minimum_detectable_change(log_deviation, runs, alpha, power).map(|mde| mde <= change);
    if !(change > 0.0 && finds(MOST_RUNS)?) {
        return None;
    }
    let (mut low, mut high) = (1, MOST_RUNS);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if finds(middle)? { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_are_the_first_that_do() {
        let runs = runs_for_change(0.05, 0.1, 0.01, 0.9).unwrap();
        let change = |runs| minimum_detectable_change(0.05, runs, 0.01, 0.9).unwrap();
        assert!(change(runs) <= 0.1 && change(runs - 1) > 0.1, "{runs}");
    }

    #[test]
    fn the_runs_lie_near_those_that_were_simulated() {
        // design/statistics.md 1.2: 90 % power at a one-sided 1 %, CV 5 %, changes of 5 to 20 %.
        for (change, simulated) in [(0.05, 29), (0.1, 9), (0.15, 5), (0.2, 4)] {
            let runs = runs_for_change(0.05, change, 0.01, 0.9).unwrap();
            assert!(runs.abs_diff(simulated) <= 1, "{change}: {runs}");
        }
    }

    #[test]
    fn without_two_values_on_a_side_there_is_no_deviation() {
        assert_eq!(pooled_log_deviation(&[]), None);
        assert_eq!(pooled_log_deviation(&[&[1.0], &[2.0]]), None);
        assert_eq!(pooled_log_deviation(&[&[1.0, 2.0], &[0.0]]), None);
    }

    #[test]
    fn a_plan_that_cannot_be_judged_has_no_answer() {
        assert_eq!(minimum_detectable_change(0.05, 1, 0.01, 0.9), None);
        assert_eq!(minimum_detectable_change(f64::NAN, 5, 0.01, 0.9), None);
        assert_eq!(minimum_detectable_change(0.05, 5, 0.0, 0.9), None);
        assert_eq!(runs_for_change(0.05, 0.0, 0.01, 0.9), None);
        assert_eq!(runs_for_change(0.5, 1e-6, 0.01, 0.9), None);
    }
}
