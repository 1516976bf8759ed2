//! What other tools published: their facts are ours too, and where not, the test says why.
//!
//! `tests/data/changepoints.json` names the source and the licence of each group; it quotes data and answers, no
//! code. Not used from it: MongoDB's energy coefficients, and Bencher's z and log-normal limits, which have no
//! counterpart here. Bencher's lower log-normal limit mirrors the upper one and is no quantile.

use plimsoll_metrics::stats::{self, ChangeSearch};
use serde::Deserialize;
use serde_json::Value;

fn facts() -> Value {
    serde_json::from_str(include_str!("../data/changepoints.json")).expect("the file is JSON")
}

/// The member at a path of the facts, as a type of ours.
fn fact<T: for<'de> Deserialize<'de>>(pointer: &str) -> T {
    let facts = facts();
    let found = facts.pointer(pointer).expect("the facts have it").clone();
    serde_json::from_value(found).expect("the facts have this shape")
}

fn found(history: &[f64], search: &ChangeSearch) -> Vec<usize> {
    let changes = stats::change_points(history, search).expect("enough points");
    changes.points.iter().map(|point| point.index).collect()
}

#[derive(Deserialize)]
struct OtavaCase {
    series: String,
    params: OtavaParams,
    expected_indexes: Vec<usize>,
    expected_indexes_ddof1: Vec<usize>,
}

#[derive(Deserialize)]
struct OtavaParams {
    window_len: usize,
    max_pvalue: f64,
    #[serde(default)]
    min_magnitude: f64,
}

impl OtavaCase {
    fn ours(&self) -> Vec<usize> {
        let OtavaParams { window_len: window, min_magnitude: least_change, .. } = self.params;
        let history: Vec<f64> = fact(&format!("/otava/data/{}", self.series));
        found(&history, &ChangeSearch { window, least_change, ..ChangeSearch::default() })
    }
}

#[test]
fn otavas_clear_changes_are_ours() {
    let cases: Vec<OtavaCase> = fact("/otava/cases");
    let clear = cases.iter().filter(|case| !["tigerbeetle", "otava_zero"].contains(&case.series.as_str()));
    let checked = clear.map(|case| assert_eq!(case.ours(), case.expected_indexes, "{}", case.series)).count();
    assert_eq!(checked, 9);
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

#[derive(Deserialize)]
struct MongoCase {
    name: String,
    series: Option<Vec<f64>>,
    expected: Vec<usize>,
    truth: Option<Vec<usize>>,
}

/// At 1 %, the level of MongoDB's own tests. Where its answer differs from the truth, ours is the truth.
#[test]
fn mongodbs_changes_are_ours_or_the_truth() {
    let cases: Vec<MongoCase> = fact("/mongodb/cases");
    for case in cases {
        let history = case.series.unwrap_or_else(|| [[0.0; 1_000], [1.0; 1_000]].concat());
        let ours = found(&history, &ChangeSearch { alpha: 0.01, ..ChangeSearch::default() });
        assert_eq!(ours, case.truth.unwrap_or(case.expected), "{}", case.name);
    }
}

/// MongoDB's variant around the median absolute deviation, which is 0 here, finds nothing; ours has none.
#[test]
fn one_deviating_point_among_equals_is_an_outlier() {
    let runs: Vec<(f64, usize)> = fact("/mongodb/gesd/0/run_length");
    let values: Vec<f64> = runs.iter().flat_map(|&(value, count)| vec![value; count]).collect();
    assert_eq!(stats::gesd(&values, 10, 0.05), Some(fact("/mongodb/gesd/0/outliers")));
}

#[derive(Deserialize)]
struct BenchstatCase {
    name: String,
    #[serde(default)]
    old: Vec<f64>,
    #[serde(default)]
    new: Vec<f64>,
    printed: BenchstatLine,
    delta_pct_of_medians: Option<f64>,
}

#[derive(Deserialize)]
struct BenchstatLine {
    #[serde(default)]
    p: Option<f64>,
}

fn benchstat() -> impl Iterator<Item = BenchstatCase> {
    let cases: Vec<BenchstatCase> = fact("/benchstat/cases");
    cases.into_iter().filter(|case| !case.old.is_empty())
}

#[test]
fn benchstats_printed_p_values_are_ours() {
    let checked = benchstat().map(|case| {
        let ours = stats::mann_whitney(&case.old, &case.new).unwrap().two_sided;
        let theirs = case.printed.p.unwrap();
        assert!((ours - theirs).abs() <= 0.000_5, "{}: {ours} {theirs}", case.name);
    });
    assert_eq!(checked.count(), 28);
}

#[test]
fn benchstats_changes_of_medians_are_ours() {
    for case in benchstat() {
        let Some(theirs) = case.delta_pct_of_medians else { continue };
        let ours = 100.0 * (stats::median(&case.new).unwrap() / stats::median(&case.old).unwrap() - 1.0);
        assert!((ours - theirs).abs() < 1e-9, "{}: {ours} {theirs}", case.name);
    }
}

/// Benchstat doubles the CDF of the smaller U, which is wrong where ties are asymmetric: it answers 0 here.
#[test]
fn asymmetric_ties_are_counted_right() {
    let wrong = "/benchstat/known_wrong_upstream/0";
    let (x, y): (Vec<f64>, Vec<f64>) = (fact(&format!("{wrong}/x")), fact(&format!("{wrong}/y")));
    let right: f64 = fact(&format!("{wrong}/correct_two_sided_p"));
    assert!((stats::mann_whitney(&x, &y).unwrap().two_sided - right).abs() < 1e-12);
}

/// At low confidence the two differ: benchstat takes the narrowest interval, ours leaves equal tails.
#[test]
fn a_median_is_bounded_from_the_same_count_on() {
    for (confidence, least) in [("0.95", 6), ("0.99", 8)] {
        assert_eq!(least, fact::<u64>(&format!("/benchstat/min_samples/median_ci/{confidence}")));
        let bounded = |n| {
            let (lower, upper) = stats::quantile_interval_ranks(n, 0.5, confidence.parse().unwrap());
            lower > 0 && upper.is_some()
        };
        assert!(bounded(least) && !bounded(least - 1));
    }
    assert_eq!(stats::quantile_interval_ranks(6, 0.5, 0.95), (1, Some(6)));
}

#[test]
fn the_rank_test_needs_the_same_count_to_reach_its_level() {
    for (alpha, least) in [("0.05", 4), ("0.01", 5)] {
        assert_eq!(least, fact::<i32>(&format!("/benchstat/min_samples/u_test_alpha/{alpha}")));
        let smallest = |n: i32| {
            let low: Vec<f64> = (0..n).map(f64::from).collect();
            let high: Vec<f64> = (n..2 * n).map(f64::from).collect();
            stats::mann_whitney(&low, &high).unwrap().two_sided
        };
        let level: f64 = alpha.parse().unwrap();
        assert!(smallest(least) <= level && smallest(least - 1) > level);
    }
}

#[test]
fn benchers_t_boundary_is_our_prediction_interval() {
    let upper: f64 = fact("/bencher_rustc_perf/bencher/1/upper");
    // Six values with mean 0 and standard deviation 1.
    let deviation = (5.0_f64 / 6.0).sqrt();
    let values = [-deviation, deviation, -deviation, deviation, -deviation, deviation];
    // A one-sided boundary of 85 % is the end of a two-sided interval of 70 %.
    let ours = stats::prediction_interval(&values, 0.70).unwrap();
    assert!((ours.upper - upper).abs() < 1e-9, "{} {upper}", ours.upper);
}

#[test]
fn the_logs_of_benchers_log_normal_are_ours() {
    let data: Vec<f64> = fact("/bencher_rustc_perf/bencher/2/data");
    let logs: Vec<f64> = data.iter().map(|value| value.ln()).collect();
    let location: f64 = fact("/bencher_rustc_perf/bencher/2/location");
    let scale: f64 = fact("/bencher_rustc_perf/bencher/2/scale");
    assert!((stats::mean(&logs).unwrap() - location).abs() < 1e-12);
    assert!((stats::standard_deviation(&logs).unwrap() - scale).abs() < 1e-12);
}

fn kayenta(case: usize) -> (Vec<f64>, Vec<f64>) {
    let side = |name| fact(&format!("/kayenta_issues/cases/{case}/{name}"));
    (side("control"), side("experiment"))
}

/// The rank test alone passes them; the warning about spread does not.
#[test]
fn sparse_errors_are_suspicious_by_their_spread() {
    let (control, experiment) = kayenta(0);
    assert!(stats::mann_whitney(&control, &experiment).unwrap().greater > 0.05);
    assert!(stats::brown_forsythe(&[&control, &experiment]).unwrap().p < 0.01);
}

/// Kayenta measures its tolerance by the shift itself and passes this.
#[test]
fn seven_of_ten_a_hundred_times_slower_is_a_regression() {
    let (control, experiment) = kayenta(1);
    let shift = stats::hodges_lehmann_ratio(&control, &experiment, 0.95).unwrap();
    assert!(stats::mann_whitney(&control, &experiment).unwrap().greater < 0.01);
    assert!(shift.value > 1.05);
}

#[test]
fn a_collapse_of_spread_is_no_shift() {
    let (control, experiment) = kayenta(2);
    let test = stats::mann_whitney(&control, &experiment).unwrap();
    assert_eq!((test.two_sided, test.effect), (1.0, 0.5));
    assert!(stats::brown_forsythe(&[&control, &experiment]).unwrap().p < 0.001);
}
