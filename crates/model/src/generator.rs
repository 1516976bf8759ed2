//! What the generator and the sampler say of themselves.

use serde::{Deserialize, Serialize};

use crate::LatencySummary;

/// Where the load came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GeneratorMode {
    /// On the caller's own tokio runtime, beside whatever else runs there.
    CallerRuntime,
    /// On threads of its own, each with its own runtime.
    DedicatedThreads,
    /// Under the virtual clock: no real time passes.
    Virtual,
}

/// The generator's check of itself: was it the limit?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Generator {
    /// Where it ran.
    pub mode: GeneratorMode,
    /// Threads that carried the load.
    pub threads: u64,
    /// How late each arrival was handed out, against its intended start. Empty for closed models.
    pub schedule_lag: LatencySummary,
    /// CPU time of the generator's own threads as a share of their wall time, 0 to 1; `null` where it shares
    /// its threads with others, or the platform does not say.
    pub cpu_ratio: Option<f64>,
    /// Arrivals handed out more than 1 ms late.
    pub missed: u64,
}

/// What sampling resources cost, and how punctual it was.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sampler {
    /// CPU time of the sampler thread as a share of one core; `null` where the platform does not say.
    pub cpu_ratio: Option<f64>,
    /// Rounds of sampling done.
    pub ticks: u64,
    /// Rounds that began more than a tenth of the interval late.
    pub late: u64,
    /// Rounds that were left out because the one before was still going on.
    pub missed: u64,
}
