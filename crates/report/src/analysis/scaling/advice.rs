//! Larger, or more of them? From which load on, and why.

use plimsoll_model::Capacity;

use super::points::{Dimension, Point};
use super::{LEAST, Law};
use crate::analysis::insight::Found;
use crate::analysis::rules::GENERATOR;
use crate::format;

/// Share of the work that cannot be spread above which a larger machine soon gives little.
const MUCH_SERIAL: f64 = 0.1;

/// What the sentence rests on.
pub(super) struct Given<'a> {
    pub(super) dimension: &'a Dimension,
    pub(super) points: &'a [Point],
    pub(super) knee: Option<f64>,
    pub(super) law: Option<&'a Law>,
    pub(super) found: &'a [Found],
}

/// The rules whose findings say what was used up, and what follows from each.
const CAUSES: [(&str, &str); 8] = [
    ("memory_nearly_full", "memory is used up: scale vertically, with more memory for each instance"),
    ("swapping", "memory is used up: scale vertically, with more memory for each instance"),
    (
        "io_wait",
        "the disk is used up: scale vertically, with a faster disk; instances that share it do not help",
    ),
    (
        "slow_disk",
        "the disk is used up: scale vertically, with a faster disk; instances that share it do not help",
    ),
    (
        "network_saturation",
        "the network is used up: scale horizontally, over machines with links of their own",
    ),
    (
        "one_core_busy",
        "one thread does all the work: scale horizontally, since more cores do not help an instance",
    ),
    ("cpu_saturation", "CPU is used up"),
    ("thread_contention", "threads wait for each other: scale neither way before that is mended"),
];

/// One sentence of advice, with the most that the law gives where there is such a place.
pub(super) fn sentence(given: &Given<'_>) -> String {
    let most = given.law.and_then(|law| law.capacity.as_ref());
    format!("{}{}", limit(given), most.map_or_else(String::new, |most| said_of_most(given.dimension, most)))
}

fn said_of_most(dimension: &Dimension, most: &Capacity) -> String {
    let upper = most.upper.map_or_else(|| "no end".to_owned(), format::number);
    format!(
        "; by the law that fits, {} give the most, {} ({} interval: {} to {upper})",
        said(dimension, most.level),
        format::rate(most.throughput_per_s),
        format::share(most.confidence),
        format::number(most.lower),
    )
}

fn limit(given: &Given<'_>) -> String {
    debug_assert!(given.points.len() >= LEAST, "fewer levels say nothing");
    let last = given.points.last().map_or(0.0, |point| point.level);
    let Some(knee) = given.knee else {
        return format!(
            "no limit was reached up to {}: neither a larger machine nor more of them is called for; offer more to find \
             the limit",
            said(given.dimension, last)
        );
    };
    let from = format!("from {} on more does not help", said(given.dimension, knee));
    let beyond = beyond(given, knee);
    if beyond.contains(&GENERATOR) {
        return format!("{from}, but there the generator was the limit, so nothing follows for the service");
    }
    let cause = CAUSES.iter().find(|(rule, _)| beyond.contains(rule));
    match cause {
        Some((rule, what)) if *rule == "cpu_saturation" => {
            format!("{from}, since {what}: {}", of_cpu(given.law))
        }
        Some((_, what)) => format!("{from}, since {what}"),
        None => format!(
            "{from}, and nothing that was sampled is used up, so neither a larger machine nor more of them is sure to \
             help: look for a lock, a pool or a dependency that everything waits for{}",
            serial(given.law).map(|share| format!(" ({share} of the work is serial)")).unwrap_or_default()
        ),
    }
}

/// The rules that found something in the runs at the knee and beyond.
fn beyond(given: &Given<'_>, knee: f64) -> Vec<&'static str> {
    let points = || given.points.iter().filter(|point| point.level >= knee);
    let is_beyond =
        |found: &&Found| found.run.is_some_and(|run| points().any(|point| point.runs.contains(&run)));
    given.found.iter().filter(is_beyond).map(|found| found.insight.rule).collect()
}

/// With CPU used up it depends on how much of the work can be spread.
fn of_cpu(law: Option<&Law>) -> String {
    match serial(law) {
        Some(share) if law.is_some_and(|law| law.serial > MUCH_SERIAL) => format!(
            "scale horizontally, since {share} of the work inside an instance is serial and more cores soon give little"
        ),
        Some(share) => format!(
            "scale vertically while a machine has cores, since only {share} of the work is serial, and horizontally beyond"
        ),
        None => "scale vertically while a machine has cores, and horizontally beyond".to_owned(),
    }
}

fn serial(law: Option<&Law>) -> Option<String> {
    law.map(|law| format::share(law.serial))
}

/// A level as a sentence names it: `5,000/s`, `50 users`, `workers 4`.
fn said(dimension: &Dimension, level: f64) -> String {
    match dimension {
        Dimension::Rate => format::rate(level),
        Dimension::Users if level == 1.0 => "1 user".to_owned(),
        Dimension::Users => format!("{} users", format::number(level)),
        Dimension::Parameter(name) => format!("{name} {}", format::number(level)),
    }
}
