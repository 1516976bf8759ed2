//! Made-up noise from a seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of noise; the same seed gives the same noise.
#[derive(Debug, Clone)]
pub struct Noise(ChaCha8Rng);

/// How fresh noise is spread, always with mean 0 and standard deviation 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Normal.
    Normal,
    /// Student's t with 4 degrees of freedom: now and then a value far out.
    HeavyTailed,
    /// Exponential: never far below, now and then far above.
    OneSided,
}

impl Noise {
    /// The noise of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Noise {
        Noise(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A value in `0.0..1.0`.
    pub fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// A standard normal value (Box & Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// A first-order process with standard deviation `spread`, each value owing `memory` to the last.
    pub fn remembering(&mut self, count: usize, spread: f64, memory: f64, law: Law) -> Vec<f64> {
        let fresh = (1.0 - memory * memory).sqrt();
        let mut state = self.of(law);
        (0..count)
            .map(|_| {
                let value = state;
                state = memory * state + fresh * self.of(law);
                spread * value
            })
            .collect()
    }

    fn of(&mut self, law: Law) -> f64 {
        match law {
            Law::Normal => self.normal(),
            // A normal value over the root of a chi-square with 4 degrees, which is twice the sum of two
            // exponentials; the variance of t is 2.
            Law::HeavyTailed => self.normal() / (self.exponential() + self.exponential()).sqrt(),
            Law::OneSided => self.exponential() - 1.0,
        }
    }

    fn exponential(&mut self) -> f64 {
        -(1.0 - self.uniform()).ln()
    }
}
