//! What the memory of a target did over a run.

use serde::{Deserialize, Serialize};

use crate::LeakVerdict;

/// The memory of one target over a run: how much, how fast it grew, and what a collector of garbage did in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemoryProfile {
    /// `process`, `process:NAME`, `container:NAME`.
    pub target: String,
    /// Which series of the target it is about.
    pub metric: String,
    /// Largest value.
    pub peak_bytes: u64,
    /// Average over the time that was measured.
    pub mean_bytes: u64,
    /// What the interval of the growth allows to say.
    pub verdict: LeakVerdict,
    /// Growth of the floor in each minute. In a run that is too short for floors, of a straight line through all
    /// values, which also follows teeth and filling caches; then without an interval. `null` with fewer than
    /// three values.
    pub slope_bytes_per_min: Option<f64>,
    /// Lower end of its interval.
    pub lower_bytes_per_min: Option<f64>,
    /// Upper end of its interval.
    pub upper_bytes_per_min: Option<f64>,
    /// Two-sided confidence of the interval, in `0.0..1.0`; `null` without one, or where nobody says.
    #[serde(default)]
    pub interval_confidence: Option<f64>,
    /// Length of a run that should decide; `null` where it is decided, or nobody knows.
    pub enough_ns: Option<u64>,
    /// The slow rises and sudden falls of a collector; `null` where there is no such pattern.
    pub sawtooth: Option<SawtoothProfile>,
    /// What cooling down gave back; `null` without a cooldown.
    pub cooldown: Option<MemoryCooldown>,
}

/// The teeth of a collector, and what its falls did to the load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SawtoothProfile {
    /// Median time from one fall to the next.
    pub period_ns: u64,
    /// Median height of a fall.
    pub amplitude_bytes: u64,
    /// Every fall, in the order of time; three or more.
    pub falls: Vec<MemoryFall>,
    /// Response time at p99 in all windows that meet a fall; `null` when nothing ended in them.
    pub p99_in_falls_ns: Option<u64>,
    /// Response time at p99 in all other windows; `null` when nothing ended in them.
    pub p99_elsewhere_ns: Option<u64>,
}

/// One fall of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemoryFall {
    /// The last sample before it, from the start of the run.
    pub start_ns: u64,
    /// The lowest sample after it, from the start of the run.
    pub end_ns: u64,
    /// By how much.
    pub bytes: u64,
    /// Response time at p99 in the windows that meet it; `null` when nothing ended in them.
    pub p99_ns: Option<u64>,
    /// The longest response time in the windows that meet it; `null` when nothing ended in them.
    pub max_ns: Option<u64>,
}

/// What cooling down gave back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemoryCooldown {
    /// Floor at the end of the cooldown minus floor at the end of the load; negative was released.
    pub delta_bytes: f64,
    /// Floor at the end of the cooldown minus floor before the load; `null` when nothing was sampled before.
    pub retained_bytes: Option<f64>,
    /// Share of the growth under load that stayed; `null` where memory grew by less than 5 MB.
    pub retained_share: Option<f64>,
}
