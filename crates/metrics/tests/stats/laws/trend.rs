//! Trends scale with their values and turn with them; neither the unit nor the zero of time matters.

use plimsoll_metrics::stats;
use proptest::prelude::*;

use super::{alike, both_alike, mirrored, moved, near, negated, places, sample, scale, scaled, shift, times};

proptest! {
    #[test]
    fn a_slope_scales_and_turns(values in sample(3), factor in scale()) {
        let slope = |values: &[f64]| stats::theil_sen(&places(values), values, 0.9).unwrap().slope;
        prop_assert!(alike(scaled(slope(&values), factor), slope(&times(&values, factor))));
        prop_assert!(alike(mirrored(slope(&values)), slope(&negated(&values))));
    }

    #[test]
    fn a_slope_ignores_the_order_of_its_points(
        points in prop::collection::vec((0_i32..9, 0_i32..99), 3..12),
    ) {
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
    fn a_sustained_trend_has_no_unit(
        history in prop::collection::vec(1.0..100.0, 12..60),
        factor in scale(),
    ) {
        let there = stats::sustained_trend(&history, 0.05).unwrap();
        let larger = stats::sustained_trend(&times(&history, factor), 0.05).unwrap();
        prop_assert!(there.sustained == larger.sustained && near(there.change, larger.change));
    }

    #[test]
    fn a_slope_has_no_zero_and_falls_with_the_unit_of_time(
        values in sample(3),
        factor in scale(),
        shift in shift(),
    ) {
        let slope = |seconds: &[f64], values: &[f64]| stats::theil_sen(seconds, values, 0.9).unwrap().slope;
        let there = slope(&places(&values), &values);
        prop_assert!(alike(there, slope(&moved(&places(&values), shift), &moved(&values, shift))));
        prop_assert!(alike(scaled(there, 1.0 / factor), slope(&times(&places(&values), factor), &values)));
    }

    #[test]
    fn inflation_widens_a_slope_and_leaves_its_value(
        values in sample(3),
        inflation in 1.0..9.0,
        factor in scale(),
    ) {
        let slope = |values: &[f64], inflation| {
            stats::theil_sen_inflated(&places(values), values, 0.9, inflation).unwrap().slope
        };
        let (plain, wide) = (slope(&values, 1.0), slope(&values, inflation));
        prop_assert!(wide.value == plain.value && wide.lower <= plain.lower && wide.upper >= plain.upper);
        prop_assert!(alike(scaled(wide, factor), slope(&times(&values, factor), inflation)));
    }

    #[test]
    fn a_trend_has_no_unit_and_no_zero(values in sample(12), factor in scale(), shift in shift()) {
        let test = stats::mann_kendall(&values).unwrap();
        prop_assert!(near(test.z, stats::mann_kendall(&times(&values, factor)).unwrap().z));
        prop_assert!(near(test.score, stats::mann_kendall(&moved(&values, shift)).unwrap().score));
        let sustained = |values: &[f64]| stats::sustained_trend(values, 0.05).unwrap().sustained;
        prop_assert_eq!(sustained(&values), sustained(&negated(&values)));
    }
}
