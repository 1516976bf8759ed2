//! What a test dashboard reads.

use plimsoll_model::{Alarm, ComparisonVerdict, Procedure, Set, Status, Unit, Verdict};
use plimsoll_report::Junit;
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};

use crate::support;

fn report(set: &Set) -> Report {
    Report::deserialize_from_str(&support::render(&Junit, set)).expect("what a renderer prints can be read")
}

/// How the cases of that name came out.
fn outcome(report: &Report, case: &str) -> Vec<&'static str> {
    let cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
    cases.filter(|it| it.name.as_str() == case).map(|it| word(&it.status)).collect()
}

fn word(status: &TestCaseStatus) -> &'static str {
    match status {
        TestCaseStatus::Success { .. } => "success",
        TestCaseStatus::Skipped { .. } => "skipped",
        TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, .. } => "failure",
        TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, .. } => "error",
    }
}

#[test]
fn a_set_as_junit() {
    insta::assert_snapshot!(support::render(&Junit, &support::checkout()));
}

#[test]
fn each_scenario_has_a_suite_and_each_target_a_case() {
    let report = report(&support::checkout());
    let suites: Vec<_> =
        report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.test_cases.len())).collect();
    assert_eq!(suites, [("checkout", 3), ("checkout / read", 1), ("checkout / write", 1), ("verdict", 1)]);
    assert_eq!(outcome(&report, "p99(write) < 25ms"), ["failure"]);
    assert_eq!(outcome(&report, "p99(read) < 25ms"), ["success"]);
}

#[test]
fn the_counts_are_those_of_the_cases() {
    for set in [support::checkout(), support::nothing_started(), support::interrupted(), support::repeated()]
    {
        let report = report(&set);
        let cases = || report.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let count = |kind: &str| cases().filter(|case| word(&case.status) == kind).count();
        assert_eq!(
            (report.tests, report.failures, report.errors),
            (cases().count(), count("failure"), count("error"))
        );
        for suite in &report.test_suites {
            assert_eq!(suite.tests, suite.test_cases.len(), "{}", suite.name.as_str());
        }
    }
}

#[test]
fn a_missed_target_says_what_was_seen_and_what_was_wanted() {
    let text = support::render(&Junit, &support::checkout());
    assert!(text.contains("p99(write) was 31.8 ms, the limit is &lt; 25ms"), "{text}");
}

#[test]
fn failures_and_errors_are_there_exactly_where_the_verdict_is_no_pass() {
    let reason = "for a reason";
    let cases = [
        (Status::Pass, "success"),
        (Status::Fail, "failure"),
        (Status::Invalid, "error"),
        (Status::Interrupted, "error"),
        (Status::Inconclusive, "skipped"),
    ];
    for (status, expected) in cases {
        let mut set = support::empty();
        set.verdict = Verdict::because(status, reason);
        assert_eq!(outcome(&report(&set), "verdict"), [expected]);
    }
}

#[test]
fn an_invalid_run_is_an_error() {
    let mut set = support::checkout();
    set.runs[0].run.verdict = Verdict::because(Status::Invalid, "the generator was the limit");
    assert_eq!(outcome(&report(&set), "measured"), ["error"]);
    assert_eq!(outcome(&report(&support::checkout()), "measured"), ["success"], "a miss is the target's");
}

#[test]
fn a_target_that_only_warns_fails_nothing() {
    let with = |severity| {
        let mut metric =
            support::metric("p95", Unit::Nanoseconds, ComparisonVerdict::Regression, Some(10e6), 13e6);
        metric.severity = severity;
        let mut set = support::empty();
        set.comparisons = vec![plimsoll_model::Comparison {
            metrics: vec![metric],
            procedure: Procedure::Targets,
            ..support::comparison()
        }];
        outcome(&report(&set), "checkout: p95")
    };
    assert_eq!(with(Some(Alarm::Warning)), ["skipped"]);
    assert_eq!(with(Some(Alarm::Critical)), ["failure"]);
}
