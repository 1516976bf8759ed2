//! What a user waits for between two operations.

use plimsoll_metrics::Nanos;
use plimsoll_metrics::num::{to_f64, to_u64_saturating};
use plimsoll_model::{Plan, Think};

use super::books::Flight;
use crate::random::Stream;

/// Think time and pacing of all users.
pub(crate) struct Pause {
    think: Option<Think>,
    pacing: Nanos,
    random: Stream,
}

impl Pause {
    /// The pause that a plan asks for; `None` where each user goes on at once.
    pub(crate) fn of(plan: &Plan, seed: u64) -> Option<Pause> {
        let is_asked_for = plan.think.is_some() || plan.pacing_ns.is_some();
        is_asked_for.then(|| Pause {
            think: plan.think,
            pacing: plan.pacing_ns.unwrap_or(0),
            random: Stream::new(seed, "think"),
        })
    }

    /// When the user of an operation that has ended starts again.
    pub(super) fn end(&self, flight: &Flight, ended: Nanos) -> Nanos {
        let thought = ended.saturating_add(self.think_time(flight.start.iteration));
        thought.max(flight.started.saturating_add(self.pacing))
    }

    /// How long the user thinks after an iteration. It depends on seed and number alone, so that it is the same
    /// on any number of threads.
    fn think_time(&self, iteration: u64) -> Nanos {
        match self.think {
            Some(Think::Fixed { time_ns }) => time_ns,
            Some(Think::Uniform { from_ns, to_ns }) => {
                from_ns + self.random.below(iteration, to_ns - from_ns + 1)
            }
            Some(Think::Exponential { mean_ns }) => {
                // One minus, because the logarithm of 0 is no time.
                to_u64_saturating(-(1.0 - self.random.unit(iteration)).ln() * to_f64(mean_ns))
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLION: u64 = 1_000_000;

    fn draws(think: Think) -> Vec<u64> {
        let pause = Pause { think: Some(think), pacing: 0, random: Stream::new(3, "think") };
        (0..20_000).map(|iteration| pause.think_time(iteration) / MILLION).collect()
    }

    fn share(draws: &[u64], of: impl Fn(u64) -> bool) -> f64 {
        draws.iter().filter(|draw| of(**draw)).count() as f64 / draws.len() as f64
    }

    #[test]
    fn uniform_times_are_spread_evenly_between_their_ends() {
        let draws = draws(Think::Uniform { from_ns: 1_000 * MILLION, to_ns: 5_000 * MILLION });
        assert!(draws.iter().all(|draw| (1_000..=5_000).contains(draw)));
        for quarter in [1_000, 2_000, 3_000, 4_000] {
            let share = share(&draws, |draw| (quarter..quarter + 1_000).contains(&draw));
            assert!((0.24..0.26).contains(&share), "{share} from {quarter} ms on");
        }
    }

    #[test]
    fn exponential_times_have_their_mean_and_their_tail() {
        let draws = draws(Think::Exponential { mean_ns: 2_000 * MILLION });
        let mean = draws.iter().sum::<u64>() as f64 / draws.len() as f64;
        assert!((1_950.0..2_050.0).contains(&mean), "{mean} ms");
        // Beyond three means lies e^-3 of them.
        let tail = share(&draws, |draw| draw > 6_000);
        assert!((0.045..0.055).contains(&tail), "{tail}");
    }
}
