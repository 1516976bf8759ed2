//! Does a series rise or fall, and how fast?

mod mann_kendall;
mod sustained;
mod theil_sen;

pub use mann_kendall::{MannKendall, hamed_rao_inflation, mann_kendall, yue_wang_inflation};
pub use sustained::{SustainedTrend, sustained_trend};
pub use theil_sen::{Trend, theil_sen, theil_sen_inflated};
