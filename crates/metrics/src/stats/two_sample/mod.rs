//! Two sides compared: does one lie above the other, by how much, and what could have been seen.

mod brown_forsythe;
mod hodges_lehmann;
mod mann_whitney;
mod multiplicity;
mod power;
mod rank_sum;
mod welch;

pub use brown_forsythe::{SpreadTest, brown_forsythe};
pub use hodges_lehmann::{hodges_lehmann, hodges_lehmann_ratio};
pub use mann_whitney::{MannWhitney, NullDistribution, mann_whitney};
pub use multiplicity::{benjamini_hochberg, holm};
pub use power::{minimum_detectable_change, pooled_log_deviation, runs_for_change};
pub(crate) use welch::welch_freedom;
pub use welch::{Welch, welch, welch_on_logs};
