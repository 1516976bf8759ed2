//! Statistics that can be trusted: pure functions over plain slices, no clock, no I/O, no global state.
//!
//! Rules that hold for every function here:
//!
//! - **Refusal is a value.** Too few values, a NaN or an infinity, a confidence outside `0..1`: the answer is
//!   `None` or a variant that says so. No function panics on data or returns NaN. A value of 1e75 or more counts
//!   as infinite.
//! - **Randomness is a parameter.** What resamples takes a seed, and the same seed gives the same answer on
//!   every machine.
//! - **Sources are named.** Each item says whose formula it is. Where scipy has the routine, committed tables
//!   hold it to 1e-9.

mod change_point;
mod distribution;
mod estimate;
mod interval;
mod memory;
mod outlier;
mod resample;
mod scaling;
mod summary;
mod ties;
mod trend;
mod two_sample;

pub use change_point::{ChangePoint, ChangeSearch, Changes, EnergySplit, change_points, energy_split};
pub use estimate::Estimate;
pub use interval::{
    dispersion_index, effective_sample_size, harrell_davis, lag_one_autocorrelation, mean_interval,
    prediction_interval, quantile_interval, quantile_interval_ranks, rate_logit, rule_of_three, wilson,
};
pub use memory::{
    Cooldown, Fall, LeakEstimate, LeakSearch, Sawtooth, cooldown, estimate_leak, find_falls, find_sawtooth,
    memory_floor, time_to_exhaustion,
};
pub use outlier::{Anomaly, anomaly, gesd, median_absolute_deviation};
pub use resample::{
    Resampling, bca_interval, block_length, bootstrap_bca, bootstrap_percentile, moving_block_bootstrap,
    percentile_interval,
};
pub use scaling::{Amdahl, Usl, fit_amdahl, fit_usl, jain_index};
pub use summary::{mean, median, standard_deviation};
pub use trend::{
    MannKendall, SustainedTrend, Trend, hamed_rao_inflation, mann_kendall, sustained_trend, theil_sen,
    theil_sen_inflated, yue_wang_inflation,
};
pub use two_sample::{
    MannWhitney, NullDistribution, SpreadTest, Welch, benjamini_hochberg, brown_forsythe, hodges_lehmann,
    hodges_lehmann_ratio, holm, mann_whitney, minimum_detectable_change, pooled_log_deviation,
    runs_for_change, welch, welch_on_logs,
};
