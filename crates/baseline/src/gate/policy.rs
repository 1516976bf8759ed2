//! When the gate looks, and what it looks for.

use plimsoll_model::MetricRef;

use super::looks::Looks;
use super::noise::Noise;
use crate::file::{BaselineFile, GateSettings, Thresholds, Tolerance};
use crate::sides::Scale;

/// When the gate looks, and what it looks for.
///
/// ```
/// use plimsoll_baseline::gate::Policy;
///
/// let policy = Policy { looks: "8,16".parse()?, ..Policy::default() };
/// assert_eq!(policy.looks.last().runs, 16);
/// # Ok::<(), plimsoll_baseline::gate::LooksError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// After how many runs a side it is asked whether the answer is clear.
    pub looks: Looks,
    /// What is compared. A metric with a fail edge decides; warning and critical edges say how grave a
    /// regression is.
    pub thresholds: Thresholds,
    /// Which changes of a latency, a throughput or a size matter.
    pub relative: Tolerance,
    /// Which changes of a rate matter.
    pub rates: Tolerance,
    /// What this machine does to the metrics by itself; empty where that was not measured.
    pub noise: Vec<Noise>,
}

impl Policy {
    fn new(thresholds: Thresholds, settings: GateSettings) -> Policy {
        let GateSettings { looks, relative, rates } = settings;
        Policy { looks, thresholds, relative, rates, noise: Vec::new() }
    }

    /// Which changes of a metric matter on this machine, and whether the machine is too noisy for a pass.
    pub(super) fn tolerance(&self, workload: &str, metric: &MetricRef) -> (Tolerance, bool) {
        let tolerance = match Scale::of(metric) {
            Scale::Ratio => self.relative,
            Scale::Difference => self.rates,
        };
        let noise = self.noise.iter().find(|noise| noise.is_about(workload, metric));
        let Some(noise) = noise else { return (tolerance, false) };
        let is_larger = noise.floor.amount() > tolerance.margin.amount();
        let margin = if is_larger { noise.floor } else { tolerance.margin };
        let is_too_noisy = noise.floor.amount() > tolerance.excluded.amount() / 2.0;
        (Tolerance { margin, ..tolerance }, is_too_noisy)
    }
}

impl Default for Policy {
    /// The edges and the settings of a baseline file that says nothing of them: throughput, p95 and errors decide.
    fn default() -> Self {
        Policy::new(Thresholds::default(), GateSettings::default())
    }
}

/// What the file says, on a machine whose noise was not measured.
impl From<&BaselineFile> for Policy {
    fn from(file: &BaselineFile) -> Policy {
        Policy::new(file.regression.clone(), file.gate.clone())
    }
}
