//! One word for a comparison.

use plimsoll_baseline::{Thresholds, rating, screening};
use plimsoll_model::{Comparison, Rating, Status};

use crate::support::{Figures, single};

fn compare(candidate: Figures) -> Comparison {
    screening::compare(
        &single("before", Figures::default()),
        &single("after", candidate),
        &Thresholds::default(),
    )
}

fn rate(candidate: Figures) -> Option<Rating> {
    compare(candidate).rating
}

#[test]
fn within_five_percent_is_excellent() {
    assert_eq!(rate(Figures { latency_ns: 1050, ..Figures::default() }), Some(Rating::Excellent));
}

#[test]
fn improved_is_excellent() {
    assert_eq!(
        rate(Figures { latency_ns: 500, throughput: 200.0, ..Figures::default() }),
        Some(Rating::Excellent)
    );
}

#[test]
fn a_warning_that_the_rest_makes_up_for_is_good() {
    assert_eq!(rate(Figures { latency_ns: 700, throughput: 94.0, ..Figures::default() }), Some(Rating::Good));
}

#[test]
fn a_warning_that_nothing_makes_up_for_is_fair() {
    assert_eq!(rate(Figures { latency_ns: 1150, ..Figures::default() }), Some(Rating::Fair));
}

#[test]
fn more_than_five_percent_without_a_warning_is_not_excellent() {
    assert_eq!(rate(Figures { latency_ns: 1060, ..Figures::default() }), Some(Rating::Fair));
    assert_eq!(
        rate(Figures { latency_ns: 1060, throughput: 200.0, ..Figures::default() }),
        Some(Rating::Good)
    );
}

#[test]
fn a_failing_edge_is_at_best_fair() {
    assert_eq!(
        rate(Figures { latency_ns: 1220, throughput: 1000.0, ..Figures::default() }),
        Some(Rating::Fair)
    );
}

#[test]
fn inconclusive_on_a_deciding_metric_is_fair() {
    // Given up at the same age as before: nothing is known to be worse, and nothing to be as good.
    let before = single("before", Figures { timed_out: 1, ..Figures::default() });
    let after = single("after", Figures { timed_out: 1, ..Figures::default() });
    let comparison = screening::compare(&before, &after, &Thresholds::default());
    assert_eq!((comparison.verdict.status, comparison.rating), (Status::Inconclusive, Some(Rating::Fair)));
}

#[test]
fn a_critical_regression_is_poor_whatever_else_improved() {
    assert_eq!(rate(Figures { latency_ns: 100, throughput: 85.0, ..Figures::default() }), Some(Rating::Poor));
}

#[test]
fn invalid_has_no_rating() {
    assert_eq!(rate(Figures { started: 0, ..Figures::default() }), None);
}

#[test]
fn several_comparisons_are_as_good_as_the_worst() {
    let fair = || compare(Figures { latency_ns: 1150, ..Figures::default() });
    let excellent = || compare(Figures::default());
    let invalid = || compare(Figures { started: 0, ..Figures::default() });
    assert_eq!(rating::overall(&[excellent(), fair()]), Some(Rating::Fair));
    assert_eq!(rating::overall(&[excellent(), invalid()]), None);
}
