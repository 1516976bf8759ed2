//! Arrivals at random are a Poisson process: what they do on average, and that they vary as they should.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Load, RateSchedule, op};
use plimsoll_model::{Compose, Profile, Stage};

const SECOND: u64 = 1_000_000_000;

/// How many seeds are tried.
const SEEDS: u64 = 1_000;

fn stage(from: f64, to: f64, seconds: u64) -> Stage {
    Stage { from, to, length_ns: seconds * SECOND }
}

/// Mean, and variance over mean, of how many arrivals each seed makes.
fn counts(stages: &[Stage]) -> (f64, f64) {
    let counts: Vec<f64> =
        (0..SEEDS).map(|seed| RateSchedule::poisson(stages, seed).total() as f64).collect();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let squares = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>();
    (mean, squares / (counts.len() - 1) as f64 / mean)
}

/// The largest distance between the distribution of gaps and the exponential one of mean 1 (Kolmogorov 1933).
fn distance_from_exponential(mut gaps: Vec<f64>) -> f64 {
    gaps.sort_by(f64::total_cmp);
    let count = gaps.len() as f64;
    let distance = |(rank, gap): (usize, &f64)| {
        let expected = 1.0 - (-gap).exp();
        (expected - rank as f64 / count).abs().max((expected - (rank + 1) as f64 / count).abs())
    };
    gaps.iter().enumerate().map(distance).fold(0.0, f64::max)
}

/// The distance that true exponential gaps exceed once in a hundred times.
fn critical_distance(count: usize) -> f64 {
    1.628 / (count as f64).sqrt()
}

/// The first hundred gaps of each seed, measured in arrivals that were due on average meanwhile.
fn gaps(stages: &[Stage], area: impl Fn(f64) -> f64) -> Vec<f64> {
    let of_seed = |seed| {
        let starts = std::iter::once(0).chain(RateSchedule::poisson(stages, seed)).take(101);
        let areas: Vec<f64> = starts.map(|at| area(at as f64 / 1e9)).collect();
        areas.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>()
    };
    (0..SEEDS).flat_map(of_seed).collect()
}

#[test]
fn the_number_of_arrivals_varies_as_much_as_its_mean() {
    for (stages, expected) in [
        (vec![stage(200.0, 200.0, 1)], 200.0),
        (vec![stage(0.0, 100.0, 4)], 200.0),
        (vec![stage(0.5, 0.5, 60)], 30.0),
        (vec![stage(50.0, 0.0, 2), stage(0.0, 0.0, 5), stage(30.0, 80.0, 1)], 105.0),
    ] {
        let (mean, dispersion) = counts(&stages);
        // Five standard deviations of the mean of a thousand counts.
        assert!((mean - expected).abs() < 5.0 * (expected / SEEDS as f64).sqrt(), "{mean} for {expected}");
        assert!((0.9..=1.1).contains(&dispersion), "variance is {dispersion} of the mean of {expected}");
    }
}

#[test]
fn gaps_at_a_constant_rate_are_exponential() {
    let gaps = gaps(&[stage(1_000.0, 1_000.0, 1)], |seconds| 1_000.0 * seconds);
    assert_eq!(gaps.len(), 100_000);
    assert!(distance_from_exponential(gaps) < critical_distance(100_000));
}

#[test]
fn gaps_on_a_ramp_are_exponential_once_the_rate_is_taken_out() {
    let gaps = gaps(&[stage(0.0, 100.0, 10)], |seconds| 5.0 * seconds * seconds);
    assert!(distance_from_exponential(gaps) < critical_distance(100_000));
}

#[test]
fn evenly_spaced_gaps_would_be_found_out() {
    let even: Vec<f64> = vec![1.0; 1_000];
    assert!(distance_from_exponential(even) > critical_distance(1_000));
}

#[test]
fn neighbouring_gaps_have_nothing_to_do_with_each_other() {
    let gaps = gaps(&[stage(1_000.0, 1_000.0, 1)], |seconds| 1_000.0 * seconds);
    // Gaps of mean 1 and variance 1.
    let products: f64 = gaps.windows(2).map(|pair| (pair[0] - 1.0) * (pair[1] - 1.0)).sum();
    let correlation = products / gaps.len() as f64;
    assert!(correlation.abs() < 4.0 / (gaps.len() as f64).sqrt(), "correlation {correlation}");
}

#[test]
fn a_seed_fixes_the_arrivals() {
    let profile = Profile::hold(100, Duration::from_secs(10)).unwrap().poisson().unwrap();
    let arrivals = |seed| RateSchedule::of(&profile, seed).unwrap().collect::<Vec<_>>();
    assert_eq!(arrivals(7), arrivals(7));
    assert_ne!(arrivals(7), arrivals(8));
}

#[test]
fn as_many_arrive_as_were_announced_and_none_too_late() {
    for seed in 0..50 {
        let schedule = RateSchedule::poisson(&[stage(40.0, 0.0, 3), stage(0.0, 90.0, 2)], seed);
        let total = schedule.total();
        let arrivals: Vec<_> = schedule.collect();
        assert_eq!(arrivals.len() as u64, total);
        assert!(arrivals.is_sorted() && arrivals.iter().all(|at| *at <= 5 * SECOND));
    }
}

/// When operations were meant to start, by their numbers.
async fn intended(threads: usize) -> BTreeMap<u64, Duration> {
    let seen = Arc::new(Mutex::new(BTreeMap::new()));
    let log = Arc::clone(&seen);
    let operation = op("note", move |cx: Context| {
        log.lock().unwrap().insert(cx.iteration(), cx.intended_start());
        async {}
    });
    let profile = Profile::hold(2_000, Duration::from_millis(200)).poisson();
    let load = Load::new("random").operation(operation).measure(profile).seed(3).dedicated_threads(threads);
    let run = load.run().await.unwrap();
    let seen = seen.lock().unwrap().clone();
    assert_eq!(
        (run.scenarios[0].counts.planned, run.scenarios[0].counts.ok),
        (seen.len() as u64, seen.len() as u64)
    );
    seen
}

#[tokio::test]
async fn random_arrivals_are_the_same_on_any_number_of_threads() {
    let one = intended(1).await;
    assert!(one.len() > 300);
    assert_eq!(one, intended(2).await);
    assert_eq!(one, intended(5).await);
}

#[tokio::test]
async fn phases_do_not_repeat_the_gaps_of_each_other() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let second = || Profile::hold(100, Duration::from_secs(1)).poisson();
    let operation = op("note", move |cx: Context| {
        log.lock().unwrap().push(cx.intended_start());
        async {}
    });
    let load = Load::new("random").operation(operation).warm_up(second()).measure(second()).virtual_time();
    load.run().await.unwrap();
    let seen = seen.lock().unwrap().clone();
    let (warm_up, measured): (Vec<Duration>, Vec<Duration>) =
        seen.into_iter().partition(|at| at.as_secs() < 1);
    let shifted = warm_up.iter().map(|at| *at + Duration::from_secs(1));
    assert!(shifted.zip(&measured).all(|(shifted, at)| shifted != *at));
}
