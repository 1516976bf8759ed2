//! One tidy long table.

use plimsoll_model::{Set, Side};
use plimsoll_report::Csv;

use crate::support;

fn records(set: &Set) -> Vec<Vec<String>> {
    let text = support::render(&Csv, set);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .map(|record| {
            record.expect("what a renderer prints can be read").iter().map(ToOwned::to_owned).collect()
        })
        .collect()
}

fn value(records: &[Vec<String>], scenario: &str, metric: &str, stat: &str) -> Option<f64> {
    let of = |record: &&Vec<String>| record[2..5] == [scenario, metric, stat];
    records.iter().find(of).map(|record| record[6].parse().expect("what a renderer prints can be read"))
}

#[test]
fn every_line_ends_as_rfc_4180_has_it() {
    let text = support::render(&Csv, &support::checkout());
    assert!(text.starts_with("workload,iteration,scenario,metric,stat,unit,value\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn figures_are_those_of_the_document() {
    let set = support::checkout();
    let records = records(&set);
    let write = set.runs[0].run.scenario("write").unwrap();
    let p99 = write.latency.response.quantiles.iter().find(|value| value.q.share() == 0.99).unwrap();
    assert_eq!(value(&records, "write", "response", "p99"), Some(p99.value_ns as f64));
    assert_eq!(value(&records, "write", "throughput", "achieved"), Some(write.throughput.achieved_per_s));
    assert_eq!(value(&records, "write", "error:timeout", "count"), Some(96.0));
    assert_eq!(value(&records, "", "cpu(host)", "mean"), Some(0.874));
}

#[test]
fn what_was_not_measured_has_no_line() {
    let records = records(&support::nothing_started());
    assert_eq!(value(&records, "write", "response", "p99"), None);
    assert_eq!(value(&records, "write", "response", "count"), Some(0.0));
    assert_eq!(value(&records, "", "memory(gpu:0)", "mean"), None);
}

#[test]
fn no_two_lines_are_about_the_same() {
    let mut set = support::repeated();
    set.runs[0].side = Some(Side::A);
    set.runs.push(plimsoll_model::SetRun { side: Some(Side::B), ..set.runs[0].clone() });
    let mut keys: Vec<_> = records(&set).into_iter().map(|record| record[..5].to_vec()).collect();
    let lines = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), lines);
}

#[test]
fn numbers_are_never_quoted_as_text() {
    let mut set = support::checkout();
    set.runs[0].run.resources[0].summary.slope_per_min = Some(-0.25);
    assert_eq!(value(&records(&set), "", "cpu(host)", "slope_per_min"), Some(-0.25));
}
