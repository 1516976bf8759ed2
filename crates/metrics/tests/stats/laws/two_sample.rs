//! Two sides can be swapped, reordered and measured in other units.

use plimsoll_metrics::stats::{self, Estimate};
use proptest::prelude::*;

use super::{
    alike, both_alike, mirrored, moved, near, reordered, sample, scale, scaled, shift, shuffled, times,
};

/// The same seen from the other side: what was a ratio is its inverse.
fn inverse(ratio: Estimate) -> Estimate {
    let Estimate { value, lower, upper, confidence } = ratio;
    Estimate { value: 1.0 / value, lower: 1.0 / upper, upper: 1.0 / lower, confidence }
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
    fn pooled_spread_ignores_units_order_and_sides(
        (x, other) in shuffled(2),
        y in sample(2),
        factor in scale(),
    ) {
        let there = stats::pooled_log_deviation(&[&x, &y]).unwrap();
        let back = stats::pooled_log_deviation(&[&times(&y, factor), &times(&other, factor)]).unwrap();
        prop_assert!(near(there, back));
    }

    #[test]
    fn the_rank_test_sees_ranks_only(x in sample(1), y in sample(1)) {
        let grown = |side: &[f64]| -> Vec<f64> { side.iter().map(|value| value.powi(3) - 7.0).collect() };
        prop_assert_eq!(stats::mann_whitney(&x, &y), stats::mann_whitney(&grown(&x), &grown(&y)));
    }

    #[test]
    fn differences_do_not_depend_on_the_zero_of_the_scale(x in sample(2), y in sample(2), shift in shift()) {
        let (high_x, high_y) = (moved(&x, shift), moved(&y, shift));
        let between = |x: &[f64], y: &[f64]| stats::hodges_lehmann(x, y, 0.9);
        prop_assert!(both_alike(between(&x, &y), between(&high_x, &high_y)));
        let welch = |x: &[f64], y: &[f64]| stats::welch(x, y, 0.9).map(|test| test.estimate);
        prop_assert!(both_alike(welch(&x, &y), welch(&high_x, &high_y)));
        let spread = |x: &[f64], y: &[f64]| stats::brown_forsythe(&[x, y]).map_or(2.0, |test| test.p);
        prop_assert!(near(spread(&x, &y), spread(&high_x, &y)));
    }

    #[test]
    fn swapping_the_sides_of_a_ratio_inverts_it(x in sample(1), y in sample(1)) {
        let (there, back) =
            (stats::hodges_lehmann_ratio(&x, &y, 0.9), stats::hodges_lehmann_ratio(&y, &x, 0.9));
        prop_assert!(both_alike(there.map(inverse), back));
    }

    #[test]
    fn a_ratio_of_means_ignores_order_and_units_and_turns_with_the_sides(
        (x, other) in shuffled(2),
        y in sample(2),
        factor in scale(),
    ) {
        let there = stats::welch_on_logs(&x, &y, 0.9);
        let larger = stats::welch_on_logs(&times(&other, factor), &times(&y, factor), 0.9);
        let back = stats::welch_on_logs(&y, &x, 0.9);
        prop_assert!(both_alike(there.map(|test| test.estimate), larger.map(|test| test.estimate)));
        prop_assert!(both_alike(there.map(|test| inverse(test.estimate)), back.map(|test| test.estimate)));
    }

    #[test]
    fn a_family_may_come_in_any_order(
        (p, other) in reordered(prop::collection::vec(0.0..=1.0, 1..12)),
    ) {
        // Equal p-values are adjusted alike, so that both orders, sorted, are the same.
        let sorted = |mut adjusted: Vec<f64>| {
            adjusted.sort_unstable_by(f64::total_cmp);
            adjusted
        };
        for adjust in [stats::holm, stats::benjamini_hochberg] {
            prop_assert_eq!(sorted(adjust(&p).unwrap()), sorted(adjust(&other).unwrap()));
        }
    }

    #[test]
    fn the_runs_for_a_change_are_the_first_that_see_it(deviation in 0.01..0.3, change in 0.02..0.5) {
        let runs = stats::runs_for_change(deviation, change, 0.01, 0.9).unwrap();
        let seen = |runs| stats::minimum_detectable_change(deviation, runs, 0.01, 0.9).unwrap();
        prop_assert!(seen(runs) <= change && (runs == 2 || seen(runs - 1) > change));
    }
}
