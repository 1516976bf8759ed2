//! Every arrival is where the mathematics puts it.

#![expect(clippy::unwrap_used, reason = "the numbers fit")]

use plimsoll_load::{RateSchedule, Shard};
use plimsoll_model::Stage;
use proptest::prelude::*;

const SECOND: u64 = 1_000_000_000;

fn stage(from: f64, to: f64, length_ns: u64) -> Stage {
    Stage { from, to, length_ns }
}

fn instants(stages: &[Stage]) -> Vec<u64> {
    RateSchedule::new(stages).collect()
}

/// (k + ½) / rate in whole nanoseconds, rounded, in integers.
fn exact_constant(k: u64, rate: u64) -> u64 {
    let numerator = u128::from(2 * k + 1) * u128::from(SECOND);
    let denominator = 2 * u128::from(rate);
    u64::try_from((numerator + denominator / 2) / denominator).unwrap()
}

/// Arrivals due by a point of time, in double-double fashion: whole stages first, then the part.
fn area(stages: &[Stage], at: f64) -> f64 {
    let mut start = 0.0;
    let mut area = 0.0;
    for stage in stages {
        let length = stage.length_ns as f64;
        let x = (at - start).clamp(0.0, length) / 1e9;
        area += stage.from * x + (stage.to - stage.from) * x * x / (2.0 * length / 1e9);
        start += length;
    }
    area
}

#[test]
fn a_constant_rate_is_exact_for_a_million_arrivals() {
    for rate in [1, 3, 7, 700, 70_000, 700_000, 999_983] {
        let count = 1_000_000;
        let stages = [stage(rate as f64, rate as f64, (count * SECOND).div_ceil(rate))];
        let mut schedule = RateSchedule::new(&stages);
        for k in 0..count {
            assert_eq!(schedule.next(), Some(exact_constant(k, rate)), "arrival {k} at {rate}/s");
        }
        assert_eq!(schedule.next(), None, "{rate}/s");
    }
}

#[test]
fn a_ramp_from_zero_and_its_mirror_image_meet() {
    let up = instants(&[stage(0.0, 100.0, 10 * SECOND)]);
    let down = instants(&[stage(100.0, 0.0, 10 * SECOND)]);
    assert_eq!((up.len(), down.len()), (500, 500));
    for (first, last) in up.iter().zip(down.iter().rev()) {
        let sum = first + last;
        assert!((10 * SECOND - 1..=10 * SECOND + 1).contains(&sum), "{first} + {last}");
    }
    // The first at √(2·½/10) s, the last one arrival's half before the end.
    assert_eq!(up[0], 316_227_766);
    assert_eq!(down[499], 10 * SECOND - 316_227_766);
}

#[test]
fn a_ramp_is_exact_for_a_million_arrivals() {
    for (from, to) in [(0.0, 20_000.0), (20_000.0, 0.0), (5_000.0, 15_000.0), (10_000.0, 10_000.000_001)] {
        let stages = [stage(from, to, 100 * SECOND)];
        let arrivals = instants(&stages);
        assert_eq!(arrivals.len(), 1_000_000, "{from} to {to}");
        for (k, at) in arrivals.iter().enumerate() {
            let due = k as f64 + 0.5;
            // Half a nanosecond of rounding, seen through the steepest rate, and the oracle's own error.
            let slack = 0.5e-9 * from.max(to) + 1e-8 + due * 1e-15;
            assert!((area(&stages, *at as f64) - due).abs() <= slack, "arrival {k} of {from} to {to}");
        }
    }
}

#[test]
fn what_is_left_of_an_arrival_carries_over_a_seam() {
    // Ten stages of 0.35 arrivals each: 3.5 altogether, so arrivals 0, 1 and 2.
    let stages: Vec<Stage> = (0..10).map(|_| stage(0.35, 0.35, SECOND)).collect();
    assert_eq!(instants(&stages), instants(&[stage(0.35, 0.35, 10 * SECOND)]));
    assert_eq!(instants(&stages).len(), 3);
}

#[test]
fn a_pause_between_steps_has_no_arrivals() {
    let stages = [stage(2.0, 2.0, SECOND), stage(0.0, 0.0, 5 * SECOND), stage(4.0, 4.0, SECOND)];
    assert_eq!(
        instants(&stages),
        [250_000_000, 750_000_000, 6_125_000_000, 6_375_000_000, 6_625_000_000, 6_875_000_000]
    );
}

#[test]
fn rates_below_one_in_a_second_work() {
    assert_eq!(instants(&[stage(0.1, 0.1, 30 * SECOND)]), [5 * SECOND, 15 * SECOND, 25 * SECOND]);
    assert!(instants(&[stage(0.1, 0.1, SECOND)]).is_empty());
}

#[test]
fn the_count_in_a_stretch_is_its_area_rounded_half_down() {
    let count = |rate: f64| instants(&[stage(rate, rate, SECOND)]).len() as u64;
    for (rate, expected) in [(0.5, 0), (0.51, 1), (1.0, 1), (1.5, 1), (2.5, 2), (2.6, 3), (1_000.0, 1_000)] {
        assert_eq!(count(rate), expected, "{rate}");
        assert_eq!(RateSchedule::new(&[stage(rate, rate, SECOND)]).total(), expected, "{rate}");
    }
}

fn any_stages() -> impl Strategy<Value = Vec<Stage>> {
    let rate = prop_oneof![Just(0.0), 0.0..5.0, 0.0..2_000.0];
    let any = (rate.clone(), rate, 1..3 * SECOND).prop_map(|(from, to, length)| stage(from, to, length));
    prop::collection::vec(any, 1..6)
}

/// The arrivals of a shard with their numbers, found as a lane finds them.
fn walk(mut schedule: RateSchedule, index: usize, count: usize) -> Vec<(u64, u64)> {
    let shard = Shard::equal(index, count).unwrap();
    let mut arrivals = Vec::new();
    let mut next = 0;
    for k in (0..).filter(|k| shard.owns(*k)) {
        let Some(at) = schedule.nth(usize::try_from(k - next).unwrap()) else { break };
        arrivals.push((k, at));
        next = k + 1;
    }
    arrivals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arrivals_of_any_stages_are_where_their_area_says(stages in any_stages()) {
        let arrivals = instants(&stages);
        prop_assert_eq!(arrivals.len() as u64, RateSchedule::new(&stages).total());
        prop_assert!(arrivals.windows(2).all(|pair| pair[0] <= pair[1]));
        let length: u64 = stages.iter().map(|stage| stage.length_ns).sum();
        for (k, at) in arrivals.iter().enumerate() {
            prop_assert!(*at <= length);
            let before = area(&stages, *at as f64 - 1.0);
            let after = area(&stages, *at as f64 + 1.0);
            let due = k as f64 + 0.5;
            prop_assert!(before <= due + 1e-7 && due <= after + 1e-7, "{} < {} < {}", before, due, after);
        }
    }

    #[test]
    fn passing_over_arrivals_changes_none(stages in any_stages(), step in 1..7usize) {
        let skipped: Vec<u64> = RateSchedule::new(&stages).step_by(step).collect();
        let picked: Vec<u64> = instants(&stages).into_iter().step_by(step).collect();
        prop_assert_eq!(skipped, picked);
    }

    #[test]
    fn each_shard_walks_over_what_is_not_its_own(stages in any_stages(), seed in prop::option::of(0..9u64)) {
        let schedule = match seed {
            Some(seed) => RateSchedule::poisson(&stages, seed),
            None => RateSchedule::new(&stages),
        };
        let whole: Vec<_> = (0u64..).zip(schedule.clone()).collect();
        for count in [1, 2, 3, 7] {
            let mut union: Vec<_> = (0..count).flat_map(|index| walk(schedule.clone(), index, count)).collect();
            union.sort_unstable();
            prop_assert_eq!(&union, &whole, "{} shards", count);
        }
    }

    #[test]
    fn shards_add_up_to_the_whole_schedule(stages in any_stages(), which in 0..4usize) {
        let count = [1, 2, 3, 7][which];
        let all = instants(&stages);
        let owned = |index| {
            let shard = Shard::equal(index, count).unwrap();
            all.iter().enumerate().filter(move |(k, _)| shard.owns(*k as u64)).collect::<Vec<_>>()
        };
        let mut union: Vec<_> = (0..count).flat_map(owned).collect();
        union.sort_unstable();
        prop_assert_eq!(union, all.iter().enumerate().collect::<Vec<_>>());
    }
}
