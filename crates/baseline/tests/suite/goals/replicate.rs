//! Replicates to make up.

use plimsoll_metrics::simulation::{Machine, Noise};
use plimsoll_metrics::{Histogram, summarize};
use plimsoll_model::{Set, Side};

use crate::support::{Figures, single};

/// What a gate is asked about: a machine with its noise, and how much slower side B is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bench {
    pub(crate) machine: Machine,
    /// Above 0: each operation of side B takes this share longer, and so many fewer are done.
    pub(crate) change: f64,
}

impl Bench {
    /// A replicate whose throughput tells how fast it was; all else is always the same.
    pub(crate) fn by_throughput(&mut self, noise: &mut Noise, template: &Set, side: Side) -> Set {
        let mut set = template.clone();
        let speed = if side == Side::B { 1.0 - self.change } else { 1.0 };
        set.runs[0].run.scenarios[0].throughput.achieved_per_s = 100.0 * speed / self.machine.run(noise);
        set
    }

    /// A replicate whose p95 tells how fast it was.
    pub(crate) fn by_latency(&mut self, noise: &mut Noise, template: &Set, side: Side) -> Set {
        let mut set = template.clone();
        let slowness = if side == Side::B { 1.0 + self.change } else { 1.0 };
        set_latency(&mut set, 1e6 * slowness * self.machine.run(noise));
        set
    }
}

/// A set of one run, to be copied.
pub(crate) fn template() -> Set {
    single("replicate", Figures { memory_bytes: None, ..Figures::default() })
}

/// Lets every operation of the run take this long.
pub(crate) fn set_latency(set: &mut Set, latency_ns: f64) {
    let scenario = &mut set.runs[0].run.scenarios[0];
    let mut histogram = Histogram::new();
    histogram.record_n(latency_ns as u64, scenario.counts.started);
    scenario.latency.response = summarize(&histogram, None);
}
