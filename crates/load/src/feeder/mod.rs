//! Rows of test data for iterations.
//!
//! A [`Feeder`] holds rows that were read before the run, and hands one to an iteration when that asks for it.
//! Which one depends on the run's seed, the user and the number of the iteration alone: the same run sees the
//! same rows on any number of threads. Handing one out takes no lock and allocates nothing.

mod order;
mod read;
mod rows;

pub use order::AtEnd;
pub use rows::{Feeder, OutOfData, Row};
