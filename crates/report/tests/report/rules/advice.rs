//! What every recommendation has to be.

use plimsoll_model::{Alarm, ComparisonVerdict, Priority, Severity, Unit};
use plimsoll_report::{analyze, format};

use super::{calm, rules};
use crate::support;

#[test]
fn a_calm_run_gets_no_advice() {
    let analysis = analyze(&calm());
    assert_eq!((analysis.findings.len(), analysis.recommendations.len()), (0, 0));
}

#[test]
fn each_regressed_metric_has_its_recommendation() {
    let metric = |name, verdict| support::metric(name, Unit::Nanoseconds, verdict, Some(10e6), 13e6);
    let mut set = calm();
    set.comparisons = vec![support::comparison()];
    set.comparisons[0].metrics = vec![
        metric("p95", ComparisonVerdict::Regression),
        metric("p99", ComparisonVerdict::Regression),
        metric("p50", ComparisonVerdict::Inconclusive),
        metric("mean", ComparisonVerdict::Improvement),
    ];
    let analysis = analyze(&set);
    assert_eq!(rules(&analysis), ["regression", "regression"]);
    assert!(
        analysis.recommendations[0].message.starts_with("p95 of checkout went from 10 ms to 13 ms (+30 %): ")
    );
}

#[test]
fn nothing_is_recommended_without_evidence() {
    let analysis = analyze(&support::checkout());
    assert!(analysis.recommendations.len() > 3);
    assert!(analysis.recommendations.iter().all(|advice| !advice.evidence.is_empty()));
    assert!(analysis.findings.iter().all(|finding| !finding.evidence.is_empty()));
}

#[test]
fn the_gravest_comes_first() {
    let analysis = analyze(&support::checkout());
    assert!(analysis.findings.is_sorted_by_key(|finding| std::cmp::Reverse(finding.severity)));
    assert_eq!(analysis.findings[0].severity, Severity::Critical);
    assert_eq!(analysis.recommendations[0].priority, Priority::High);
}

#[test]
fn a_recommendation_names_its_rule_and_its_numbers() {
    for set in [support::checkout(), support::repeated()] {
        for advice in analyze(&set).recommendations {
            assert!(!advice.rule.is_empty() && !format::numbers(&advice.message).is_empty(), "{advice:?}");
            assert!(advice.evidence.iter().any(|line| !format::numbers(line).is_empty()), "{advice:?}");
        }
    }
}

#[test]
fn every_recommendation_answers_a_finding() {
    let analysis = analyze(&support::checkout());
    let found: Vec<&str> = analysis.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(analysis.findings.len(), analysis.recommendations.len());
    assert!(rules(&analysis).iter().all(|rule| found.contains(rule)));
}

#[test]
fn a_regression_is_as_grave_as_its_edge_and_its_weight() {
    let severity = |alarm, gating| {
        let mut set = calm();
        let mut metric =
            support::metric("p95", Unit::Nanoseconds, ComparisonVerdict::Regression, Some(10e6), 13e6);
        (metric.severity, metric.gating) = (alarm, gating);
        set.comparisons = vec![plimsoll_model::Comparison { metrics: vec![metric], ..support::comparison() }];
        analyze(&set).findings[0].severity
    };
    assert_eq!(severity(Some(Alarm::Critical), true), Severity::Critical);
    assert_eq!(severity(Some(Alarm::Critical), false), Severity::High);
    assert_eq!(severity(Some(Alarm::Warning), true), Severity::Medium);
}

#[test]
fn the_same_set_is_analysed_the_same_twice() {
    let mut set = support::checkout();
    set.analysis = Some(analyze(&set));
    assert_eq!(Some(analyze(&set)), set.analysis);
}

#[test]
fn what_every_run_shows_is_recommended_once_and_names_the_runs() {
    let analysis = analyze(&support::repeated());
    let drops: Vec<_> = analysis.recommendations.iter().filter(|advice| advice.rule == "drops").collect();
    assert_eq!(drops.len(), 1);
    assert_eq!(drops[0].evidence.last().map(String::as_str), Some("also in checkout #2, checkout #3"));
}

#[test]
fn the_run_where_it_is_gravest_leads() {
    let mut set = support::repeated();
    set.runs[1].run.scenarios[1].counts.failed = 40_000;
    let analysis = analyze(&set);
    let errors: Vec<_> = analysis.findings.iter().filter(|finding| finding.rule == "error_rate").collect();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].subject, "write (checkout #2)");
}
