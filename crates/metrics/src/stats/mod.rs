//! Statistics that can be trusted: pure functions over plain slices, no clock, no I/O, no global state.
//!
//! Rules that hold for every function here:
//!
//! - **Refusal is a value.** Too few values, a NaN or an infinity, a confidence outside `0..1`: the answer is
//!   `None` or a variant that says so. No function panics on data or returns NaN.
//! - **Randomness is a parameter.** What resamples takes a seed, and the same seed gives the same answer on
//!   every machine.
//! - **Sources are named.** Each item says whose formula it is. Where scipy has the routine, committed tables
//!   hold it to 1e-9.

mod distribution;
mod estimate;
mod mean;
mod quantile_ranks;
mod summary;

pub use estimate::Estimate;
pub use mean::mean_interval;
pub use quantile_ranks::quantile_interval_ranks;
pub use summary::{mean, median, standard_deviation};
