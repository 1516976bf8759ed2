//! Laws of scaling, fitted to measured throughput.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::fit::{Fit, best_fit};
use crate::stats::Estimate;
use crate::stats::resample::Resampling;
use crate::stats::summary::{all_finite, is_level};

/// Fewest different loads for each law.
const LEAST_LEVELS_USL: usize = 6;
const LEAST_LEVELS_AMDAHL: usize = 3;

/// Gunther's universal scalability law: X(N) = λN/(1 + σ(N − 1) + κN(N − 1)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usl {
    /// λ: throughput of one unit of load, in the unit of the throughputs.
    pub unit_throughput: f64,
    /// σ: share of the work that queues for something shared; 0 or more.
    pub contention: f64,
    /// κ: cost of keeping each pair consistent; 0 or more.
    pub coherency: f64,
    /// The load beyond which more gives less, √((1 − σ)/κ), with its bootstrap interval, whose upper end may be
    /// infinite; `None` where the fit has no such load.
    pub knee: Option<Estimate>,
}

impl Usl {
    /// Throughput that the law gives at a load of `n`.
    #[must_use]
    pub fn throughput(&self, n: f64) -> f64 {
        self.unit_throughput * n / (1.0 + self.contention * (n - 1.0) + self.coherency * n * (n - 1.0))
    }
}

/// Amdahl's law: X(N) = λN/(1 + σ(N − 1)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amdahl {
    /// λ: throughput of one worker, in the unit of the throughputs.
    pub unit_throughput: f64,
    /// σ: share of the work that cannot be spread; 0 or more.
    pub serial: f64,
}

impl Amdahl {
    /// Largest speed-up that any number of workers can give, 1/σ; infinite where nothing is serial.
    #[must_use]
    pub fn limit(&self) -> f64 {
        1.0 / self.serial
    }

    /// Throughput that the law gives with `n` workers.
    #[must_use]
    pub fn throughput(&self, n: f64) -> f64 {
        self.unit_throughput * n / (1.0 + self.serial * (n - 1.0))
    }
}

/// Fits the universal scalability law (Gunther 2007) to pairs of load and throughput, by least squares on the
/// logarithms with σ and κ kept at 0 or more; the knee's interval comes from resampling the residuals.
///
/// The load is what is really offered together: workers, users, requests in flight; 1 or more, at least six
/// different levels. `None` with fewer, for a load below 1, a throughput that is not positive and finite, or
/// `resampling` outside its domain.
///
/// ```
/// use plimsoll_metrics::stats::{Resampling, fit_usl};
///
/// let law = |n: f64| 100.0 * n / (1.0 + 0.05 * (n - 1.0) + 0.001 * n * (n - 1.0));
/// let points: Vec<(f64, f64)> = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0].map(|n| (n, law(n))).to_vec();
/// let usl = fit_usl(&points, &Resampling::default()).expect("six levels");
/// assert!((usl.contention - 0.05).abs() < 1e-6 && (usl.coherency - 0.001).abs() < 1e-6);
/// assert!((usl.knee.expect("a knee").value - 30.8).abs() < 0.1);
/// ```
#[must_use]
pub fn fit_usl(points: &[(f64, f64)], resampling: &Resampling) -> Option<Usl> {
    if !usable(points, LEAST_LEVELS_USL) || !is_level(resampling.confidence) || resampling.resamples == 0 {
        return None;
    }
    let fit = best_fit(points, [true, true, true])?;
    let [constant, linear, quadratic] = fit.coefficients;
    let knee = knee(&fit).is_finite().then(|| knee_interval(points, &fit, resampling));
    Some(Usl {
        unit_throughput: 1.0 / constant,
        contention: linear / constant,
        coherency: quadratic / constant,
        knee: knee.flatten(),
    })
}

/// Fits Amdahl's law (Amdahl 1967) to pairs of workers and throughput, by least squares on the logarithms with σ
/// kept at 0 or more.
///
/// `None` below three different numbers of workers, for fewer than one worker, or for a throughput that is not
/// positive and finite.
///
/// ```
/// use plimsoll_metrics::stats::fit_amdahl;
///
/// let points = [1.0, 2.0, 4.0].map(|n: f64| (n, 10.0 * n / (1.0 + 0.1 * (n - 1.0))));
/// let amdahl = fit_amdahl(&points).expect("three levels");
/// assert!((amdahl.serial - 0.1).abs() < 1e-9 && (amdahl.limit() - 10.0).abs() < 1e-6);
/// ```
#[must_use]
pub fn fit_amdahl(points: &[(f64, f64)]) -> Option<Amdahl> {
    if !usable(points, LEAST_LEVELS_AMDAHL) {
        return None;
    }
    let [constant, linear, _] = best_fit(points, [true, true, false])?.coefficients;
    Some(Amdahl { unit_throughput: 1.0 / constant, serial: linear / constant })
}

/// Whether there are enough different loads, and every pair can be a measurement.
fn usable(points: &[(f64, f64)], least: usize) -> bool {
    let mut loads: Vec<f64> = points.iter().map(|(load, _)| *load).collect();
    loads.sort_unstable_by(f64::total_cmp);
    loads.dedup();
    let measured = |(load, throughput): &(f64, f64)| {
        *load >= 1.0 && *throughput > 0.0 && all_finite(&[*load, *throughput])
    };
    loads.len() >= least && points.iter().all(measured)
}

/// √((1 − σ)/κ); infinite where throughput never falls, 1 at least.
fn knee(fit: &Fit) -> f64 {
    let [constant, linear, quadratic] = fit.coefficients;
    if quadratic > 0.0 { ((constant - linear).max(0.0) / quadratic).sqrt().max(1.0) } else { f64::INFINITY }
}

/// The middle share of the knees of fits to resampled residuals (Efron 1979).
fn knee_interval(points: &[(f64, f64)], fit: &Fit, resampling: &Resampling) -> Option<Estimate> {
    let mut stream = ChaCha8Rng::seed_from_u64(resampling.seed);
    let residuals: Vec<f64> =
        points.iter().map(|(load, throughput)| (throughput * fit.cost(*load) / load).ln()).collect();
    let mut knees: Vec<f64> = (0..resampling.resamples)
        .filter_map(|_| {
            let resample: Vec<(f64, f64)> = points
                .iter()
                .map(|(load, _)| {
                    let residual = residuals[stream.random_range(0..residuals.len())];
                    (*load, load / fit.cost(*load) * residual.exp())
                })
                .collect();
            best_fit(&resample, [true, true, true]).map(|fit| knee(&fit))
        })
        .collect();
    knees.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - resampling.confidence) / 2.0;
    let last = knees.len().checked_sub(1)?;
    let at = |share: f64| knees[(share * last as f64).round() as usize];
    let (lower, upper) = (at(tail), at(1.0 - tail));
    Some(Estimate { value: knee(fit), lower, upper, confidence: resampling.confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0];

    fn quick() -> Resampling {
        Resampling { resamples: 200, ..Resampling::default() }
    }

    #[test]
    fn straight_growth_has_no_knee() {
        let points = LOADS.map(|n| (n, 50.0 * n));
        let usl = fit_usl(&points, &quick()).unwrap();
        assert!(usl.knee.is_none_or(|knee| knee.value > 1e4), "{usl:?}");
        assert!((usl.unit_throughput - 50.0).abs() < 1e-6);
    }

    #[test]
    fn noise_leaves_the_knee_inside_its_interval() {
        let law = |n: f64| 100.0 * n / (1.0 + 0.02 * (n - 1.0) + 0.002 * n * (n - 1.0));
        let noise = [1.01, 0.98, 1.02, 0.99, 1.015, 0.985, 1.0, 1.005];
        let points: Vec<(f64, f64)> =
            LOADS.iter().zip(noise).map(|(&n, noise)| (n, law(n) * noise)).collect();
        let knee = fit_usl(&points, &quick()).unwrap().knee.unwrap();
        assert!(knee.covers((0.98_f64 / 0.002).sqrt()), "{knee:?}");
    }

    #[test]
    fn growth_beyond_straight_is_taken_for_straight() {
        let points = LOADS.map(|n| (n, n.powf(1.1)));
        let usl = fit_usl(&points, &quick()).unwrap();
        assert_eq!((usl.contention, usl.coherency), (0.0, 0.0));
    }

    #[test]
    fn too_few_levels_and_nonsense_have_no_fit() {
        let points = LOADS.map(|n| (n, n));
        assert_eq!(fit_usl(&points[..5], &quick()), None);
        assert_eq!(fit_usl(&[(4.0, 10.0); 9], &quick()), None);
        assert_eq!(fit_usl(&LOADS.map(|n| (n, 0.0)), &quick()), None);
        assert_eq!(fit_amdahl(&[(1.0, 1.0), (2.0, 2.0)]), None);
        assert_eq!(fit_amdahl(&[(0.0, 1.0), (2.0, 2.0), (3.0, f64::NAN)]), None);
    }

    #[test]
    fn the_laws_give_back_what_they_were_fitted_to() {
        let points = LOADS.map(|n| (n, 7.0 * n / (1.0 + 0.3 * (n - 1.0))));
        let amdahl = fit_amdahl(&points).unwrap();
        assert!((amdahl.throughput(8.0) - points[3].1).abs() < 1e-9);
        assert!((fit_usl(&points, &quick()).unwrap().throughput(8.0) - points[3].1).abs() < 1e-6);
    }
}
