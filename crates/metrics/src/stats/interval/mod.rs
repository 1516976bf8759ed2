//! Ranges around a single figure: a mean, a quantile, a share.

mod autocorrelation;
mod harrell_davis;
mod mean;
mod prediction;
mod proportion;
mod quantile_ranks;
mod quantile_sample;

pub(crate) use autocorrelation::autocorrelation;
pub use autocorrelation::{effective_sample_size, lag_one_autocorrelation};
pub use harrell_davis::harrell_davis;
pub use mean::mean_interval;
pub use prediction::prediction_interval;
pub use proportion::{dispersion_index, rate_logit, rule_of_three, wilson};
pub use quantile_ranks::quantile_interval_ranks;
pub use quantile_sample::quantile_interval;
