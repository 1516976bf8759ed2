//! Made-up runs on a machine that is never quite the same.

use super::Noise;

/// A machine on which runs take about 1: lognormal from run to run, with a walk of the machine itself, and now and
/// then a run that is slower for reasons of its own.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Machine {
    /// Standard deviation from run to run on the log scale: 0.05 is 5 %.
    pub spread: f64,
    /// Standard deviation of the machine's step from one run to the next.
    pub drift: f64,
    /// Share of runs that are 20 to 60 % slower.
    pub spikes: f64,
    /// Where the machine has wandered to, on the log scale.
    pub walk: f64,
}

impl Machine {
    /// How long the next run takes.
    pub fn run(&mut self, noise: &mut Noise) -> f64 {
        self.walk += self.drift * noise.normal();
        let run = (self.walk + self.spread * noise.normal()).exp();
        if noise.uniform() < self.spikes { run * (1.2 + 0.4 * noise.uniform()) } else { run }
    }
}
