//! Agreement with scipy to 1e-9 of each figure, on the tables that `tests/data/scripts/scipy_tables.py` wrote.
//!
//! The tolerance is relative only: a p-value of 1e-30 must have nine right digits too, and 0 must be 0. Both sides
//! could do better; scipy and statrs differ by up to 1e-10 in the error function.

use plimsoll_metrics::stats::{self, Estimate};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Every case of one table, by what the table is called.
macro_rules! cases {
    ($name:literal) => {
        read(include_str!(concat!("../data/scipy/", $name, ".json")))
    };
}

#[derive(Deserialize)]
struct Table<T> {
    cases: Vec<T>,
}

fn read<T: DeserializeOwned>(text: &str) -> Vec<T> {
    let table: Table<T> = serde_json::from_str(text).expect("the script wrote this table");
    assert!(table.cases.len() >= 10);
    table.cases
}

/// The same to nine digits of the answer, however small it is; 0 means 0.
#[track_caller]
fn same(ours: f64, theirs: f64) {
    let allowed = 1e-9 * theirs.abs();
    assert!((ours - theirs).abs() <= allowed, "ours {ours:e}, theirs {theirs:e}");
}

#[derive(Deserialize)]
struct Ranked {
    baseline: Vec<f64>,
    current: Vec<f64>,
    u: f64,
    less: f64,
    greater: f64,
    two_sided: f64,
}

fn check_mann_whitney(cases: Vec<Ranked>, null: stats::NullDistribution) {
    for case in cases {
        let ours = stats::mann_whitney(&case.baseline, &case.current).expect("scipy has an answer");
        same(ours.u, case.u);
        same(ours.less, case.less);
        same(ours.greater, case.greater);
        same(ours.two_sided, case.two_sided);
        assert_eq!(ours.null, null);
    }
}

#[test]
fn mann_whitney_is_exact_without_ties() {
    check_mann_whitney(cases!("mann_whitney_exact"), stats::NullDistribution::Exact);
}

#[test]
fn mann_whitney_is_exact_with_ties() {
    check_mann_whitney(cases!("mann_whitney_ties"), stats::NullDistribution::Exact);
}

#[test]
fn mann_whitney_is_normal_for_many_values() {
    check_mann_whitney(cases!("mann_whitney_normal"), stats::NullDistribution::Normal);
}

#[derive(Deserialize)]
struct Shifted {
    baseline: Vec<f64>,
    current: Vec<f64>,
    asked: f64,
    value: f64,
    lower: f64,
    upper: f64,
    confidence: f64,
}

#[test]
fn hodges_lehmann_inverts_the_exact_test() {
    for case in cases!("hodges_lehmann") {
        let case: Shifted = case;
        let ours = stats::hodges_lehmann(&case.baseline, &case.current, case.asked).unwrap();
        same_estimate(ours, (case.value, case.lower, case.upper));
        same(ours.confidence, case.confidence);
    }
}

#[track_caller]
fn same_estimate(ours: Estimate, (value, lower, upper): (f64, f64, f64)) {
    same(ours.value, value);
    same(ours.lower, lower);
    same(ours.upper, upper);
}

#[derive(Deserialize)]
struct Means {
    baseline: Vec<f64>,
    current: Vec<f64>,
    confidence: f64,
    value: f64,
    lower: f64,
    upper: f64,
    t: f64,
    freedom: f64,
    two_sided: f64,
    less: f64,
    greater: f64,
}

fn check_welch(cases: Vec<Means>, test: impl Fn(&[f64], &[f64], f64) -> Option<stats::Welch>) {
    for case in cases {
        let ours = test(&case.baseline, &case.current, case.confidence).expect("scipy has an answer");
        same_estimate(ours.estimate, (case.value, case.lower, case.upper));
        same(ours.t, case.t);
        same(ours.freedom, case.freedom);
        same(ours.two_sided, case.two_sided);
        same(ours.less, case.less);
        same(ours.greater, case.greater);
    }
}

#[test]
fn welch_agrees() {
    check_welch(cases!("welch"), stats::welch);
}

#[test]
fn welch_on_logs_agrees() {
    check_welch(cases!("welch_on_logs"), stats::welch_on_logs);
}

#[derive(Deserialize)]
struct Family {
    p: Vec<f64>,
    adjusted: Vec<f64>,
}

#[test]
fn benjamini_hochberg_agrees() {
    for case in cases!("benjamini_hochberg") {
        let case: Family = case;
        let ours = stats::benjamini_hochberg(&case.p).unwrap();
        ours.into_iter().zip(case.adjusted).for_each(|(ours, theirs)| same(ours, theirs));
    }
}

#[derive(Deserialize)]
struct Spreads {
    groups: Vec<Vec<f64>>,
    f: f64,
    p: f64,
}

#[test]
fn brown_forsythe_agrees() {
    for case in cases!("brown_forsythe") {
        let case: Spreads = case;
        let groups: Vec<&[f64]> = case.groups.iter().map(Vec::as_slice).collect();
        let ours = stats::brown_forsythe(&groups).unwrap();
        same(ours.f, case.f);
        same(ours.p, case.p);
    }
}

#[derive(Deserialize)]
struct Interval {
    values: Vec<f64>,
    confidence: f64,
    value: f64,
    lower: f64,
    upper: f64,
}

#[test]
fn the_interval_of_a_mean_agrees() {
    for case in cases!("mean_interval") {
        let case: Interval = case;
        let ours = stats::mean_interval(&case.values, case.confidence).expect("scipy has an answer");
        same_estimate(ours, (case.value, case.lower, case.upper));
    }
}

#[derive(Deserialize)]
struct Share {
    hits: u64,
    trials: u64,
    confidence: f64,
    lower: f64,
    upper: f64,
}

#[test]
fn wilson_agrees() {
    for case in cases!("wilson") {
        let case: Share = case;
        let ours = stats::wilson(case.hits, case.trials, case.confidence).expect("scipy has an answer");
        same(ours.lower, case.lower);
        same(ours.upper, case.upper);
    }
}

#[derive(Deserialize)]
struct Ranks {
    n: u64,
    q: f64,
    confidence: f64,
    lower: u64,
    upper: Option<u64>,
}

#[test]
fn the_ranks_around_a_quantile_agree() {
    for case in cases!("quantile_ranks") {
        let Ranks { n, q, confidence, lower, upper } = case;
        let ours = stats::quantile_interval_ranks(n, q, confidence);
        assert_eq!(ours, (lower, upper), "n {n}, q {q}, confidence {confidence}");
    }
}

#[derive(Deserialize)]
struct SmoothQuantile {
    values: Vec<f64>,
    q: f64,
    value: f64,
}

#[test]
fn harrell_davis_agrees() {
    for case in cases!("harrell_davis") {
        let case: SmoothQuantile = case;
        same(stats::harrell_davis(&case.values, case.q).unwrap(), case.value);
    }
}

#[derive(Deserialize)]
struct Deviation {
    values: Vec<f64>,
    value: f64,
}

#[test]
fn the_median_absolute_deviation_agrees() {
    for case in cases!("median_absolute_deviation") {
        let case: Deviation = case;
        same(stats::median_absolute_deviation(&case.values).unwrap(), case.value);
    }
}

#[derive(Deserialize)]
struct Slope {
    times: Vec<f64>,
    values: Vec<f64>,
    confidence: f64,
    slope: f64,
    intercept: f64,
    lower: f64,
    upper: f64,
}

#[test]
fn theil_sen_agrees() {
    for case in cases!("theil_sen") {
        let case: Slope = case;
        let ours = stats::theil_sen(&case.times, &case.values, case.confidence).expect("scipy has an answer");
        same_estimate(ours.slope, (case.slope, case.lower, case.upper));
        same(ours.intercept, case.intercept);
    }
}

#[derive(Deserialize)]
struct Trend {
    values: Vec<f64>,
    score: f64,
    variance: f64,
    z: f64,
    two_sided: f64,
}

#[test]
fn mann_kendall_agrees_before_its_correction() {
    let mut uncorrected = 0;
    for case in cases!("mann_kendall") {
        let case: Trend = case;
        let ours = stats::mann_kendall(&case.values).unwrap();
        same(ours.score, case.score);
        same(ours.variance / ours.inflation, case.variance);
        same(ours.z * ours.inflation.sqrt(), case.z);
        if ours.inflation == 1.0 {
            same(ours.two_sided, case.two_sided);
            uncorrected += 1;
        }
    }
    assert!(uncorrected >= 8);
}

#[derive(Deserialize)]
struct Resampled {
    distribution: Vec<f64>,
    observed: f64,
    jackknife: Vec<Vec<f64>>,
    confidence: f64,
    percentile: (f64, f64),
    bca: (f64, f64),
}

#[test]
fn the_intervals_of_a_bootstrap_distribution_agree() {
    for case in cases!("bootstrap_intervals") {
        let case: Resampled = case;
        let plain =
            stats::percentile_interval(&case.distribution, case.confidence).expect("scipy has an answer");
        same(plain.0, case.percentile.0);
        same(plain.1, case.percentile.1);
        let bca = stats::bca_interval(&case.distribution, case.observed, &case.jackknife, case.confidence);
        let bca = bca.unwrap();
        same(bca.0, case.bca.0);
        same(bca.1, case.bca.1);
    }
}

#[derive(Deserialize)]
struct Scaling {
    points: Vec<(f64, f64)>,
    unit_throughput: f64,
    contention: f64,
    coherency: f64,
}

#[test]
fn the_scalability_law_agrees() {
    let plan = stats::Resampling { resamples: 1, ..stats::Resampling::default() };
    for case in cases!("usl") {
        let Scaling { points, unit_throughput, contention, coherency } = case;
        let ours = stats::fit_usl(&points, &plan).unwrap();
        same(ours.unit_throughput, unit_throughput);
        same(ours.contention, contention);
        same(ours.coherency, coherency);
    }
}

#[derive(Deserialize)]
struct Amdahl {
    points: Vec<(f64, f64)>,
    unit_throughput: f64,
    serial: f64,
}

#[test]
fn amdahls_law_agrees() {
    for case in cases!("amdahl") {
        let Amdahl { points, unit_throughput, serial } = case;
        let ours = stats::fit_amdahl(&points).unwrap();
        same(ours.unit_throughput, unit_throughput);
        same(ours.serial, serial);
    }
}

#[derive(Deserialize)]
struct Summary {
    values: Vec<f64>,
    mean: f64,
    median: f64,
    deviation: Option<f64>,
    memory: Option<f64>,
    floor: f64,
}

#[test]
fn summaries_agree() {
    for case in cases!("summary") {
        let Summary { values, mean, median, deviation, memory, floor } = case;
        same(stats::mean(&values).unwrap(), mean);
        same(stats::median(&values).unwrap(), median);
        same(stats::memory_floor(&values).unwrap(), floor);
        if let Some(deviation) = deviation {
            same(stats::standard_deviation(&values).unwrap(), deviation);
        }
        if let Some(memory) = memory {
            same(stats::lag_one_autocorrelation(&values).unwrap(), memory);
        }
    }
}

#[test]
fn the_interval_of_the_next_value_agrees() {
    for case in cases!("prediction_interval") {
        let case: Interval = case;
        let ours = stats::prediction_interval(&case.values, case.confidence).unwrap();
        same_estimate(ours, (case.value, case.lower, case.upper));
    }
}

#[derive(Deserialize)]
struct QuantileInterval {
    values: Vec<f64>,
    q: f64,
    confidence: f64,
    lower: Option<f64>,
    upper: Option<f64>,
}

#[test]
fn the_interval_of_a_quantile_agrees() {
    for case in cases!("quantile_interval") {
        let QuantileInterval { values, q, confidence, lower, upper } = case;
        let ours = stats::quantile_interval(&values, q, confidence).unwrap();
        let theirs = (lower.unwrap_or(f64::NEG_INFINITY), upper.unwrap_or(f64::INFINITY));
        assert_eq!((ours.lower, ours.upper), theirs, "n {}, q {q}, confidence {confidence}", values.len());
    }
}

#[derive(Deserialize)]
struct Logit {
    hits: u64,
    trials: u64,
    value: f64,
}

#[test]
fn log_odds_agree() {
    for case in cases!("rate_logit") {
        let Logit { hits, trials, value } = case;
        same(stats::rate_logit(hits, trials).unwrap(), value);
    }
}

#[derive(Deserialize)]
struct Plan {
    deviation: f64,
    runs: u64,
    alpha: f64,
    power: f64,
    change: f64,
}

#[test]
fn the_detectable_change_agrees() {
    for case in cases!("minimum_detectable_change") {
        let Plan { deviation, runs, alpha, power, change } = case;
        same(stats::minimum_detectable_change(deviation, runs, alpha, power).unwrap(), change);
    }
}
