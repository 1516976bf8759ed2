//! Laws that hold whatever the data: order does not matter, units do not matter, sides can be swapped.

use plimsoll_metrics::stats::{self, ChangeSearch, Estimate, Resampling};
use proptest::prelude::*;

type Interval = fn(&[f64]) -> Option<Estimate>;
type Figure = fn(&[f64]) -> Option<f64>;

/// Values with ties, as measurements have them.
fn sample(least: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((1_i32..400).prop_map(|value| f64::from(value) / 4.0), least..14)
}

/// Powers of two scale without rounding, so that ties stay ties.
fn scale() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![0.125, 0.5, 2.0, 1024.0])
}

/// A sample and the same in another order.
fn shuffled(least: usize) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    sample(least).prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle()))
}

fn times(values: &[f64], factor: f64) -> Vec<f64> {
    values.iter().map(|value| value * factor).collect()
}

fn negated(values: &[f64]) -> Vec<f64> {
    times(values, -1.0)
}

fn places(values: &[f64]) -> Vec<f64> {
    (0..values.len()).map(|place| place as f64).collect()
}

fn near(left: f64, right: f64) -> bool {
    left == right || (left - right).abs() <= 1e-9 * left.abs().max(right.abs()).max(1e-3)
}

fn alike(left: Estimate, right: Estimate) -> bool {
    near(left.value, right.value) && near(left.lower, right.lower) && near(left.upper, right.upper)
}

fn both_alike(left: Option<Estimate>, right: Option<Estimate>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => alike(left, right),
        (left, right) => left.is_none() && right.is_none(),
    }
}

fn mirrored(estimate: Estimate) -> Estimate {
    let Estimate { value, lower, upper, confidence } = estimate;
    Estimate { value: -value, lower: -upper, upper: -lower, confidence }
}

fn scaled(estimate: Estimate, factor: f64) -> Estimate {
    estimate.map(|value| value * factor)
}

proptest! {
    #[test]
    fn the_rank_test_ignores_order((x, other_x) in shuffled(1), (y, other_y) in shuffled(1)) {
        prop_assert_eq!(stats::mann_whitney(&x, &y), stats::mann_whitney(&other_x, &other_y));
    }

    #[test]
    fn the_rank_test_ignores_units(x in sample(1), y in sample(1), factor in scale()) {
        let other = stats::mann_whitney(&times(&x, factor), &times(&y, factor));
        prop_assert_eq!(stats::mann_whitney(&x, &y), other);
    }

    #[test]
    fn swapping_the_sides_of_the_rank_test_swaps_its_tails(x in sample(1), y in sample(1)) {
        let there = stats::mann_whitney(&x, &y).unwrap();
        let back = stats::mann_whitney(&y, &x).unwrap();
        prop_assert!(near(there.less, back.greater) && near(there.greater, back.less));
        prop_assert!(near(there.effect, 1.0 - back.effect) && near(there.two_sided, back.two_sided));
    }

    #[test]
    fn the_tails_of_the_rank_test_overlap_in_what_was_seen(x in sample(1), y in sample(1)) {
        let test = stats::mann_whitney(&x, &y).unwrap();
        prop_assert!(test.less + test.greater >= 1.0 - 1e-12);
        prop_assert!(test.less > 0.0 && test.greater > 0.0 && test.two_sided <= 1.0);
    }

    #[test]
    fn the_shift_ignores_order((x, other_x) in shuffled(1), (y, other_y) in shuffled(1)) {
        let other = stats::hodges_lehmann(&other_x, &other_y, 0.9);
        prop_assert!(both_alike(stats::hodges_lehmann(&x, &y, 0.9), other));
    }

    #[test]
    fn the_shift_scales_and_turns_with_the_sides(x in sample(1), y in sample(1), factor in scale()) {
        let shift = stats::hodges_lehmann(&x, &y, 0.9).unwrap();
        let larger = stats::hodges_lehmann(&times(&x, factor), &times(&y, factor), 0.9).unwrap();
        prop_assert!(alike(scaled(shift, factor), larger));
        prop_assert!(alike(mirrored(shift), stats::hodges_lehmann(&y, &x, 0.9).unwrap()));
    }

    #[test]
    fn a_ratio_has_no_unit(x in sample(1), y in sample(1), factor in scale()) {
        let ratio = stats::hodges_lehmann_ratio(&x, &y, 0.9);
        let other = stats::hodges_lehmann_ratio(&times(&x, factor), &times(&y, factor), 0.9);
        prop_assert!(both_alike(ratio, other));
    }

    #[test]
    fn a_certain_shift_is_found_exactly(x in sample(2), shift in -50_i32..50) {
        let y: Vec<f64> = x.iter().map(|value| value + f64::from(shift)).collect();
        prop_assert!(stats::hodges_lehmann(&x, &y, 0.9).unwrap().covers(f64::from(shift)));
    }

    #[test]
    fn welch_ignores_order_and_units((x, other_x) in shuffled(2), y in sample(2), factor in scale()) {
        let test = stats::welch(&x, &y, 0.95);
        let other = stats::welch(&times(&other_x, factor), &times(&y, factor), 0.95);
        prop_assert_eq!(test.is_some(), other.is_some());
        if let (Some(test), Some(other)) = (test, other) {
            prop_assert!(near(test.greater, other.greater) && near(test.freedom, other.freedom));
            prop_assert!(alike(scaled(test.estimate, factor), other.estimate));
        }
    }

    #[test]
    fn swapping_the_sides_of_welch_swaps_its_tails(x in sample(2), y in sample(2)) {
        if let Some(there) = stats::welch(&x, &y, 0.95) {
            let back = stats::welch(&y, &x, 0.95).unwrap();
            prop_assert!(near(there.less, back.greater) && near(there.two_sided, back.two_sided));
            prop_assert!(alike(mirrored(there.estimate), back.estimate));
        }
    }

    #[test]
    fn adjusted_p_values_stay_in_order_and_grow(p in prop::collection::vec(0.0..=1.0, 1..12)) {
        for adjust in [stats::holm, stats::benjamini_hochberg] {
            let adjusted = adjust(&p).unwrap();
            prop_assert!(p.iter().zip(&adjusted).all(|(before, after)| before <= after && *after <= 1.0));
            for (left, right) in p.iter().zip(&adjusted).zip(p.iter().zip(&adjusted).skip(1)) {
                prop_assert!((left.0 < right.0) <= (left.1 <= right.1));
            }
        }
    }

    #[test]
    fn holm_is_stricter_than_benjamini_hochberg(p in prop::collection::vec(0.0..=1.0, 1..12)) {
        let (holm, hochberg) = (stats::holm(&p).unwrap(), stats::benjamini_hochberg(&p).unwrap());
        prop_assert!(holm.iter().zip(hochberg).all(|(holm, hochberg)| *holm >= hochberg - 1e-12));
    }

    #[test]
    fn more_runs_see_smaller_changes(deviation in 0.001..0.5, runs in 2_u64..200) {
        let change = |runs| stats::minimum_detectable_change(deviation, runs, 0.01, 0.9).unwrap();
        prop_assert!(change(runs + 1) < change(runs));
    }

    #[test]
    fn spread_ignores_order_units_and_sides((x, other) in shuffled(3), y in sample(3), factor in scale()) {
        let test = stats::brown_forsythe(&[&x, &y]);
        let other = stats::brown_forsythe(&[&times(&y, factor), &times(&other, factor)]);
        prop_assert_eq!(test.is_some(), other.is_some());
        prop_assert!(test.zip(other).is_none_or(|(test, other)| near(test.p, other.p)));
    }

    #[test]
    fn intervals_of_a_sample_ignore_order_and_scale((x, other) in shuffled(2), factor in scale()) {
        let intervals: [Interval; 3] = [
            |values| stats::mean_interval(values, 0.9),
            |values| stats::prediction_interval(values, 0.9),
            |values| stats::quantile_interval(values, 0.5, 0.9),
        ];
        for interval in intervals {
            let larger = interval(&times(&other, factor)).unwrap();
            prop_assert!(alike(scaled(interval(&x).unwrap(), factor), larger));
        }
    }

    #[test]
    fn figures_of_a_sample_ignore_order_and_scale((x, other) in shuffled(2), factor in scale()) {
        let figures: [Figure; 6] = [
            stats::mean,
            stats::median,
            stats::standard_deviation,
            stats::median_absolute_deviation,
            stats::memory_floor,
            |values| stats::harrell_davis(values, 0.9),
        ];
        for figure in figures {
            prop_assert!(near(figure(&x).unwrap() * factor, figure(&times(&other, factor)).unwrap()));
        }
    }

    #[test]
    fn ranks_around_a_quantile_enclose_it(n in 1_u64..5_000, q in 0.01..0.99, confidence in 0.5..0.999) {
        let (lower, upper) = stats::quantile_interval_ranks(n, q, confidence);
        let expected = n as f64 * q;
        prop_assert!(lower as f64 <= expected + 1.0);
        prop_assert!(upper.is_none_or(|upper| upper as f64 >= expected && upper > lower && upper <= n));
    }

    #[test]
    fn a_share_lies_in_its_interval(trials in 1_u64..10_000, part in 0.0..=1.0, confidence in 0.5..0.999) {
        let hits = (trials as f64 * part) as u64;
        let share = stats::wilson(hits, trials, confidence).unwrap();
        prop_assert!(0.0 <= share.lower && share.lower <= share.value);
        prop_assert!(share.value <= share.upper && share.upper <= 1.0);
    }

    #[test]
    fn a_slope_scales_and_turns(values in sample(3), factor in scale()) {
        let slope = |values: &[f64]| stats::theil_sen(&places(values), values, 0.9).unwrap().slope;
        prop_assert!(alike(scaled(slope(&values), factor), slope(&times(&values, factor))));
        prop_assert!(alike(mirrored(slope(&values)), slope(&negated(&values))));
    }

    #[test]
    fn a_slope_ignores_the_order_of_its_points(points in prop::collection::vec((0_i32..9, 0_i32..99), 3..12)) {
        let split = |points: &[(i32, i32)]| -> (Vec<f64>, Vec<f64>) {
            points.iter().map(|(time, value)| (f64::from(*time), f64::from(*value))).unzip()
        };
        let mut turned = points.clone();
        turned.reverse();
        let ((times, values), (other_times, other_values)) = (split(&points), split(&turned));
        let there = stats::theil_sen(&times, &values, 0.9).map(|trend| trend.slope);
        prop_assert!(both_alike(there, stats::theil_sen(&other_times, &other_values, 0.9).map(|t| t.slope)));
    }

    #[test]
    fn a_trend_turns_with_its_series_and_with_time(values in sample(4)) {
        let z = |values: &[f64]| stats::mann_kendall(values).unwrap().z;
        let mut backwards = values.clone();
        backwards.reverse();
        prop_assert!(near(z(&values), -z(&negated(&values))));
        let score = |values: &[f64]| stats::mann_kendall(values).unwrap().score;
        prop_assert!(near(score(&values), -score(&backwards)));
    }

    #[test]
    fn inflation_is_one_or_more_and_has_no_unit(values in sample(4), factor in scale()) {
        for inflation in [stats::hamed_rao_inflation, stats::yue_wang_inflation] {
            let plain = inflation(&values).unwrap();
            prop_assert!(plain >= 1.0 && near(plain, inflation(&times(&values, factor)).unwrap()));
        }
    }

    #[test]
    fn resampling_repeats_itself_and_scales(values in sample(8), factor in scale(), seed: u64) {
        let plan = Resampling { resamples: 60, seed, ..Resampling::default() };
        let mean = |sides: &[Vec<&f64>]| sides[0].iter().copied().sum::<f64>() / sides[0].len() as f64;
        let larger = times(&values, factor);
        let bootstraps = [stats::bootstrap_bca, stats::bootstrap_percentile];
        for bootstrap in bootstraps {
            let estimate = bootstrap(&[&values], &plan, mean);
            prop_assert_eq!(estimate, bootstrap(&[&values], &plan, mean));
            prop_assert!(both_alike(estimate.map(|e| scaled(e, factor)), bootstrap(&[&larger], &plan, mean)));
        }
    }

    #[test]
    fn blocks_repeat_themselves_and_scale(values in sample(8), factor in scale(), seed: u64) {
        let plan = Resampling { resamples: 60, seed, ..Resampling::default() };
        let total = |values: &[f64]| values.iter().sum::<f64>();
        let estimate = stats::moving_block_bootstrap(&values, 3, &plan, total).unwrap();
        let larger = stats::moving_block_bootstrap(&times(&values, factor), 3, &plan, total).unwrap();
        prop_assert!(alike(scaled(estimate, factor), larger));
    }

    #[test]
    fn changes_have_no_unit_and_turn_with_time(left in sample(6), right in sample(6), factor in scale()) {
        let history = [left, right.iter().map(|value| value + 500.0).collect()].concat();
        let search = ChangeSearch { least_change: 0.0, ..ChangeSearch::default() };
        let found = |history: &[f64]| -> Vec<usize> {
            let changes = stats::change_points(history, &search).unwrap();
            changes.points.iter().map(|point| point.index).collect()
        };
        prop_assert_eq!(found(&history), found(&times(&history, factor)));
        prop_assert_eq!(found(&history), found(&negated(&history)));
    }

    #[test]
    fn changes_lie_apart_and_are_significant(history in prop::collection::vec(1.0..100.0, 6..120)) {
        let search = ChangeSearch::default();
        let changes = stats::change_points(&history, &search).unwrap().points;
        let edges: Vec<usize> =
            [0].into_iter().chain(changes.iter().map(|point| point.index)).chain([history.len()]).collect();
        prop_assert!(edges.windows(2).all(|pair| pair[1] - pair[0] >= 3));
        prop_assert!(changes.iter().all(|point| point.change >= search.least_change));
    }

    #[test]
    fn a_split_has_no_unit(series in sample(6), factor in scale()) {
        let there = stats::energy_split(&series, 3).unwrap();
        let larger = stats::energy_split(&times(&series, factor), 3).unwrap();
        prop_assert_eq!((there.index, there.end), (larger.index, larger.end));
        prop_assert!(near(there.statistic * factor, larger.statistic));
    }

    #[test]
    fn outliers_have_no_unit(values in prop::collection::vec(0.0..100.0, 15..30), factor in scale()) {
        prop_assert_eq!(stats::gesd(&values, 5, 0.05), stats::gesd(&times(&values, factor), 5, 0.05));
        prop_assert_eq!(stats::gesd(&values, 5, 0.05), stats::gesd(&negated(&values), 5, 0.05));
    }

    #[test]
    fn an_anomaly_has_no_unit_and_no_order((x, other) in shuffled(3), value in 0.0..200.0, factor in scale()) {
        let there = stats::anomaly(&x, value);
        prop_assert_eq!(there, stats::anomaly(&times(&other, factor), value * factor));
    }

    #[test]
    fn a_leak_scales_with_its_bytes(values in prop::collection::vec(1.0..100.0, 240..300), factor in scale()) {
        let search = stats::LeakSearch::lifecycle();
        let slope = |values: &[f64]| stats::estimate_leak(&places(values), values, &search).unwrap().slope;
        let there = slope(&values).map(|slope| scaled(slope, factor));
        prop_assert!(both_alike(there, slope(&times(&values, factor))));
    }

    #[test]
    fn fairness_has_no_unit_and_no_order((x, other) in shuffled(1), factor in scale()) {
        let index = stats::jain_index(&x).unwrap();
        prop_assert!(near(index, stats::jain_index(&times(&other, factor)).unwrap()));
        prop_assert!(index <= 1.0 && index >= 1.0 / x.len() as f64 - 1e-12);
    }

    #[test]
    fn a_law_scales_with_its_throughput(noise in prop::collection::vec(0.9..1.1, 6), factor in scale()) {
        let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let points = |factor: f64| -> Vec<(f64, f64)> {
            loads.iter().zip(&noise).map(|(n, noise)| (*n, factor * noise * n / (1.0 + 0.1 * n))).collect()
        };
        let fit = |factor| stats::fit_amdahl(&points(factor)).unwrap();
        let (plain, larger) = (fit(1.0), fit(factor));
        prop_assert!((plain.serial - larger.serial).abs() < 1e-6);
        let ratio = larger.unit_throughput / plain.unit_throughput;
        prop_assert!((ratio / factor - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_knee_does_not_depend_on_the_unit_of_throughput(noise in prop::collection::vec(0.97..1.03, 7), factor in scale()) {
        let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        let plan = Resampling { resamples: 5, ..Resampling::default() };
        let knee = |factor: f64| {
            let law = |n: f64| factor * n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0));
            let points: Vec<(f64, f64)> = loads.iter().zip(&noise).map(|(n, noise)| (*n, noise * law(*n))).collect();
            stats::fit_usl(&points, &plan).unwrap().knee.unwrap().value
        };
        prop_assert!((knee(1.0) / knee(factor) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn teeth_scale_with_their_bytes(period in 6_usize..20, height in 1.0..50.0, factor in scale()) {
        let teeth: Vec<f64> = (0..200).map(|second| height * (second % period) as f64).collect();
        let found = stats::find_sawtooth(&places(&teeth), &teeth).unwrap();
        let larger = stats::find_sawtooth(&places(&teeth), &times(&teeth, factor)).unwrap();
        prop_assert_eq!(found.period, period as f64);
        prop_assert_eq!((found.period, found.falls), (larger.period, larger.falls));
        prop_assert!(near(found.amplitude * factor, larger.amplitude));
    }

    #[test]
    fn a_sustained_trend_has_no_unit(history in prop::collection::vec(1.0..100.0, 12..60), factor in scale()) {
        let there = stats::sustained_trend(&history, 0.05).unwrap();
        let larger = stats::sustained_trend(&times(&history, factor), 0.05).unwrap();
        prop_assert!(there.sustained == larger.sustained && near(there.change, larger.change));
    }

    #[test]
    fn hits_and_misses_swap_the_sign_of_their_logit(hits in 0_u64..500, misses in 1_u64..500) {
        let (there, back) = (stats::rate_logit(hits, hits + misses), stats::rate_logit(misses, hits + misses));
        prop_assert!(near(there.unwrap(), -back.unwrap()));
    }

    #[test]
    fn pooled_spread_ignores_units_order_and_sides((x, other) in shuffled(2), y in sample(2), factor in scale()) {
        let there = stats::pooled_log_deviation(&[&x, &y]).unwrap();
        let back = stats::pooled_log_deviation(&[&times(&y, factor), &times(&other, factor)]).unwrap();
        prop_assert!(near(there, back));
    }
}
