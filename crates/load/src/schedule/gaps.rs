//! Gaps between arrivals at random.

use crate::random::Stream;

/// The arrivals of a Poisson process of rate 1: sums of exponential gaps of mean 1, without end.
#[derive(Debug, Clone)]
pub(super) struct Gaps {
    random: Stream,
    taken: u64,
    sum: f64,
}

impl Gaps {
    pub(super) fn new(seed: u64) -> Gaps {
        Gaps { random: Stream::new(seed, "gaps"), taken: 0, sum: 0.0 }
    }
}

impl Iterator for Gaps {
    type Item = f64;

    #[inline]
    fn next(&mut self) -> Option<f64> {
        // One minus, because the logarithm of 0 is no gap.
        self.sum -= (1.0 - self.random.unit(self.taken)).ln();
        self.taken += 1;
        Some(self.sum)
    }
}
