//! Resampling repeats itself from its seed. Which values are drawn depends on their order, so that only the
//! distribution of a bootstrap may come in any order.

use plimsoll_metrics::stats::{self, Resampling};
use proptest::prelude::*;

use super::{alike, both_alike, near, negated, sample, scale, scaled, shuffled, times};

proptest! {
    #[test]
    fn resampling_repeats_itself_and_scales(values in sample(8), factor in scale(), seed: u64) {
        let plan = Resampling { resamples: 60, seed, ..Resampling::default() };
        let mean = |sides: &[Vec<&f64>]| sides[0].iter().copied().sum::<f64>() / sides[0].len() as f64;
        let larger = times(&values, factor);
        let bootstraps = [stats::bootstrap_bca, stats::bootstrap_percentile];
        for bootstrap in bootstraps {
            let estimate = bootstrap(&[&values], &plan, mean);
            prop_assert_eq!(estimate, bootstrap(&[&values], &plan, mean));
            prop_assert!(both_alike(estimate.map(|e| scaled(e, factor)), bootstrap(&[&larger], &plan, mean)));
        }
    }

    #[test]
    fn blocks_repeat_themselves_and_scale(values in sample(8), factor in scale(), seed: u64) {
        let plan = Resampling { resamples: 60, seed, ..Resampling::default() };
        let total = |values: &[f64]| values.iter().sum::<f64>();
        let estimate = stats::moving_block_bootstrap(&values, 3, &plan, total).unwrap();
        let larger = stats::moving_block_bootstrap(&times(&values, factor), 3, &plan, total).unwrap();
        prop_assert!(alike(scaled(estimate, factor), larger));
    }

    #[test]
    fn a_distribution_may_come_in_any_order_and_unit((x, other) in shuffled(3), factor in scale()) {
        let (larger, observed) = (times(&other, factor), stats::median(&x).unwrap());
        let parts = |values: &[f64]| vec![values.to_vec()];
        let plain = |values: &[f64]| stats::percentile_interval(values, 0.8).unwrap();
        let corrected = |values: &[f64], observed| stats::bca_interval(values, observed, &parts(&x), 0.8);
        prop_assert!(near(plain(&x).0 * factor, plain(&larger).0));
        prop_assert!(near(plain(&x).1 * factor, plain(&larger).1));
        let (there, scaled) = (corrected(&x, observed), corrected(&larger, observed * factor));
        prop_assert_eq!(there.is_some(), scaled.is_some());
        prop_assert!(there.zip(scaled).is_none_or(|(there, scaled)| near(there.0 * factor, scaled.0)));
    }

    #[test]
    fn the_ends_of_a_distribution_turn_with_it(x in sample(3)) {
        let (low, high) = stats::percentile_interval(&x, 0.8).unwrap();
        let (other_low, other_high) = stats::percentile_interval(&negated(&x), 0.8).unwrap();
        prop_assert!(near(low, -other_high) && near(high, -other_low));
    }

    #[test]
    fn blocks_are_the_first_whose_cube_holds_the_series(count in 0_usize..1_000_000, least in 0_usize..200) {
        let length = stats::block_length(count, least);
        prop_assert!(length.pow(3) >= count && length >= least && length >= 1);
        prop_assert!(length <= least.max(1) || (length - 1).pow(3) < count);
    }
}
