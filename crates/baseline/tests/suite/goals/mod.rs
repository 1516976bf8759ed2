//! Seeded simulations of comparisons: sets of runs are made up, and the comparison is asked as a command asks it.
//! Few trials with wide bounds are a test; many trials are the table of the evidence.

mod equals;
mod gate;
mod replicate;
mod stored;

use plimsoll_metrics::simulation::Goal;

/// The goals that a simulation can show, in order.
pub(crate) const GOALS: [Goal; 5] = [
    gate::interleaved_gate,
    gate::wide_spread,
    gate::spiked_runs,
    stored::stored_baseline,
    equals::nothing_changed,
];
