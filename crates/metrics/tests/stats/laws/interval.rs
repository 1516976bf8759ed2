//! Intervals and shares of one sample or one count.

use plimsoll_metrics::stats::{self, Estimate};
use proptest::prelude::*;

use super::{
    alike, both_alike, mirrored, moved, near, negated, reordered, sample, scale, scaled, shift, shuffled,
    times,
};

type Interval = fn(&[f64]) -> Option<Estimate>;

const OF_MEANS: [Interval; 2] =
    [|values| stats::mean_interval(values, 0.9), |values| stats::prediction_interval(values, 0.9)];
const OF_A_QUANTILE: Interval = |values| stats::quantile_interval(values, 0.5, 0.9);

proptest! {
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
    fn hits_and_misses_swap_the_sign_of_their_logit(hits in 0_u64..500, misses in 1_u64..500) {
        let (there, back) =
            (stats::rate_logit(hits, hits + misses), stats::rate_logit(misses, hits + misses));
        prop_assert!(near(there.unwrap(), -back.unwrap()));
    }

    #[test]
    fn intervals_ignore_order_and_scale((x, other) in shuffled(2), factor in scale()) {
        for interval in OF_MEANS.into_iter().chain([OF_A_QUANTILE]) {
            let larger = interval(&times(&other, factor)).unwrap();
            prop_assert!(alike(scaled(interval(&x).unwrap(), factor), larger));
        }
    }

    #[test]
    fn intervals_move_with_the_zero_of_the_scale(x in sample(2), shift in shift()) {
        for interval in OF_MEANS.into_iter().chain([OF_A_QUANTILE]) {
            let high = interval(&moved(&x, shift)).unwrap();
            prop_assert!(alike(interval(&x).unwrap().map(|value| value + shift), high));
        }
    }

    #[test]
    fn intervals_of_means_turn_with_their_sample(x in sample(2)) {
        for interval in OF_MEANS {
            prop_assert!(both_alike(interval(&x).map(mirrored), interval(&negated(&x))));
        }
    }

    #[test]
    fn ranks_turn_with_their_quantile(n in 1_u64..5_000, part in 1_u32..64, confidence in 0.5..0.999) {
        let q = f64::from(part) / 64.0;
        let (lower, upper) = stats::quantile_interval_ranks(n, q, confidence);
        let (other_lower, other_upper) = stats::quantile_interval_ranks(n, 1.0 - q, confidence);
        prop_assert_eq!(other_upper.map_or(0, |rank| n + 1 - rank), lower);
        prop_assert_eq!(upper.map_or(0, |rank| n + 1 - rank), other_lower);
    }

    #[test]
    fn the_confidence_reached_is_at_least_the_one_asked_for(
        x in sample(1),
        q in 0.0..=1.0,
        confidence in 0.5..0.999,
    ) {
        let reached = stats::quantile_interval(&x, q, confidence).unwrap().confidence;
        prop_assert!(reached >= confidence - 1e-12 && reached <= 1.0);
    }

    #[test]
    fn hits_and_misses_swap_the_ends_of_their_share(hits in 0_u64..500, misses in 1_u64..500) {
        let share = |hits| stats::wilson(hits, 500 + misses, 0.9).unwrap();
        let (there, back) = (share(hits), share(500 + misses - hits));
        prop_assert!(near(there.lower, 1.0 - back.upper) && near(there.upper, 1.0 - back.lower));
    }

    #[test]
    fn three_in_n_bounds_what_was_never_hit(trials in 3_u64..1_000_000, times in 2_u64..50) {
        let bound = |trials| stats::rule_of_three(trials).unwrap();
        prop_assert!(bound(trials) >= 1.0 - 0.05_f64.powf(1.0 / trials as f64));
        prop_assert!(near(bound(trials), bound(trials * times) * times as f64));
    }

    #[test]
    fn dispersion_ignores_order_and_grows_with_its_counts(
        (counts, other) in reordered(prop::collection::vec(0_u64..100, 2..20)),
        factor in 1_u64..9,
    ) {
        let larger: Vec<u64> = other.iter().map(|count| count * factor).collect();
        let (there, larger) = (stats::dispersion_index(&counts), stats::dispersion_index(&larger));
        prop_assert_eq!(there.is_some(), larger.is_some());
        prop_assert!(there.zip(larger).is_none_or(|(there, larger)| near(there * factor as f64, larger)));
    }

    #[test]
    fn memory_has_no_unit_no_zero_and_no_direction(x in sample(3), factor in scale(), shift in shift()) {
        let mut backwards = moved(&times(&x, -factor), shift);
        backwards.reverse();
        let same = |memory: fn(&[f64]) -> Option<f64>| match (memory(&x), memory(&backwards)) {
            (Some(there), Some(other)) => near(there, other),
            (there, other) => there == other,
        };
        prop_assert!(same(stats::lag_one_autocorrelation) && same(stats::effective_sample_size));
        let independent = stats::effective_sample_size(&x).unwrap_or(1.0);
        prop_assert!((1.0..=x.len() as f64).contains(&independent));
    }
}
