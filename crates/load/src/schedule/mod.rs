//! When operations are due.

mod area;
mod attendance;
mod gaps;
mod rate;

pub(crate) use attendance::Attendance;
pub use rate::{RateSchedule, Schedule};
