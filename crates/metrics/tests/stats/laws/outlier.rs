//! What stands out does so in any unit, order and sign.

use plimsoll_metrics::stats::{self, Anomaly};
use proptest::prelude::*;

use super::{moved, near, negated, reordered, scale, shift, shuffled, times};

proptest! {
    #[test]
    fn outliers_have_no_unit(values in prop::collection::vec(0.0..100.0, 15..30), factor in scale()) {
        prop_assert_eq!(stats::gesd(&values, 5, 0.05), stats::gesd(&times(&values, factor), 5, 0.05));
        prop_assert_eq!(stats::gesd(&values, 5, 0.05), stats::gesd(&negated(&values), 5, 0.05));
    }

    #[test]
    fn an_anomaly_has_no_unit_and_no_order(
        (x, other) in shuffled(3),
        value in 0.0..200.0,
        factor in scale(),
    ) {
        let there = stats::anomaly(&x, value);
        prop_assert_eq!(there, stats::anomaly(&times(&other, factor), value * factor));
    }

    #[test]
    fn outliers_have_no_order_and_no_zero(
        (x, other) in reordered(prop::collection::vec(0_i32..400, 15..30)),
        shift in shift(),
    ) {
        let outliers = |values: &[i32], shift: f64| -> Vec<i32> {
            let raised: Vec<f64> = values.iter().map(|value| f64::from(*value) + shift).collect();
            let places = stats::gesd(&raised, 5, 0.2).unwrap();
            let mut found: Vec<i32> = places.into_iter().map(|place| values[place]).collect();
            found.sort_unstable();
            found
        };
        prop_assert_eq!(outliers(&x, 0.0), outliers(&other, shift));
    }

    #[test]
    fn an_anomaly_has_no_zero_and_turns((x, other) in shuffled(3), value in 0_i32..800, shift in shift()) {
        let value = f64::from(value) / 4.0;
        let score = |history: &[f64], value| match stats::anomaly(history, value).unwrap() {
            Anomaly::Ordinary(score) | Anomaly::Outlying(score) => score,
            Anomaly::NoSpreadKnown => 0.0,
        };
        prop_assert!(near(score(&x, value), score(&moved(&other, shift), value + shift)));
        prop_assert!(near(score(&x, value), -score(&negated(&x), -value)));
    }
}
