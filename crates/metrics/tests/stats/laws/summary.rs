//! Figures of one sample: order does not matter, units scale, a new zero moves.

use plimsoll_metrics::stats;
use proptest::prelude::*;

use super::{moved, near, negated, sample, scale, shift, shuffled, times};

type Figure = fn(&[f64]) -> Option<f64>;

const PLACES: [Figure; 4] =
    [stats::mean, stats::median, stats::memory_floor, |values| stats::harrell_davis(values, 0.9)];
const SPREADS: [Figure; 2] = [stats::standard_deviation, stats::median_absolute_deviation];

proptest! {
    #[test]
    fn fairness_has_no_unit_and_no_order((x, other) in shuffled(1), factor in scale()) {
        let index = stats::jain_index(&x).unwrap();
        prop_assert!(near(index, stats::jain_index(&times(&other, factor)).unwrap()));
        prop_assert!(index <= 1.0 && index >= 1.0 / x.len() as f64 - 1e-12);
    }

    #[test]
    fn places_and_spreads_ignore_order_and_scale((x, other) in shuffled(2), factor in scale()) {
        for figure in PLACES.into_iter().chain(SPREADS) {
            prop_assert!(near(figure(&x).unwrap() * factor, figure(&times(&other, factor)).unwrap()));
        }
    }

    #[test]
    fn a_new_zero_moves_places_and_leaves_spreads(x in sample(2), shift in shift()) {
        let high = moved(&x, shift);
        for place in PLACES {
            prop_assert!(near(place(&x).unwrap() + shift, place(&high).unwrap()));
        }
        for spread in SPREADS {
            prop_assert!(near(spread(&x).unwrap(), spread(&high).unwrap()));
        }
    }

    #[test]
    fn the_smooth_quantile_turns_with_its_sample(x in sample(1), q in 0.01..0.99) {
        let mirrored = stats::harrell_davis(&negated(&x), 1.0 - q).unwrap();
        prop_assert!(near(stats::harrell_davis(&x, q).unwrap(), -mirrored));
    }
}
