//! Laws of scaling: points may come in any order, throughput in any unit.

use plimsoll_metrics::stats::{self, Resampling};
use proptest::prelude::*;

use super::{near, scale};

proptest! {
    #[test]
    fn a_law_scales_with_its_throughput(noise in prop::collection::vec(0.9..1.1, 6), factor in scale()) {
        let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let points = |factor: f64| -> Vec<(f64, f64)> {
            loads.iter().zip(&noise).map(|(n, noise)| (*n, factor * noise * n / (1.0 + 0.1 * n))).collect()
        };
        let fit = |factor| stats::fit_amdahl(&points(factor)).unwrap();
        let (plain, larger) = (fit(1.0), fit(factor));
        prop_assert!((plain.serial - larger.serial).abs() < 1e-6);
        let ratio = larger.unit_throughput / plain.unit_throughput;
        prop_assert!((ratio / factor - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_knee_does_not_depend_on_the_unit_of_throughput(noise in prop::collection::vec(0.97..1.03, 7), factor in scale()) {
        let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        let plan = Resampling { resamples: 5, ..Resampling::default() };
        let knee = |factor: f64| {
            let law = |n: f64| factor * n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0));
            let points: Vec<(f64, f64)> = loads.iter().zip(&noise).map(|(n, noise)| (*n, noise * law(*n))).collect();
            stats::fit_usl(&points, &plan).unwrap().knee.unwrap().value
        };
        prop_assert!((knee(1.0) / knee(factor) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn points_may_come_in_any_order(
        points in prop::collection::vec(0.95..1.05, 7).prop_flat_map(|noise| {
            let law = |n: f64| n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0));
            let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
            let points: Vec<(f64, f64)> = loads.iter().zip(noise).map(|(n, noise)| (*n, noise * law(*n))).collect();
            (Just(points.clone()), Just(points).prop_shuffle())
        })
    ) {
        let plan = Resampling { resamples: 1, ..Resampling::default() };
        let universal = |points: &[(f64, f64)]| stats::fit_usl(points, &plan).unwrap();
        let (there, other) = (universal(&points.0), universal(&points.1));
        prop_assert!(near(there.unit_throughput, other.unit_throughput));
        prop_assert!(near(there.contention, other.contention) && near(there.coherency, other.coherency));
        let amdahl = |points: &[(f64, f64)]| stats::fit_amdahl(points).unwrap();
        prop_assert!(near(amdahl(&points.0).serial, amdahl(&points.1).serial));
    }
}
