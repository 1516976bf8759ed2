//! The candidate beside its baseline.

use plimsoll_model::{ComparisonVerdict, Unit};
use plimsoll_report::ComparisonText;

use crate::support;

fn report(metrics: Vec<plimsoll_model::MetricComparison>) -> String {
    let comparison = plimsoll_model::Comparison { metrics, ..support::comparison() };
    let mut out = Vec::new();
    ComparisonText::default().render_one(&comparison, &mut out).expect("what a renderer prints can be read");
    String::from_utf8(out).expect("what a renderer prints can be read")
}

#[test]
fn a_comparison_as_text() {
    insta::assert_snapshot!(support::render(&ComparisonText::default(), &support::checkout()));
}

#[test]
fn without_a_baseline_there_is_no_change() {
    let metric = support::metric("p95", Unit::Nanoseconds, ComparisonVerdict::Invalid, None, 24e6);
    let text = report(vec![metric]);
    assert!(text.contains("no baseline") && !text.contains("0 %"), "{text}");
}

#[test]
fn a_set_without_comparisons_says_so() {
    let text = support::render(&ComparisonText::default(), &support::empty());
    assert!(text.contains("no baseline") && !text.contains("0 %"), "{text}");
}

#[test]
fn what_is_not_compared_is_named() {
    let metric = support::metric("p95", Unit::Nanoseconds, ComparisonVerdict::Pass, Some(24e6), 24e6);
    assert!(report(vec![metric]).contains("throughput, CPU, memory"));
}

fn targets(metrics: Vec<plimsoll_model::MetricComparison>) -> String {
    let comparison = plimsoll_model::Comparison {
        metrics,
        procedure: plimsoll_model::Procedure::Targets,
        baseline: None,
        comparability: Vec::new(),
        ..support::comparison()
    };
    let mut out = Vec::new();
    ComparisonText::default().render_one(&comparison, &mut out).expect("what a renderer prints can be read");
    String::from_utf8(out).expect("what a renderer prints can be read")
}

#[test]
fn targets_are_met_or_missed_and_have_no_change() {
    let met = support::metric("p95", Unit::Nanoseconds, ComparisonVerdict::Pass, Some(5e9), 24e6);
    let nothing = plimsoll_model::MetricComparison {
        current: None,
        verdict: ComparisonVerdict::Invalid,
        ..support::metric("p99", Unit::Nanoseconds, ComparisonVerdict::Invalid, Some(5e9), 0.0)
    };
    insta::assert_snapshot!(targets(vec![met, nothing]));
}

#[test]
fn a_refused_comparison_does_not_say_that_something_was_not_measured() {
    let mut comparison = plimsoll_model::Comparison { metrics: Vec::new(), ..support::comparison() };
    comparison.comparability[1].effect = plimsoll_model::Effect::Refused;
    let mut out = Vec::new();
    ComparisonText::default().render_one(&comparison, &mut out).expect("what a renderer prints can be read");
    let text = String::from_utf8(out).expect("what a renderer prints can be read");
    assert!(text.contains("REFUSED  kernel") && text.contains("nothing was compared"), "{text}");
    assert!(!text.contains("one side does not have it"), "{text}");
}
