//! Laws that hold whatever the data: order does not matter, units and zeros do not matter, sides can be swapped.
//!
//! One file for each part of the statistics; the test below proves that no routine is without.

mod change_point;
mod interval;
mod memory;
mod outlier;
mod resample;
mod scaling;
mod summary;
mod trend;
mod two_sample;

use std::fmt;

use plimsoll_metrics::stats::Estimate;
use proptest::prelude::*;

/// Values with ties, as measurements have them.
fn sample(least: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((1_i32..400).prop_map(|value| f64::from(value) / 4.0), least..14)
}

/// Powers of two scale without rounding, so that ties stay ties.
fn scale() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![0.125, 0.5, 2.0, 1024.0])
}

/// Whole numbers move samples without rounding.
fn shift() -> impl Strategy<Value = f64> {
    (-1_000_i32..1_000).prop_map(f64::from)
}

/// A sample and the same in another order.
fn shuffled(least: usize) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    reordered(sample(least))
}

/// Values and the same in another order.
fn reordered<T: Clone + fmt::Debug>(
    values: impl Strategy<Value = Vec<T>>,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    values.prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle()))
}

fn times(values: &[f64], factor: f64) -> Vec<f64> {
    values.iter().map(|value| value * factor).collect()
}

fn moved(values: &[f64], by: f64) -> Vec<f64> {
    values.iter().map(|value| value + by).collect()
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

/// The routines that the statistics offer, as their index lists them.
fn routines() -> Vec<&'static str> {
    let index = include_str!("../../../src/stats/mod.rs");
    let lists = index.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next()?.split_once('{'));
    let names = lists.flat_map(|(_, list)| list.split([',', '}'])).map(str::trim);
    names.filter(|name| name.starts_with(|first: char| first.is_lowercase())).collect()
}

/// Whether a text calls the routine.
fn calls(text: &str, routine: &str) -> bool {
    let path = format!("stats::{routine}");
    let mut found = text.match_indices(&path);
    found.any(|(at, _)| {
        !text[at + path.len()..].starts_with(|next: char| next == '_' || next.is_alphanumeric())
    })
}

#[test]
fn no_routine_is_without_laws() {
    let laws = concat!(
        include_str!("change_point.rs"),
        include_str!("interval.rs"),
        include_str!("memory.rs"),
        include_str!("outlier.rs"),
        include_str!("resample.rs"),
        include_str!("scaling.rs"),
        include_str!("summary.rs"),
        include_str!("trend.rs"),
        include_str!("two_sample.rs"),
    );
    let lawless: Vec<&str> = routines().into_iter().filter(|routine| !calls(laws, routine)).collect();
    assert_eq!(lawless, [""; 0]);
    assert!(routines().len() > 40);
}

#[test]
fn no_routine_is_without_a_test_of_degenerate_input() {
    let refusals = include_str!("../refusal.rs");
    let untried: Vec<&str> = routines().into_iter().filter(|routine| !calls(refusals, routine)).collect();
    assert_eq!(untried, [""; 0]);
}
