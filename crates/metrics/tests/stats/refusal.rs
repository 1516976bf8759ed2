//! Degenerate input: nothing, one value, all equal, not a number. Every routine answers or refuses; none panics or
//! returns NaN.

use plimsoll_metrics::stats::{self, ChangeSearch, Estimate, LeakSearch, Resampling};
use proptest::prelude::*;

/// Every routine on two samples; by group, each figure that came out. Figures may be infinite, never NaN.
fn every_figure(x: &[f64], y: &[f64]) -> [(&'static str, Vec<f64>); 6] {
    [
        ("compared", compared(x, y)),
        ("described", described(x)),
        ("followed", followed(x)),
        ("resampled", resampled(x, y)),
        ("scaled", scaled(x, y)),
        ("projected", projected(x)),
    ]
}

fn flat(estimate: Option<Estimate>) -> Vec<f64> {
    estimate.map_or(vec![], |it| vec![it.value, it.lower, it.upper, it.confidence])
}

fn compared(x: &[f64], y: &[f64]) -> Vec<f64> {
    let ranks = stats::mann_whitney(x, y)
        .map_or(vec![], |it| vec![it.u, it.effect, it.less, it.greater, it.two_sided]);
    let welch = |test: Option<stats::Welch>| {
        test.map_or(vec![], |it| {
            [flat(Some(it.estimate)), vec![it.t, it.freedom, it.less, it.greater]].concat()
        })
    };
    let spread = stats::brown_forsythe(&[x, y]).map_or(vec![], |it| vec![it.f, it.p]);
    let pooled = stats::pooled_log_deviation(&[x, y]);
    [
        pooled.into_iter().collect(),
        ranks,
        spread,
        welch(stats::welch(x, y, 0.95)),
        welch(stats::welch_on_logs(x, y, 0.95)),
        flat(stats::hodges_lehmann(x, y, 0.95)),
        flat(stats::hodges_lehmann_ratio(x, y, 0.95)),
        stats::holm(x).unwrap_or_default(),
        stats::benjamini_hochberg(x).unwrap_or_default(),
    ]
    .concat()
}

fn described(x: &[f64]) -> Vec<f64> {
    let middle = x.get(x.len() / 2).copied().unwrap_or(f64::NAN);
    let figures = [
        stats::mean(x),
        stats::median(x),
        stats::standard_deviation(x),
        stats::median_absolute_deviation(x),
        stats::harrell_davis(x, 0.9),
        stats::memory_floor(x),
        stats::lag_one_autocorrelation(x),
        stats::effective_sample_size(x),
        stats::jain_index(x),
        stats::minimum_detectable_change(middle, 5, 0.01, 0.9),
        stats::runs_for_change(middle, 0.1, 0.01, 0.9).map(|runs| runs as f64),
    ];
    let score = match stats::anomaly(x, middle) {
        Some(stats::Anomaly::Ordinary(score) | stats::Anomaly::Outlying(score)) => vec![score],
        _ => vec![],
    };
    [
        figures.into_iter().flatten().collect(),
        score,
        flat(stats::mean_interval(x, 0.95)),
        flat(stats::prediction_interval(x, 0.95)),
        flat(stats::quantile_interval(x, 0.95, 0.95)),
        stats::gesd(x, 3, 0.05).map_or(vec![], |outliers| vec![outliers.len() as f64]),
    ]
    .concat()
}

fn followed(x: &[f64]) -> Vec<f64> {
    let times: Vec<f64> = (0..x.len()).map(|place| place as f64).collect();
    let changes = stats::change_points(x, &ChangeSearch::default()).map_or(vec![], |changes| {
        changes.points.iter().flat_map(|it| [it.before, it.after, it.change, it.p]).collect()
    });
    let trend = stats::sustained_trend(x, 0.05).map_or(vec![], |it| vec![it.change, it.trend.intercept]);
    let test = stats::mann_kendall(x).map_or(vec![], |it| vec![it.score, it.variance, it.z, it.two_sided]);
    let leak = stats::estimate_leak(&times, x, &LeakSearch::lifecycle()).and_then(|leak| leak.slope);
    let teeth = stats::find_sawtooth(&times, x).map_or(vec![], |it| vec![it.period, it.amplitude]);
    let falls = stats::find_falls(&times, x).unwrap_or_default();
    let falls = falls.iter().flat_map(|fall| [fall.start, fall.end, fall.height]).collect();
    let split = stats::energy_split(x, 2).map_or(vec![], |it| vec![it.statistic]);
    let slope = stats::theil_sen(&times, x, 0.95).map(|it| it.slope);
    let wide = stats::theil_sen_inflated(&times, x, 0.95, 3.0).map(|it| it.slope);
    let inflations =
        [stats::hamed_rao_inflation(x), stats::yue_wang_inflation(x)].into_iter().flatten().collect();
    [changes, trend, test, flat(leak), teeth, falls, split, flat(slope), flat(wide), inflations].concat()
}

fn resampled(x: &[f64], y: &[f64]) -> Vec<f64> {
    let plan = Resampling { resamples: 20, ..Resampling::default() };
    let mean = |values: &[&f64]| values.iter().copied().sum::<f64>() / values.len() as f64;
    let ratio = |sides: &[Vec<&f64>]| mean(&sides[1]) / mean(&sides[0]);
    let last = |series: &[f64]| series.last().copied().unwrap_or(0.0);
    [
        flat(stats::bootstrap_bca(&[x, y], &plan, ratio)),
        flat(stats::bootstrap_percentile(&[x, y], &plan, ratio)),
        flat(stats::moving_block_bootstrap(x, 2, &plan, last)),
        stats::bca_interval(x, 1.0, &[y.to_vec()], 0.9).map_or(vec![], |(low, high)| vec![low, high]),
        stats::percentile_interval(x, 0.9).map_or(vec![], |(low, high)| vec![low, high]),
    ]
    .concat()
}

fn scaled(x: &[f64], y: &[f64]) -> Vec<f64> {
    let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    let plan = Resampling { resamples: 20, ..Resampling::default() };
    let usl = stats::fit_usl(&points, &plan)
        .map_or(vec![], |it| [vec![it.unit_throughput, it.contention, it.coherency], flat(it.knee)].concat());
    let amdahl =
        stats::fit_amdahl(&points).map_or(vec![], |it| vec![it.unit_throughput, it.serial, it.limit()]);
    [usl, amdahl].concat()
}

/// Floors and slopes from the first, the middle and the last value.
fn projected(x: &[f64]) -> Vec<f64> {
    let at = |place: usize| x.get(place).copied().unwrap_or(f64::NAN);
    let (first, middle, last) = (at(0), at(x.len() / 2), at(x.len().saturating_sub(1)));
    let cooled = stats::cooldown(first, middle, last)
        .map_or(vec![], |it| [Some(it.delta), it.retained].into_iter().flatten().collect());
    let slope = |lower, upper| Estimate { value: middle, lower, upper, confidence: 0.9 };
    let left = [
        stats::time_to_exhaustion(first, middle, &slope(first, last)),
        stats::time_to_exhaustion(middle, last, &slope(first, last)),
    ];
    [cooled, left.into_iter().flatten().flat_map(|(soon, late)| [soon, late]).collect()].concat()
}

/// Every figure that comes from counts.
fn counted(hits: u64, trials: u64) -> Vec<f64> {
    // A billion is where the time of the ranks, in proportion to the root, becomes long.
    let (lower, upper) = stats::quantile_interval_ranks(trials.min(1_000_000_000), 0.95, 0.95);
    let figures = [
        stats::rule_of_three(trials),
        stats::rate_logit(hits, trials),
        stats::dispersion_index(&[hits, trials]),
    ];
    let block = stats::block_length(usize::try_from(trials).unwrap_or(usize::MAX), 1);
    [
        figures.into_iter().flatten().collect(),
        flat(stats::wilson(hits, trials, 0.95)),
        vec![lower as f64, upper.map_or(f64::INFINITY, |upper| upper as f64), block as f64],
    ]
    .concat()
}

fn first_nan(x: &[f64], y: &[f64]) -> Option<&'static str> {
    let mut groups = every_figure(x, y).into_iter();
    groups.find(|(_, figures)| figures.iter().any(|figure| figure.is_nan())).map(|(group, _)| group)
}

#[test]
fn nothing_is_refused_by_all() {
    for (group, figures) in every_figure(&[], &[]) {
        assert_eq!(figures, [0.0; 0], "{group}");
    }
}

#[test]
fn one_value_and_equal_values_are_answered_or_refused() {
    let samples = [vec![1.0], vec![2.0; 2], vec![0.1; 40], vec![0.0; 40], vec![-3.0; 40]];
    for x in &samples {
        samples.iter().for_each(|y| assert_eq!(first_nan(x, y), None, "{x:?} {y:?}"));
    }
}

#[test]
fn what_is_no_number_is_refused_by_all() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
        let mut values: Vec<f64> = (1..=40).map(f64::from).collect();
        values[20] = bad;
        for (group, figures) in every_figure(&values, &values) {
            assert_eq!(figures, [0.0; 0], "{group} of {bad}");
        }
    }
}

#[test]
fn counts_of_any_size_are_answered_or_refused() {
    let counts = [0, 1, 2, 3, 1_000, 1 << 53, u64::MAX - 1, u64::MAX];
    for hits in counts {
        for trials in counts {
            assert!(counted(hits, trials).iter().all(|figure| !figure.is_nan()), "{hits} of {trials}");
        }
    }
}

#[test]
fn nothing_counted_is_refused() {
    assert_eq!(counted(0, 0), [0.0, f64::INFINITY, 1.0], "no limit on a quantile, and a block of one");
    assert_eq!(stats::dispersion_index(&[7]), None);
}

/// Finite values of every size, many of them equal or zero.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => prop::sample::select(vec![0.0, 1.0, -1.0, 1e-300, 1e74, -1e74, 5e-324]),
        4 => (0_i32..5).prop_map(f64::from),
        2 => prop::num::f64::NORMAL,
        1 => prop::num::f64::ANY,
    ]
}

proptest! {
    #[test]
    fn no_figure_is_ever_nan(
        x in prop::collection::vec(wild(), 0..40),
        y in prop::collection::vec(wild(), 0..40),
    ) {
        prop_assert_eq!(first_nan(&x, &y), None);
    }

    #[test]
    fn no_figure_of_sizes_that_differ_wildly_is_nan(
        x in prop::collection::vec((-70..70_i32).prop_map(|power| 10_f64.powi(power)), 0..40),
        y in prop::collection::vec((-70..70_i32).prop_map(|power| 10_f64.powi(power)), 0..40),
    ) {
        prop_assert_eq!(first_nan(&x, &y), None);
    }
}
