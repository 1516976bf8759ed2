//! MongoDB's signal processing: change points and outliers.

use plimsoll_metrics::stats::{self, ChangeSearch};
use serde::Deserialize;

use super::{fact, found};

#[derive(Deserialize)]
struct MongoCase {
    name: String,
    series: Option<Vec<f64>>,
    expected: Vec<usize>,
    truth: Option<Vec<usize>>,
}

/// At 1 %, the level of MongoDB's own tests. Where its answer differs from the truth, ours is the truth.
#[test]
fn mongodbs_changes_are_ours_or_the_truth() {
    let cases: Vec<MongoCase> = fact("/mongodb/cases");
    for case in cases {
        let history = case.series.unwrap_or_else(|| [[0.0; 1_000], [1.0; 1_000]].concat());
        let ours = found(&history, &ChangeSearch { alpha: 0.01, ..ChangeSearch::default() });
        assert_eq!(ours, case.truth.unwrap_or(case.expected), "{}", case.name);
    }
}

/// MongoDB's variant around the median absolute deviation, which is 0 here, finds nothing; ours has none.
#[test]
fn one_deviating_point_among_equals_is_an_outlier() {
    let runs: Vec<(f64, usize)> = fact("/mongodb/gesd/0/run_length");
    let values: Vec<f64> = runs.iter().flat_map(|&(value, count)| vec![value; count]).collect();
    assert_eq!(stats::gesd(&values, 10, 0.05), Some(fact("/mongodb/gesd/0/outliers")));
}
