//! What the one histogram layout promises, tried on many inputs.

use plimsoll_metrics::{Histogram, MAX_LATENCY_NS};
use plimsoll_model::Quantile;
use proptest::prelude::*;

fn histogram_of(values: &[u64]) -> Histogram {
    let mut histogram = Histogram::new();
    values.iter().for_each(|value| histogram.record(*value));
    histogram
}

fn latencies() -> impl Strategy<Value = Vec<u64>> {
    let latency = prop_oneof![1..10_000u64, 1..1_000_000_000u64, 1..=MAX_LATENCY_NS];
    prop::collection::vec(latency, 1..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn merge_equals_concatenation(one in latencies(), two in latencies()) {
        let mut merged = histogram_of(&one);
        merged.merge(&histogram_of(&two));
        let mut reversed = histogram_of(&two);
        reversed.merge(&histogram_of(&one));
        let all = histogram_of(&[one, two].concat());
        prop_assert_eq!(&merged, &all);
        prop_assert_eq!(reversed, all);
    }

    #[test]
    fn a_quantile_is_within_its_bucket_of_the_sorted_values(mut values in latencies(), share in 0.0..=1.0f64) {
        let histogram = histogram_of(&values);
        values.sort_unstable();
        let rank = ((share * values.len() as f64).ceil() as usize).clamp(1, values.len());
        let exact = values[rank - 1];
        let found = histogram.value_at(Quantile::new(share).unwrap()).unwrap();
        prop_assert!(found >= exact, "{} below {}", found, exact);
        prop_assert!(found as f64 <= exact as f64 * 1.001 + 1.0, "{} far above {}", found, exact);
        prop_assert_eq!(histogram.value_at_rank(rank as u64).unwrap(), found);
    }

    #[test]
    fn the_stored_form_holds_everything(values in latencies()) {
        let histogram = histogram_of(&values);
        prop_assert_eq!(Histogram::decode(&histogram.encode()).unwrap(), histogram);
    }

    #[test]
    fn a_stored_form_is_added_as_what_it_holds(some in latencies(), more in latencies()) {
        let (mut sum, mut added) = (histogram_of(&some), histogram_of(&some));
        sum.merge(&histogram_of(&more));
        added.merge_encoded(&histogram_of(&more).encode()).unwrap();
        prop_assert_eq!(added, sum);
    }

    #[test]
    fn counts_up_to_a_value_agree_with_the_values(values in latencies(), limit in 1..=MAX_LATENCY_NS) {
        let histogram = histogram_of(&values);
        let edge = histogram.upper_edge(limit);
        let exact = values.iter().filter(|value| **value <= edge).count() as u64;
        prop_assert_eq!(histogram.count_at_or_below(edge), exact);
    }
}
