//! Laws of the comparison, tried on many inputs.

use plimsoll_baseline::{Thresholds, screening};
use plimsoll_model::{Comparison, ComparisonVerdict, Verdict};
use proptest::prelude::*;

use crate::support::{Figures, single};

fn figures() -> impl Strategy<Value = Figures> {
    let throughput = prop_oneof![1.0..1e5, (1u32..200).prop_map(f64::from)];
    let memory = (1u64..1000).prop_map(|megabytes| megabytes as f64 * 1e6);
    (1u64..100_000, 0u64..100, throughput, memory).prop_map(|(latency_ns, failed, throughput, memory)| {
        Figures {
            latency_ns,
            started: 100,
            failed,
            throughput,
            memory_bytes: Some(memory),
            ..Figures::default()
        }
    })
}

fn compare(baseline: &Figures, candidate: &Figures) -> Comparison {
    screening::compare(
        &single("a", baseline.clone()),
        &single("b", candidate.clone()),
        &Thresholds::default(),
    )
}

fn verdicts(comparison: &Comparison) -> Vec<(&str, ComparisonVerdict)> {
    comparison.metrics.iter().map(|line| (line.metric.as_str(), line.verdict)).collect()
}

fn mirrored(verdict: ComparisonVerdict) -> ComparisonVerdict {
    match verdict {
        ComparisonVerdict::Regression => ComparisonVerdict::Improvement,
        ComparisonVerdict::Improvement => ComparisonVerdict::Regression,
        other => other,
    }
}

proptest! {
    // Each case writes and reads a dozen histograms.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn swapping_the_sides_swaps_regression_and_improvement(a in figures(), b in figures()) {
        let (there, back) = (compare(&a, &b), compare(&b, &a));
        let back: Vec<_> = verdicts(&back).into_iter().map(|(metric, verdict)| (metric, mirrored(verdict))).collect();
        prop_assert_eq!(verdicts(&there), back);
    }

    #[test]
    fn scaling_both_sides_changes_nothing(a in figures(), b in figures(), factor in 0.001..1000.0) {
        let scale = |figures: &Figures| Figures {
            throughput: figures.throughput * factor,
            memory_bytes: figures.memory_bytes.map(|bytes| bytes * factor),
            ..figures.clone()
        };
        let (plain, scaled) = (compare(&a, &b), compare(&scale(&a), &scale(&b)));
        prop_assert_eq!(verdicts(&plain), verdicts(&scaled));
        prop_assert_eq!(plain.rating, scaled.rating);
    }

    #[test]
    fn a_set_compared_with_itself_passes(a in figures()) {
        let comparison = compare(&a, &a);
        prop_assert_eq!(comparison.verdict, Verdict::pass());
    }

    #[test]
    fn worse_is_never_judged_better(a in figures(), drop in 0.0..1.0) {
        let worse = Figures { throughput: a.throughput * drop, ..a.clone() };
        let comparison = compare(&a, &worse);
        let throughput = comparison.metrics.iter().find(|line| line.metric == "throughput");
        prop_assert!(throughput.is_some_and(|line| line.verdict != ComparisonVerdict::Improvement));
    }
}
