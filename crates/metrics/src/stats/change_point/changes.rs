//! The search for changes of level, from the series to the answer.

use super::candidates::candidates;
use super::levels::{Levels, relative_change};
use super::merge::{drop_small_and_weak, drop_weak, settle};
use super::selection::{family_p, single_p};
use super::whitening::{noise_autocorrelation, whitened};
use crate::stats::summary::{all_finite, is_level};

/// Fewest points of a level: a spike of one or two points is no level.
pub(super) const LEAST_POINTS: usize = 3;
/// A change as clear as this is one even where the noise remembers.
const CLEAR: f64 = 1e-4;
/// A newest level of fewer points than this may yet be taken back. The rule of others, fewer than 3, would never
/// apply: with so few there is no level.
const SETTLED_POINTS: usize = 2 * LEAST_POINTS;

/// How to search a history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangeSearch {
    /// Chance that a quiet history of this length shows any change at all, in `0.0..1.0`.
    pub alpha: f64,
    /// Smallest relative change of level worth reporting, 0 or more; 0.05 is 5 %.
    pub least_change: f64,
    /// Points looked at together for candidates, 6 or more; windows overlap by half.
    pub window: usize,
}

impl Default for ChangeSearch {
    /// 5 % of quiet histories alarm, changes of 5 % and more, windows of 50 points.
    fn default() -> ChangeSearch {
        ChangeSearch { alpha: 0.05, least_change: 0.05, window: 50 }
    }
}

/// What [`change_points`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The changes, oldest first; empty for a quiet history.
    pub points: Vec<ChangePoint>,
    /// Lag-one autocorrelation of the noise that was taken out before testing; 0 where it was not significant.
    pub autocorrelation: f64,
}

/// A change of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// Index of the first point of the new level.
    pub index: usize,
    /// Mean from the previous change, or the start, up to here.
    pub before: f64,
    /// Mean from here up to the next change, or the end.
    pub after: f64,
    /// |after − before| / |before|; infinite where `before` is 0.
    pub change: f64,
    /// Chance that a quiet history of this length shows a change this clear anywhere.
    pub p: f64,
    /// The new level is the newest and has fewer than 6 points: later runs may take it back.
    pub provisional: bool,
}

/// Finds where the level of a history changed: E-divisive in sliding windows, as Hunter does it (Matteson & James
/// 2014; Fleming et al. 2023), with the four repairs below.
///
/// Candidates come from windows of `search.window` points, half overlapping, split where the energy statistic is
/// largest as long as a liberal test agrees; then the weakest are dropped until every change is significant and
/// at least `search.least_change`, and each is moved to the best place between its neighbours. The repairs:
///
/// - neighbouring levels are compared by Welch's t **and** the pooled t, the more doubtful of which counts, both
///   with sample variances: three points that happen to agree cannot claim to be free of noise;
/// - `p` counts every place where the change could have been found, so that `search.alpha` is the false alarm
///   rate of the whole history, whatever its length;
/// - where the noise remembers its last value, the series is whitened before it is tested;
/// - a level has at least 3 points, so a spike is not a change.
///
/// Simulated on quiet histories of 10 to 1,000 independent points, at most 4 % alarm, and fewer where the noise has
/// heavy tails. Where half of the noise is memory, 6 % alarm from 100 points on, 8 % at 50 and 17 % below 30: short
/// histories cannot tell memory from steps. Where four fifths are memory, a third of 100 points do: with such an
/// [`autocorrelation`](Changes::autocorrelation), doubt every change.
///
/// Points in order of time, one a run-set. `None` below six points (not enough data), for a value that is not
/// finite or a `search` outside its domain.
///
/// ```
/// use plimsoll_metrics::stats::{ChangeSearch, change_points};
///
/// let history = [10.0, 10.1, 9.9, 10.2, 10.0, 9.9, 10.1, 12.0, 12.1, 11.9, 12.2, 12.0, 11.9];
/// let changes = change_points(&history, &ChangeSearch::default()).expect("thirteen points");
/// assert_eq!(changes.points.len(), 1);
/// assert_eq!(changes.points[0].index, 7);
/// ```
#[must_use]
pub fn change_points(history: &[f64], search: &ChangeSearch) -> Option<Changes> {
    let sensible = is_level(search.alpha) && search.least_change >= 0.0 && search.window >= 2 * LEAST_POINTS;
    if history.len() < 2 * LEAST_POINTS || !all_finite(history) || !sensible {
        return None;
    }
    let clear = significant_levels(history, search.window, CLEAR.min(search.alpha));
    let autocorrelation = noise_autocorrelation(&clear);
    let tested = whitened(history, autocorrelation);
    let mut levels = significant_levels(&tested, search.window, search.alpha);
    let p = single_p(search.alpha, history.len());
    drop_small_and_weak(&mut levels, history, search.least_change, p);
    let points = (0..levels.changes().len()).map(|place| change_point(&levels, history, place)).collect();
    Some(Changes { points, autocorrelation })
}

/// The series cut where its level changes, so that a quiet series is cut at all with probability `alpha`.
fn significant_levels(series: &[f64], window: usize, alpha: f64) -> Levels<'_> {
    let p = single_p(alpha, series.len());
    let mut levels = Levels::new(series, candidates(series, window, p));
    drop_weak(&mut levels, p);
    settle(&mut levels, p);
    levels
}

/// The change at a place of the list, described by the history as it was measured.
fn change_point(levels: &Levels<'_>, history: &[f64], place: usize) -> ChangePoint {
    let (left, right) = levels.around(place);
    let newest = right.end == history.len();
    let provisional = newest && right.len() < SETTLED_POINTS;
    let index = right.start;
    let (before, after, change) = relative_change(&history[left], &history[right]);
    ChangePoint { index, before, after, change, p: family_p(levels.p(place), history.len()), provisional }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(history: &[f64]) -> Vec<usize> {
        let changes = change_points(history, &ChangeSearch::default()).unwrap();
        changes.points.iter().map(|point| point.index).collect()
    }

    #[test]
    fn levels_without_any_noise_differ_for_certain() {
        let history = [[50.0; 10], [100.0; 10]].concat();
        let changes = change_points(&history, &ChangeSearch::default()).unwrap();
        let expected =
            ChangePoint { index: 10, before: 50.0, after: 100.0, change: 1.0, p: 0.0, provisional: false };
        assert_eq!(changes.points, [expected]);
    }

    #[test]
    fn a_level_from_zero_is_an_infinite_change() {
        assert_eq!(found(&[0.0, 0.0, 0.0, 0.0, 1.0, 1.1, 0.9, 1.0]), [4]);
    }

    #[test]
    fn a_young_level_is_provisional() {
        let history = [10.0, 10.1, 9.9, 10.0, 10.1, 9.9, 10.05, 9.95, 20.0, 20.1, 19.9];
        let changes = change_points(&history, &ChangeSearch::default()).unwrap();
        assert!(changes.points.len() == 1 && changes.points[0].provisional, "{changes:?}");
    }

    #[test]
    fn a_small_change_is_not_reported_however_sure_it_is() {
        let history = [[100.0, 100.1].repeat(20), [103.0, 103.1].repeat(20)].concat();
        assert!(found(&history).is_empty());
    }

    #[test]
    fn five_points_are_not_enough_data() {
        assert_eq!(change_points(&[1.0, 1.0, 1.0, 2.0, 2.0], &ChangeSearch::default()), None);
    }

    #[test]
    fn nonsense_is_refused() {
        let search = ChangeSearch::default();
        assert_eq!(change_points(&[f64::NAN; 10], &search), None);
        assert_eq!(change_points(&[1.0; 10], &ChangeSearch { alpha: 1.0, ..search }), None);
        assert_eq!(change_points(&[1.0; 10], &ChangeSearch { least_change: f64::NAN, ..search }), None);
        assert_eq!(change_points(&[1.0; 10], &ChangeSearch { window: 5, ..search }), None);
    }
}
