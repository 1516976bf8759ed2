//! The work itself: plain functions of a seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Vectors that are searched: so many that a search is mostly that, and work that takes longer shows in its latency.
const VECTORS: usize = 40_000;

/// Numbers in each.
const DIMENSIONS: usize = 32;

/// The catalogue of vectors, row by row.
pub(super) struct Catalogue {
    numbers: Vec<f32>,
}

impl Catalogue {
    pub(super) fn new() -> Catalogue {
        let mut numbers = ChaCha8Rng::seed_from_u64(1);
        Catalogue { numbers: (0..VECTORS * DIMENSIONS).map(|_| draw(&mut numbers)).collect() }
    }

    /// Names on a page.
    pub(super) fn page(page: usize) -> Vec<String> {
        (0..20).map(|line| format!("item {}", (page * 20 + line) % VECTORS)).collect()
    }

    /// The vector nearest to one that a seed gives, after as many looks at the whole as `looks` says, whole and in
    /// part.
    pub(super) fn nearest(&self, seed: u64, looks: f64) -> usize {
        let mut numbers = ChaCha8Rng::seed_from_u64(seed);
        let wanted: Vec<f32> = (0..DIMENSIONS).map(|_| draw(&mut numbers)).collect();
        let mut best = (0, f32::MIN);
        let mut left = looks;
        while left > 0.0 {
            let rows = (left.min(1.0) * VECTORS as f64).ceil();
            for (index, row) in self.numbers.chunks_exact(DIMENSIONS).enumerate() {
                if index as f64 >= rows {
                    break;
                }
                let likeness: f32 = row.iter().zip(&wanted).map(|(a, b)| a * b).sum();
                if likeness > best.1 {
                    best = (index, likeness);
                }
            }
            left -= 1.0;
        }
        best.0
    }
}

/// Fits a linear model with four weights to 200 seeded points by gradient descent, and gives its mean squared error.
pub(super) fn train(seed: u64) -> f32 {
    const POINTS: usize = 200;
    const EPOCHS: usize = 60;
    const RATE: f32 = 0.3;
    let mut numbers = ChaCha8Rng::seed_from_u64(seed);
    let truth: [f32; 4] = std::array::from_fn(|_| draw(&mut numbers));
    let point = |numbers: &mut ChaCha8Rng| -> ([f32; 4], f32) {
        let x: [f32; 4] = std::array::from_fn(|_| draw(numbers));
        let y: f32 = x.iter().zip(&truth).map(|(x, w)| x * w).sum();
        (x, y + 0.01 * draw(numbers))
    };
    let points: Vec<_> = (0..POINTS).map(|_| point(&mut numbers)).collect();
    let mut weights = [0.0f32; 4];
    let mut error = 0.0;
    for _ in 0..EPOCHS {
        let mut slope = [0.0f32; 4];
        error = 0.0;
        for (x, y) in &points {
            let miss = x.iter().zip(&weights).map(|(x, w)| x * w).sum::<f32>() - y;
            error += miss * miss / POINTS as f32;
            slope.iter_mut().zip(x).for_each(|(slope, x)| *slope += miss * x / POINTS as f32);
        }
        weights.iter_mut().zip(slope).for_each(|(weight, slope)| *weight -= RATE * slope);
    }
    error
}

/// A number from -1 to 1.
fn draw(numbers: &mut ChaCha8Rng) -> f32 {
    numbers.random_range(-1.0..1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_really_fitted() {
        assert!((0..20).all(|seed| train(seed) < 0.01), "the error is down to the noise");
        assert_eq!(train(7).to_bits(), train(7).to_bits());
    }

    #[test]
    fn looking_longer_finds_the_same() {
        let catalogue = Catalogue::new();
        assert!((0..20).all(|seed| catalogue.nearest(seed, 1.0) == catalogue.nearest(seed, 1.2)));
    }
}
