//! Intervals by resampling, for figures that have no formula of their own.

mod bootstrap;
mod moving_block;
mod percentile;

pub use bootstrap::{Resampling, bootstrap_bca, bootstrap_percentile};
pub use moving_block::{block_length, moving_block_bootstrap};
pub use percentile::{bca_interval, percentile_interval};
