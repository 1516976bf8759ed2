//! From many candidates to the changes that hold.

use super::changes::LEAST_POINTS;
use super::levels::{Levels, relative_change};
use crate::stats::summary::mean_of;

/// Rounds of moving and dropping; changes rarely move after the first.
const ROUNDS: usize = 2;

/// Drops the weakest change until all are significant at `p`.
pub(super) fn drop_weak(levels: &mut Levels<'_>, p: f64) {
    while let Some(weakest) = levels.weakest().filter(|&place| levels.p(place) > p) {
        levels.remove(weakest);
    }
}

/// Moves every change to the best place between its neighbours, and drops what no longer holds there.
pub(super) fn settle(levels: &mut Levels<'_>, p: f64) {
    for _ in 0..ROUNDS {
        for place in 0..levels.changes().len() {
            let (left, right) = levels.around(place);
            let start = left.start;
            if let Some(split) = least_squares_split(&levels.series()[start..right.end]) {
                levels.move_to(place, start + split);
            }
        }
        drop_weak(levels, p);
    }
}

/// Drops what is smaller than `least`, as seen in `history`, and what that leaves in doubt, until every change is
/// large and significant at `p`.
pub(super) fn drop_small_and_weak(levels: &mut Levels<'_>, history: &[f64], least: f64, p: f64) {
    loop {
        let before = levels.changes().len();
        drop_small(levels, history, least);
        drop_weak(levels, p);
        if levels.changes().len() == before {
            break;
        }
    }
}

/// Drops the smallest change until all are at least `least`, as seen in `history`.
fn drop_small(levels: &mut Levels<'_>, history: &[f64], least: f64) {
    let size = |levels: &Levels<'_>, place: usize| {
        let (left, right) = levels.around(place);
        relative_change(&history[left], &history[right]).2
    };
    loop {
        let sizes = (0..levels.changes().len()).map(|place| (place, size(levels, place)));
        match sizes.min_by(|left, right| left.1.total_cmp(&right.1)) {
            Some((place, size)) if size < least => levels.remove(place),
            _ => break,
        }
    }
}

/// First point of the right part of the split that leaves the smallest squares (Hinkley 1970); the first of
/// equals. `None` where there is no room for two parts.
pub(crate) fn least_squares_split(series: &[f64]) -> Option<usize> {
    let mean = mean_of(series);
    let mut sum: f64 = series.iter().take(LEAST_POINTS - 1).map(|value| value - mean).sum();
    let mut best: Option<(usize, f64)> = None;
    for split in LEAST_POINTS..=series.len().saturating_sub(LEAST_POINTS) {
        sum += series[split - 1] - mean;
        let between = sum * sum / (split as f64 * (series.len() - split) as f64);
        if best.is_none_or(|(_, most)| between > most) {
            best = Some((split, between));
        }
    }
    best.map(|(split, _)| split)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_falls_between_the_levels() {
        assert_eq!(least_squares_split(&[1.0, 2.0, 1.0, 2.0, 8.0, 9.0, 8.0]), Some(4));
        assert_eq!(least_squares_split(&[1.0, 2.0, 1.0, 2.0, 8.0]), None);
    }

    #[test]
    fn dropping_a_small_change_may_leave_its_neighbour_in_doubt() {
        let level = |level: f64, count| [level, level + 0.01].into_iter().cycle().take(count);
        let series: Vec<f64> = level(100.0, 3).chain(level(109.0, 24)).chain(level(104.0, 27)).collect();
        let mut levels = Levels::new(&series, vec![3, 27]);
        assert!(levels.p(0) < 1e-5);
        drop_small_and_weak(&mut levels, &series, 0.05, 1e-5);
        assert_eq!(levels.changes(), [0; 0]);
    }

    #[test]
    fn moving_a_change_finds_where_it_belongs() {
        let series = [1.0, 1.1, 0.9, 1.0, 1.1, 5.0, 5.1, 4.9, 5.0];
        let mut levels = Levels::new(&series, vec![4]);
        settle(&mut levels, 0.05);
        assert_eq!(levels.changes(), [5]);
    }
}
