//! JUnit XML, as test dashboards and CI servers read it.

use std::io;
use std::time::Duration;

use plimsoll_model::{
    ComparisonVerdict, MetricComparison, Procedure, Set, SetRun, Status, Threshold, Verdict,
};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::page::{Observation, run_label};
use crate::{Renderer, text};

/// Prints a set as JUnit XML: `junit.xml`.
///
/// A suite for each scenario of each run, with a case for each of its targets; a suite for each run with the targets
/// of the whole run and its own conclusion; one for each comparison with written targets; and one, `verdict`, with
/// the conclusion of the set. A target that is missed is a failure, a measurement that says nothing an error, one
/// that is too little to decide skipped. So a set has a failure or an error exactly where its verdict is no pass.
///
/// Characters that XML cannot hold are shown as their codes. There is no time stamp but those of the document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Junit;

impl Renderer for Junit {
    fn name(&self) -> &str {
        "junit"
    }

    fn file_name(&self, _set: &Set) -> String {
        "junit.xml".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        let mut report = Report::new(text::name(&set.name));
        for place in &set.runs {
            report.add_test_suites(of_run(set, place));
        }
        report.add_test_suites(of_targets(set));
        report.add_test_suite(suite("verdict", [case("verdict", conclusion(&set.verdict))]));
        report.serialize(out).map_err(io::Error::other)
    }
}

/// The run as a whole, then its scenarios, each with the targets that are about it.
fn of_run(set: &Set, place: &SetRun) -> Vec<TestSuite> {
    let run = &place.run;
    let label = run_label(set, place);
    let time = Duration::from_nanos(run.duration_ns);
    let scope = |threshold: &Threshold| threshold.condition.metric.scope.clone();
    let is_scenario =
        |threshold: &&Threshold| scope(threshold).is_some_and(|scope| run.scenario(&scope).is_some());
    let of_whole = run.thresholds.iter().filter(|threshold| !is_scenario(threshold)).map(of_threshold);
    let own = case("measured", measured(&run.verdict));
    let mut whole = suite(&label, std::iter::once(own).chain(of_whole));
    whole.set_time(time);
    let of_scenario = |name: &str| {
        let about = run.thresholds.iter().filter(|threshold| scope(threshold).as_deref() == Some(name));
        suite(&format!("{label} / {}", text::name(name)), about.map(of_threshold))
    };
    let scenarios = run.scenarios.iter().map(|scenario| of_scenario(&scenario.name));
    std::iter::once(whole).chain(scenarios).collect()
}

fn of_targets(set: &Set) -> Vec<TestSuite> {
    let targets = set.comparisons.iter().filter(|comparison| comparison.procedure == Procedure::Targets);
    targets
        .map(|comparison| {
            let fails = comparison.verdict.status == Status::Fail;
            let cases = comparison.metrics.iter().map(|metric| of_metric(metric, fails));
            suite(&format!("targets of {}", text::name(&comparison.candidate.name)), cases)
        })
        .collect()
}

fn of_threshold(threshold: &Threshold) -> TestCase {
    let observed = Observation::of_threshold("", threshold);
    let message = format!("{} was {}, the limit is {}", observed.metric, observed.value, observed.limit);
    case(&threshold.condition.to_string(), status(observed.status, &message))
}

/// A target that only warns is no failure: it does not fail the comparison either.
fn of_metric(metric: &MetricComparison, fails: bool) -> TestCase {
    let is_warning = !fails || !metric.gating || metric.severity == Some(plimsoll_model::Alarm::Warning);
    let outcome = match metric.verdict {
        ComparisonVerdict::Pass | ComparisonVerdict::Improvement => Status::Pass,
        ComparisonVerdict::Regression if is_warning => Status::Inconclusive,
        ComparisonVerdict::Regression => Status::Fail,
        ComparisonVerdict::Inconclusive => Status::Inconclusive,
        ComparisonVerdict::Invalid if metric.gating => Status::Invalid,
        ComparisonVerdict::Invalid => Status::Inconclusive,
    };
    let name = format!("{}: {}", metric.workload, Observation::of_target(metric).metric);
    case(&name, status(outcome, &metric.detail))
}

/// How a run was measured; its targets have cases of their own.
fn measured(verdict: &Verdict) -> TestCaseStatus {
    match verdict.status {
        Status::Invalid | Status::Interrupted => conclusion(verdict),
        Status::Pass | Status::Fail | Status::Inconclusive => TestCaseStatus::success(),
    }
}

fn conclusion(verdict: &Verdict) -> TestCaseStatus {
    status(verdict.status, &verdict.reasons.join("; "))
}

fn status(status: Status, message: &str) -> TestCaseStatus {
    let mut outcome = match status {
        Status::Pass => return TestCaseStatus::success(),
        Status::Inconclusive => TestCaseStatus::skipped(),
        Status::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::Invalid | Status::Interrupted => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    outcome.set_type(status.word()).set_message(text::sentence(message));
    outcome
}

fn suite(name: &str, cases: impl IntoIterator<Item = TestCase>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(cases);
    suite
}

fn case(name: &str, status: TestCaseStatus) -> TestCase {
    TestCase::new(text::sentence(name), status)
}
