//! Memory grows the same in any unit, from any floor and at any time.

use plimsoll_metrics::stats::{self, Estimate, LeakSearch};
use proptest::prelude::*;

use super::{both_alike, moved, near, negated, places, scale, scaled, shift, times};

fn leak(seconds: &[f64], bytes: &[f64]) -> Option<Estimate> {
    stats::estimate_leak(seconds, bytes, &LeakSearch::lifecycle()).expect("finite samples").slope
}

proptest! {
    #[test]
    fn a_leak_scales_with_its_bytes(
        values in prop::collection::vec(1.0..100.0, 240..300),
        factor in scale(),
    ) {
        let there = leak(&places(&values), &values).map(|slope| scaled(slope, factor));
        prop_assert!(both_alike(there, leak(&places(&values), &times(&values, factor))));
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
    fn falls_are_those_of_the_teeth_in_their_order(period in 6_usize..20, factor in scale()) {
        let teeth: Vec<f64> = (0..200).map(|second| (second % period) as f64).collect();
        let seconds = places(&teeth);
        let falls = stats::find_falls(&seconds, &teeth).unwrap();
        prop_assert_eq!(falls.len(), stats::find_sawtooth(&seconds, &teeth).unwrap().falls);
        prop_assert!(falls.iter().all(|fall| fall.start < fall.end && fall.height > 0.0));
        prop_assert!(falls.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let larger = stats::find_falls(&seconds, &times(&teeth, factor)).unwrap();
        let heights = falls.iter().zip(&larger);
        prop_assert!(heights.clone().all(|(fall, larger)| near(fall.height * factor, larger.height)));
        prop_assert!(heights.clone().all(|(fall, larger)| (fall.start, fall.end) == (larger.start, larger.end)));
    }

    #[test]
    fn a_leak_does_not_depend_on_the_floor_or_the_hour(
        // Twelve windows of 20 s after the warm-up: their edges move with the hour without rounding.
        bytes in prop::collection::vec(1.0..100.0, 271),
        shift in shift(),
    ) {
        let seconds = places(&bytes);
        prop_assert!(both_alike(leak(&seconds, &bytes), leak(&seconds, &moved(&bytes, shift))));
        prop_assert!(both_alike(leak(&seconds, &bytes), leak(&moved(&seconds, shift), &bytes)));
    }

    #[test]
    fn teeth_stand_on_any_floor_but_not_on_their_heads(period in 6_usize..20, shift in shift()) {
        let teeth: Vec<f64> = (0..200).map(|second| (second % period) as f64).collect();
        let seconds = places(&teeth);
        let found = |teeth: &[f64]| stats::find_sawtooth(&seconds, teeth);
        prop_assert_eq!(found(&teeth), found(&moved(&teeth, shift)));
        prop_assert_eq!(found(&negated(&teeth)), None);
    }

    #[test]
    fn what_was_released_does_not_depend_on_the_floor(
        before in 0_i32..1_000,
        grown in 5_i32..1_000,
        left in -100_i32..1_000,
        shift in shift(),
    ) {
        let [before, grown, left, shift] =
            [f64::from(before), f64::from(grown), f64::from(left), shift].map(|megabytes| megabytes * 1e6);
        let cooled = |floor: f64, unit: f64| {
            stats::cooldown(unit * floor, unit * (floor + grown), unit * (floor + left)).unwrap()
        };
        let (there, raised, doubled) =
            (cooled(before, 1.0), cooled(before + shift, 1.0), cooled(before, 2.0));
        prop_assert_eq!(there, raised);
        prop_assert!(near(2.0 * there.delta, doubled.delta));
        prop_assert!(near(there.retained.unwrap(), doubled.retained.unwrap()));
    }

    #[test]
    fn time_left_has_no_unit_of_memory_and_falls_with_the_slope(
        level in 0_i32..1_000,
        room in 1_i32..1_000,
        lower in 0.1..1.0,
        factor in scale(),
        shift in shift(),
    ) {
        let (level, limit) = (f64::from(level), f64::from(level + room));
        let slope = Estimate { value: 1.5, lower, upper: 2.0, confidence: 0.9 };
        let left = |level, limit, factor| stats::time_to_exhaustion(level, limit, &scaled(slope, factor));
        let there = left(level, limit, 1.0).unwrap();
        prop_assert!(there.0 <= there.1);
        prop_assert_eq!(left(level * factor, limit * factor, factor), Some(there));
        prop_assert_eq!(left(level + shift, limit + shift, 1.0), Some(there));
        prop_assert_eq!(left(level, limit, 2.0), Some((there.0 / 2.0, there.1 / 2.0)));
    }
}
