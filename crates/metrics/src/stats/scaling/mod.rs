//! How throughput grows with load or workers, and how evenly it is shared.

mod fit;
mod jain;
mod laws;

pub use jain::jain_index;
pub use laws::{Amdahl, Usl, fit_amdahl, fit_usl};
