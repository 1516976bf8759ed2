//! Changes have no unit, no zero and no sign.

use plimsoll_metrics::stats::{self, ChangeSearch};
use proptest::prelude::*;

use super::{moved, near, negated, sample, scale, shift, times};

/// Where changes of any size are found.
fn found(history: &[f64]) -> Vec<usize> {
    let search = ChangeSearch { least_change: 0.0, ..ChangeSearch::default() };
    let changes = stats::change_points(history, &search).expect("enough points");
    changes.points.iter().map(|point| point.index).collect()
}

proptest! {
    #[test]
    fn changes_lie_apart_and_are_significant(history in prop::collection::vec(1.0..100.0, 6..120)) {
        let search = ChangeSearch::default();
        let changes = stats::change_points(&history, &search).unwrap().points;
        let edges: Vec<usize> =
            [0].into_iter().chain(changes.iter().map(|point| point.index)).chain([history.len()]).collect();
        prop_assert!(edges.windows(2).all(|pair| pair[1] - pair[0] >= 3));
        prop_assert!(changes.iter().all(|point| point.change >= search.least_change));
        prop_assert!(changes.iter().all(|point| point.p <= search.alpha + 1e-12));
    }

    #[test]
    fn a_split_has_no_unit(series in sample(6), factor in scale()) {
        let there = stats::energy_split(&series, 3).unwrap();
        let larger = stats::energy_split(&times(&series, factor), 3).unwrap();
        prop_assert_eq!((there.index, there.end), (larger.index, larger.end));
        prop_assert!(near(there.statistic * factor, larger.statistic));
    }

    #[test]
    fn changes_have_no_unit_no_zero_and_no_sign(
        left in sample(6),
        right in sample(6),
        factor in scale(),
        shift in shift(),
    ) {
        let history = [left, moved(&right, 500.0)].concat();
        prop_assert_eq!(found(&history), found(&times(&history, factor)));
        prop_assert_eq!(found(&history), found(&moved(&history, shift)));
        prop_assert_eq!(found(&history), found(&negated(&history)));
    }

    #[test]
    fn equal_points_of_any_size_never_change(value in -1e6..1e6, count in 6_usize..200) {
        prop_assert_eq!(found(&vec![value; count]), [0; 0]);
    }

    #[test]
    fn a_split_has_no_zero_and_no_sign(series in sample(6), shift in shift()) {
        let there = stats::energy_split(&series, 3).unwrap();
        for other in [moved(&series, shift), negated(&series)] {
            prop_assert!(near(there.statistic, stats::energy_split(&other, 3).unwrap().statistic));
        }
    }
}
