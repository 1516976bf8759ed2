//! Single values that do not belong.

mod anomaly;
mod gesd;
mod spread;

pub use anomaly::{Anomaly, anomaly};
pub use gesd::gesd;
pub use spread::median_absolute_deviation;
