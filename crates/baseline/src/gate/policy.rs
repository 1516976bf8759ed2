//! When the gate looks, and what it looks for.

use plimsoll_model::MetricRef;

use super::looks::Looks;
use super::noise::Noise;
use crate::file::{Change, ChangeUnit, Thresholds};
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

/// Which changes of a metric matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// A regression is at least this large. A limit is crossed only every other time by a change of its own
    /// size, so this is half of the change that the gate protects from.
    pub margin: Change,
    /// A pass is sure that the change is not as large as this.
    pub excluded: Change,
}

impl Policy {
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
    /// Looks after 6, 10 and 16 runs a side; a regression is 5 percent or a point, a pass excludes 10 percent or
    /// 2 points; throughput, p95 and errors decide.
    fn default() -> Self {
        let percent = |amount| Change::known(amount, ChangeUnit::Percent);
        let points = |amount| Change::known(amount, ChangeUnit::Points);
        Policy {
            looks: Looks::default(),
            thresholds: Thresholds::default(),
            relative: Tolerance { margin: percent(5.0), excluded: percent(10.0) },
            rates: Tolerance { margin: points(1.0), excluded: points(2.0) },
            noise: Vec::new(),
        }
    }
}
