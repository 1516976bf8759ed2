//! Laws of scaling: points may come in any order, throughput in any unit.

use plimsoll_metrics::stats::{self, Resampling, Usl};
use proptest::prelude::*;

use super::{near, reordered, scale};

const PLAN: Resampling = Resampling { resamples: 5, confidence: 0.95, seed: 0 };

/// Loads and throughputs of a law with a knee, measured with a little noise.
fn measured() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let law = |n: f64| n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0));
    prop::collection::vec(0.97..1.03, 7).prop_map(move |noise| {
        let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        loads.into_iter().zip(noise).map(|(n, noise)| (n, noise * law(n))).collect()
    })
}

fn times(points: &[(f64, f64)], factor: f64) -> Vec<(f64, f64)> {
    points.iter().map(|(n, throughput)| (*n, throughput * factor)).collect()
}

fn universal(points: &[(f64, f64)]) -> Usl {
    stats::fit_usl(points, &PLAN).expect("seven loads")
}

proptest! {
    #[test]
    fn amdahls_law_ignores_order_and_scales_with_its_throughput((points, other) in reordered(measured()), factor in scale()) {
        let fit = |points: &[(f64, f64)]| stats::fit_amdahl(points).unwrap();
        let (there, larger) = (fit(&points), fit(&times(&other, factor)));
        prop_assert!(near(there.serial, larger.serial));
        prop_assert!(near(there.unit_throughput * factor, larger.unit_throughput));
    }

    #[test]
    fn the_universal_law_ignores_order_and_scales_with_its_throughput((points, other) in reordered(measured()), factor in scale()) {
        let (there, larger) = (universal(&points), universal(&times(&other, factor)));
        prop_assert!(near(there.contention, larger.contention) && near(there.coherency, larger.coherency));
        prop_assert!(near(there.unit_throughput * factor, larger.unit_throughput));
    }

    #[test]
    fn a_knee_has_no_unit_of_throughput(points in measured(), factor in scale()) {
        let knee = |usl: Usl| usl.knee.unwrap();
        let (there, larger) = (knee(universal(&points)), knee(universal(&times(&points, factor))));
        prop_assert!(near(there.value, larger.value) && near(there.lower, larger.lower));
    }
}
