//! Apache Otava and Hunter, its predecessor: change points.

use plimsoll_metrics::stats::{self, ChangeSearch};
use serde::Deserialize;

use super::{fact, found};

#[derive(Deserialize)]
struct OtavaCase {
    series: String,
    params: OtavaParams,
    expected_indexes: Vec<usize>,
    expected_indexes_ddof1: Vec<usize>,
    #[serde(default)]
    points: Vec<OtavaPoint>,
}

#[derive(Deserialize)]
struct OtavaPoint {
    mean_before: f64,
    mean_after: f64,
}

#[derive(Deserialize)]
struct OtavaParams {
    window_len: usize,
    max_pvalue: f64,
    #[serde(default)]
    min_magnitude: f64,
}

impl OtavaCase {
    fn changes(&self) -> Vec<stats::ChangePoint> {
        let OtavaParams { window_len: window, min_magnitude: least_change, .. } = self.params;
        let history: Vec<f64> = fact(&format!("/otava/data/{}", self.series));
        let search = ChangeSearch { window, least_change, ..ChangeSearch::default() };
        stats::change_points(&history, &search).expect("enough points").points
    }

    fn ours(&self) -> Vec<usize> {
        self.changes().iter().map(|point| point.index).collect()
    }
}

/// All but the long series and the one of the test below.
fn clear_cases() -> Vec<OtavaCase> {
    let mut cases: Vec<OtavaCase> = fact("/otava/cases");
    cases.retain(|case| !["tigerbeetle", "otava_zero"].contains(&case.series.as_str()));
    assert_eq!(cases.len(), 9);
    cases
}

#[test]
fn otavas_clear_changes_are_ours() {
    for case in clear_cases() {
        assert_eq!(case.ours(), case.expected_indexes, "{}", case.series);
    }
}

#[test]
fn the_levels_around_otavas_clear_changes_are_ours() {
    for case in clear_cases() {
        for (ours, theirs) in case.changes().iter().zip(&case.points) {
            assert!((ours.before - theirs.mean_before).abs() <= 1e-9 * theirs.mean_before.abs());
            assert!((ours.after - theirs.mean_after).abs() <= 1e-9 * theirs.mean_after.abs());
        }
    }
}

#[test]
fn dividing_without_windows_finds_otavas_sequence_too() {
    let history: Vec<f64> = fact("/otava/data/otava_sequence");
    let expected: Vec<usize> = fact("/otava/divisive_only/expected_indexes");
    let whole = ChangeSearch { window: usize::MAX, ..ChangeSearch::default() };
    assert_eq!(found(&history, &whole), expected);
}

/// Otava's 6 rests on three points, [1, 1.12, 0.9], against five: Welch's t has two degrees of freedom there, and
/// p = 0.014 is not enough for a history of eleven.
#[test]
fn three_points_between_two_changes_prove_only_the_first() {
    let case: OtavaCase = fact("/otava/cases/5");
    assert_eq!((case.expected_indexes.as_slice(), case.ours().as_slice()), (&[3, 6][..], &[3][..]));
}

/// Otava's 15, 26 and 363 come and go with its p, and 10 and 11 are the two ends of a spike of one point. The
/// noise of this history remembers (r = 0.27), which Otava does not count.
#[test]
fn of_tigerbeetles_changes_above_five_per_cent_one_is_real() {
    let cases: Vec<OtavaCase> = fact("/otava/cases");
    let large = cases.iter().filter(|case| case.series == "tigerbeetle" && case.params.min_magnitude > 0.0);
    for case in large {
        assert_eq!(case.ours(), [71]);
        assert!(case.expected_indexes.contains(&71));
    }
}

/// Otava needs p = 0.00001, and sample variances, to say what we say at 5 % of quiet histories.
#[test]
fn otava_at_its_strictest_agrees_on_tigerbeetle() {
    let cases: Vec<OtavaCase> = fact("/otava/cases");
    let strictest = cases.iter().find(|case| case.series == "tigerbeetle" && case.params.max_pvalue == 1e-5);
    let strictest = strictest.expect("the facts have it");
    assert_eq!(strictest.ours(), strictest.expected_indexes_ddof1);
}

/// What Otava reports beyond that depends on its p: 3, 6 and 7 come and go. What we report it finds at any.
#[test]
fn otava_at_any_level_finds_ours_on_tigerbeetle() {
    let cases: Vec<OtavaCase> = fact("/otava/cases");
    for case in cases.iter().filter(|case| case.series == "tigerbeetle") {
        assert!(
            case.ours().iter().all(|index| case.expected_indexes.contains(index)),
            "{}",
            case.params.max_pvalue
        );
    }
}

#[test]
fn new_points_of_the_same_level_leave_the_change_where_it_is() {
    let search = ChangeSearch { least_change: 0.0, ..ChangeSearch::default() };
    let appended = |series: &str, more: &str| -> Vec<f64> {
        let series: Vec<f64> = fact(&format!("/otava/data/{series}"));
        [series, fact(&format!("/otava/incremental/cases/0/{more}"))].concat()
    };
    assert_eq!(found(&appended("otava_series1", "series1_append"), &search), [6]);
    assert_eq!(found(&appended("otava_series2", "series2_append"), &search), [4]);
}

/// Otava reports 12 for two last points twenty times as high; for us two points are no level, and while they
/// stand they hide the earlier change. They are what [`stats::anomaly`] is for.
#[test]
fn two_points_at_the_end_are_an_anomaly_and_not_a_level() {
    let history: Vec<f64> = fact("/otava/data/otava_series2");
    let more: Vec<f64> = fact("/otava/incremental/cases/1/series2_append");
    assert_eq!(found(&[history.clone(), more.clone()].concat(), &ChangeSearch::default()), [0; 0]);
    let anomalies = more
        .iter()
        .filter(|&&value| matches!(stats::anomaly(&history, value), Some(stats::Anomaly::Outlying(_))));
    assert_eq!(anomalies.count(), 2);
}

#[derive(Deserialize)]
struct FirstSplit {
    series: String,
    first_split_index: usize,
    qhat: f64,
}

#[test]
fn the_energy_statistic_is_hunters() {
    let splits: Vec<FirstSplit> = fact("/otava/qhat");
    for FirstSplit { series, first_split_index, qhat } in splits {
        let history: Vec<f64> = fact(&format!("/otava/data/{series}"));
        let split = stats::energy_split(&history, 2).unwrap();
        assert_eq!(split.index, first_split_index);
        assert!((split.statistic - qhat).abs() < 1e-9 * qhat);
    }
}
