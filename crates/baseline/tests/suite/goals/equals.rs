//! The property of A/A: the same build on both sides, with everything that decides by default.

use plimsoll_baseline::gate::Policy;
use plimsoll_metrics::simulation::{Figure, Machine, Noise};
use plimsoll_model::{Set, Status};

use super::gate::decide;
use super::replicate::{set_latency, template};

/// A/A: throughput with a spread of 5 %, p95 with one of 10 %, and a few errors, none of them changed.
pub(crate) fn nothing_changed(trials: u32) -> Vec<Figure> {
    let (mut noise, template) = (Noise::new(11), template());
    let mut failed = 0;
    for _ in 0..trials {
        let mut equals = Equals {
            speed: Machine { spread: 0.05, drift: 0.01, ..Machine::default() },
            tail: Machine { spread: 0.10, drift: 0.02, ..Machine::default() },
        };
        let (status, _) = decide(Policy::default(), |_| equals.replicate(&mut noise, &template));
        failed += u32::from(status == Status::Fail);
    }
    vec![Figure::at_most("A/A", "all that decides, no change: FAIL", failed, trials, 0.01)]
}

/// One build on one machine.
struct Equals {
    speed: Machine,
    tail: Machine,
}

impl Equals {
    fn replicate(&mut self, noise: &mut Noise, template: &Set) -> Set {
        let mut set = template.clone();
        set_latency(&mut set, 1e6 * self.tail.run(noise));
        let scenario = &mut set.runs[0].run.scenarios[0];
        scenario.throughput.achieved_per_s = 100.0 / self.speed.run(noise);
        scenario.counts.failed = (10.0 * noise.uniform()) as u64;
        scenario.counts.ok = scenario.counts.started - scenario.counts.failed;
        set
    }
}
