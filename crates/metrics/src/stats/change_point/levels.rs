//! A series cut into levels, and how surely neighbours differ.

use std::ops::Range;

use super::changes::LEAST_POINTS;
use crate::stats::distribution::student_tail;
use crate::stats::summary::{mean_of, variance_of};
use crate::stats::two_sample::welch_freedom;

/// A series with the places where its level changes, and the p-value of each.
pub(super) struct Levels<'a> {
    series: &'a [f64],
    changes: Vec<usize>,
    p_values: Vec<f64>,
}

impl<'a> Levels<'a> {
    /// `changes` in ascending order, none at the start or beyond the end.
    pub(super) fn new(series: &'a [f64], changes: Vec<usize>) -> Levels<'a> {
        let mut levels = Levels { series, p_values: vec![1.0; changes.len()], changes };
        (0..levels.changes.len()).for_each(|place| levels.test(place));
        levels
    }

    pub(super) fn series(&self) -> &'a [f64] {
        self.series
    }

    pub(super) fn changes(&self) -> &[usize] {
        &self.changes
    }

    /// The p-value of one change: its two levels compared.
    pub(super) fn p(&self, place: usize) -> f64 {
        self.p_values[place]
    }

    /// The levels before and after one change.
    pub(super) fn around(&self, place: usize) -> (Range<usize>, Range<usize>) {
        let start = if place == 0 { 0 } else { self.changes[place - 1] };
        let end = self.changes.get(place + 1).copied().unwrap_or(self.series.len());
        (start..self.changes[place], self.changes[place]..end)
    }

    /// What is left of the series without its levels.
    pub(super) fn residuals(&self) -> Vec<f64> {
        let starts = std::iter::once(0).chain(self.changes.iter().copied());
        let ends = self.changes.iter().copied().chain([self.series.len()]);
        starts
            .zip(ends)
            .flat_map(|(start, end)| {
                let level = mean_of(&self.series[start..end]);
                self.series[start..end].iter().map(move |value| value - level)
            })
            .collect()
    }

    /// The change that is most in doubt; the first of equals.
    pub(super) fn weakest(&self) -> Option<usize> {
        (0..self.changes.len()).rev().max_by(|&left, &right| self.p(left).total_cmp(&self.p(right)))
    }

    /// Takes a change out and compares its neighbours anew.
    pub(super) fn remove(&mut self, place: usize) {
        self.changes.remove(place);
        self.p_values.remove(place);
        self.test_around(place);
    }

    /// Moves a change within its two levels.
    pub(super) fn move_to(&mut self, place: usize, index: usize) {
        self.changes[place] = index;
        self.test_around(place);
    }

    fn test_around(&mut self, place: usize) {
        let last = (place + 2).min(self.changes.len());
        (place.saturating_sub(1)..last).for_each(|place| self.test(place));
    }

    fn test(&mut self, place: usize) {
        let (left, right) = self.around(place);
        self.p_values[place] = levels_p(&self.series[left], &self.series[right]);
    }
}

/// Two-sided p-value that two levels are the same: the larger of Welch's and the pooled t test (Welch 1947;
/// Student 1908). Welch holds where spreads differ, the pooled test where a few points look quieter than they
/// are. Below the least number of points a level proves nothing; without any spread, different means are
/// certain.
pub(super) fn levels_p(before: &[f64], after: &[f64]) -> f64 {
    if before.len() < LEAST_POINTS || after.len() < LEAST_POINTS {
        return 1.0;
    }
    let (n, m) = (before.len() as f64, after.len() as f64);
    let (spread_before, spread_after) = (variance_of(before), variance_of(after));
    let difference = (mean_of(after) - mean_of(before)).abs();
    if difference == 0.0 {
        return 1.0;
    }
    if spread_before + spread_after <= 0.0 {
        return 0.0;
    }
    let (share_before, share_after) = (spread_before / n, spread_after / m);
    let welch = share_before + share_after;
    let freedom = welch_freedom((share_before, before.len()), (share_after, after.len()));
    let common = ((n - 1.0) * spread_before + (m - 1.0) * spread_after) / (n + m - 2.0);
    let pooled = common * (1.0 / n + 1.0 / m);
    two_sided(difference / welch.sqrt(), freedom).max(two_sided(difference / pooled.sqrt(), n + m - 2.0))
}

/// Two-sided p-value of a t statistic of 0 or more; in doubt, no evidence.
fn two_sided(t: f64, freedom: f64) -> f64 {
    student_tail(t, freedom).map_or(1.0, |tail| (2.0 * tail).min(1.0))
}

/// Mean before, mean after, and their relative change: infinite from 0 to anything else.
pub(super) fn relative_change(before: &[f64], after: &[f64]) -> (f64, f64, f64) {
    let (before, after) = (mean_of(before), mean_of(after));
    let difference = (after - before).abs();
    let change = if difference == 0.0 { 0.0 } else { difference / before.abs() };
    (before, after, change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_points_that_agree_by_chance_prove_little() {
        let before = [9.0, 11.0, 10.0, 12.0, 8.0, 10.5, 9.5, 11.5, 8.5];
        assert!(levels_p(&before, &[11.0, 11.0, 11.001]) > 0.1);
    }

    #[test]
    fn two_points_are_no_level() {
        assert_eq!(levels_p(&[1.0; 9], &[9.0; 2]), 1.0);
    }

    #[test]
    fn without_spread_only_a_difference_is_certain() {
        assert_eq!(levels_p(&[1.0; 4], &[2.0; 4]), 0.0);
        assert_eq!(levels_p(&[1.0; 4], &[1.0; 4]), 1.0);
    }

    #[test]
    fn removing_a_change_joins_its_levels() {
        let series = [1.0, 1.1, 0.9, 1.0, 1.1, 0.9, 5.0, 5.1, 4.9];
        let mut levels = Levels::new(&series, vec![3, 6]);
        assert_eq!(levels.weakest(), Some(0));
        levels.remove(0);
        assert_eq!(levels.around(0), (0..6, 6..9));
    }
}
