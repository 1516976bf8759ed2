//! What the components work on.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The questions that are embedded, looked up and answered.
pub const QUESTIONS: [&str; 12] = [
    "why did the pump on the second floor stop last night",
    "which valve has to be closed before the filter is changed",
    "how often is the pressure of the boiler checked",
    "what does it mean when the red light blinks twice",
    "who may open the cabinet of the main switch",
    "how long does the battery last without the network",
    "where are the spare fuses kept",
    "when was the lift inspected for the last time",
    "which oil does the compressor take, and how much of it",
    "what is to be done when the alarm cannot be switched off",
    "is the cooling water too warm if the gauge shows forty degrees",
    "how is the ventilation set for a room with fifty people",
];

const THINGS: [&str; 24] = [
    "pump",
    "valve",
    "filter",
    "boiler",
    "light",
    "cabinet",
    "switch",
    "battery",
    "fuse",
    "lift",
    "compressor",
    "alarm",
    "gauge",
    "ventilation",
    "pipe",
    "motor",
    "sensor",
    "door",
    "cable",
    "tank",
    "heater",
    "fan",
    "meter",
    "relay",
];

const STATES: [&str; 16] = [
    "stopped",
    "leaks",
    "was changed",
    "was checked",
    "blinks twice",
    "is open",
    "is closed",
    "runs warm",
    "lost its network",
    "was inspected",
    "takes new oil",
    "cannot be switched off",
    "shows forty degrees",
    "was set anew",
    "is worn",
    "is silent",
];

const PLACES: [&str; 12] = [
    "on the second floor",
    "in the cellar",
    "on the roof",
    "in the main hall",
    "beside the lift",
    "behind the cabinet",
    "in the workshop",
    "at the gate",
    "in the laboratory",
    "under the stairs",
    "in the store",
    "in the kitchen",
];

/// So many passages of a log book, the same each time.
#[must_use]
pub fn passages(count: usize) -> Vec<String> {
    let mut draw = ChaCha8Rng::seed_from_u64(384);
    let passage = |number: usize| {
        let [thing, other] = [0, 1].map(|_| THINGS[draw.random_range(0..THINGS.len())]);
        let state = STATES[draw.random_range(0..STATES.len())];
        let place = PLACES[draw.random_range(0..PLACES.len())];
        format!("entry {number}: the {thing} {place} {state}, and so the {other} was looked at as well")
    };
    (0..count).map(passage).collect()
}

/// So many of the questions, from the one that a number says on.
#[must_use]
pub fn questions(from: u64, count: usize) -> Vec<&'static str> {
    let from = usize::try_from(from % QUESTIONS.len() as u64).unwrap_or(0);
    QUESTIONS.iter().cycle().skip(from).take(count).copied().collect()
}
