//! When operations are due.

mod area;
mod gaps;
mod rate;

pub use rate::{RateSchedule, Schedule};
