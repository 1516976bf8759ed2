//! Made-up noise from a seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of noise; the same seed gives the same noise.
pub(crate) struct Noise(ChaCha8Rng);

impl Noise {
    pub(crate) fn new(seed: u64) -> Noise {
        Noise(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A value in `0.0..1.0`.
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// A standard normal value (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Logs of a first-order process with standard deviation `spread`, each value owing `memory` to the last.
    pub(crate) fn remembering(&mut self, count: usize, spread: f64, memory: f64) -> Vec<f64> {
        let fresh = (1.0 - memory * memory).sqrt();
        let mut state = self.normal();
        (0..count)
            .map(|_| {
                let value = state;
                state = memory * state + fresh * self.normal();
                spread * value
            })
            .collect()
    }
}
