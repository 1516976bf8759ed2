//! Benchstat of golang/perf: exact Mann-Whitney and intervals of medians.

use plimsoll_metrics::stats;
use serde::Deserialize;

use super::fact;

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
    old_pm_pct: Option<f64>,
    new_pm_pct: Option<f64>,
    old_median: Option<f64>,
    new_median: Option<f64>,
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

/// Printed as the larger of the two distances from the median, in whole per cent.
#[test]
fn benchstats_intervals_of_medians_are_ours() {
    let width = |values: &[f64]| {
        let (median, interval) =
            (stats::median(values).unwrap(), stats::quantile_interval(values, 0.5, 0.95).unwrap());
        (100.0 * (interval.upper / median - 1.0).max(1.0 - interval.lower / median)).round()
    };
    let sides = benchstat()
        .flat_map(|case| [(case.old, case.printed.old_pm_pct), (case.new, case.printed.new_pm_pct)]);
    let printed = sides.filter_map(|(values, printed)| Some((values, printed?)));
    assert_eq!(
        printed.map(|(values, printed)| assert_eq!(width(&values), printed, "{values:?}")).count(),
        52
    );
}

#[test]
fn benchstats_medians_are_ours() {
    let sides = benchstat()
        .flat_map(|case| [(case.old, case.printed.old_median), (case.new, case.printed.new_median)]);
    let printed = sides.filter_map(|(values, printed)| Some((values, printed?)));
    assert_eq!(printed.map(|(values, printed)| assert_eq!(stats::median(&values), Some(printed))).count(), 4);
}

#[test]
fn benchstats_geometric_mean_is_ours() {
    let medians = |side: fn(&BenchstatCase) -> &[f64]| -> f64 {
        let rows = benchstat().filter(|case| case.name.starts_with("Encode"));
        let logs: Vec<f64> = rows.map(|case| (1e-9 * stats::median(side(&case)).unwrap()).ln()).collect();
        stats::mean(&logs).unwrap().exp()
    };
    for (side, printed) in [(medians(|case| &case.old), "old"), (medians(|case| &case.new), "new")] {
        let theirs: f64 = fact(&format!("/benchstat/cases/26/printed/{printed}"));
        assert!((side - theirs).abs() < 1e-9 * theirs, "{side:e} {theirs:e}");
    }
}

#[test]
fn five_values_do_not_bound_a_median() {
    let values: Vec<f64> = fact("/benchstat/cases/27/old");
    let median = stats::quantile_interval(&values, 0.5, 0.95).unwrap();
    assert_eq!((median.lower, median.upper), (f64::NEG_INFINITY, f64::INFINITY));
}

#[derive(Deserialize)]
struct BenchstatInterval {
    n: u32,
    q: f64,
    confidence: f64,
    lo: f64,
    hi: f64,
    coverage: f64,
}

/// Benchstat takes the narrowest interval, to the left where there are two; ours leaves equal tails. Where the ranks
/// are the same the coverage is too; elsewhere ours is wider.
#[test]
fn benchstats_ranks_lie_within_ours() {
    let cases: Vec<BenchstatInterval> = fact("/benchstat/quantile_ci/cases");
    let mut same = 0;
    for BenchstatInterval { n, q, confidence, lo, hi, coverage } in cases {
        let ranks: Vec<f64> = (1..=n).map(f64::from).collect();
        let ours = stats::quantile_interval(&ranks, q, confidence).unwrap();
        assert!(
            ours.lower <= lo && ours.upper >= hi && ours.confidence >= coverage - 1e-12,
            "{ours:?} {lo} {hi}"
        );
        if (ours.lower.max(0.0), ours.upper.min(f64::from(n) + 1.0)) == (lo, hi) {
            assert!((ours.confidence - coverage).abs() < 1e-12);
            same += 1;
        }
    }
    assert_eq!(same, 4);
}

/// Benchstat doubles the CDF of the smaller U, which is wrong where ties are asymmetric: it answers 0 here.
#[test]
fn asymmetric_ties_are_counted_right() {
    let wrong = "/benchstat/known_wrong_upstream/0";
    let (x, y): (Vec<f64>, Vec<f64>) = (fact(&format!("{wrong}/x")), fact(&format!("{wrong}/y")));
    let right: f64 = fact(&format!("{wrong}/correct_two_sided_p"));
    assert!((stats::mann_whitney(&x, &y).unwrap().two_sided - right).abs() < 1e-12);
}

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
