//! Seeded simulations of the goals of statistics: how often the procedures err on made-up runs whose truth is
//! known. Few trials with wide bounds are a test; many trials are the table of the evidence.

mod figure;
mod gate;
mod history;
mod leak;
mod noise;

pub(crate) use figure::Figure;
#[cfg(test)]
pub(crate) use noise::{Law, Noise};

/// A goal: its simulation, given the number of trials for each figure.
pub(crate) type Goal = fn(u32) -> Vec<Figure>;

/// The goals that a simulation can show, in order.
pub(crate) const GOALS: [Goal; 8] = [
    gate::interleaved_gate,
    gate::wide_spread,
    gate::spiked_runs,
    gate::family_of_twenty,
    history::changes_of_level,
    history::other_histories,
    leak::memory,
    leak::other_scatters,
];
