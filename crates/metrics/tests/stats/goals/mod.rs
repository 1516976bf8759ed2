//! Seeded simulations of the goals of statistics: how often the procedures err on made-up runs whose truth is
//! known. Few trials with wide bounds are a test; many trials are the table of the evidence.

mod family;
mod history;
mod leak;

use plimsoll_metrics::simulation::Goal;

/// The goals that a simulation of the statistics alone can show, in order. Those of the gate are in baseline.
pub(crate) const GOALS: [Goal; 5] = [
    family::family_of_twenty,
    history::changes_of_level,
    history::other_histories,
    leak::memory,
    leak::other_scatters,
];
