//! Judging a set by targets.

use std::time::Duration;

use plimsoll_baseline::{BaselineFile, targets};
use plimsoll_model::{Alarm, Comparison, ComparisonVerdict, Effect, Set, Side, Status, Verdict};

use crate::support::{Figures, codes, line, set, set_of, single, with_run};

/// A file with these targets for the workload `checkout`, after further lines at the top level.
fn file_with(top: &str, targets: &str) -> BaselineFile {
    let text = format!(
        "schema_version: \"1.0\"\nmetadata: {{id: shop}}\n{top}workloads: {{checkout: {{targets: [{targets}]}}}}\n"
    );
    BaselineFile::from_yaml("shop.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
}

fn judge(set: &Set, targets: &str) -> Comparison {
    targets::judge(set, &file_with("", targets), None).expect("no group is used")
}

#[test]
fn targets_that_hold_pass() {
    let comparison =
        judge(&single("a", Figures::default()), "p95 <= 1us, throughput >= 100/s, error_rate <= 0%");
    assert_eq!(comparison.verdict, Verdict::pass());
    assert!(comparison.metrics.iter().all(|line| line.verdict == ComparisonVerdict::Pass));
}

#[test]
fn beyond_target_is_a_warning_and_passes() {
    let set = single("a", Figures { throughput: 80.0, ..Figures::default() });
    let comparison = judge(&set, "{target: throughput >= 100/s, critical: 50/s}");
    assert_eq!(comparison.verdict.status, Status::Pass);
    assert_eq!(line(&comparison, "throughput").severity, Some(Alarm::Warning));
}

#[test]
fn beyond_critical_fails() {
    let set = single("a", Figures { throughput: 49.0, ..Figures::default() });
    let comparison = judge(&set, "{target: throughput >= 100/s, critical: 50/s}");
    assert_eq!(comparison.verdict.status, Status::Fail);
    assert_eq!(line(&comparison, "throughput").severity, Some(Alarm::Critical));
}

#[test]
fn a_hard_target_fails_when_missed() {
    let set = single("a", Figures { throughput: 99.0, ..Figures::default() });
    assert_eq!(judge(&set, "{target: throughput >= 100/s, hard: true}").verdict.status, Status::Fail);
}

#[test]
fn a_workload_is_judged_by_its_median_run() {
    let runs = [30.0, 100.0, 120.0].map(|throughput| Figures { throughput, ..Figures::default() });
    let comparison = judge(&set_of("a", &runs), "{target: throughput >= 100/s, hard: true}");
    assert_eq!(line(&comparison, "throughput").current, Some(100.0));
    assert_eq!(comparison.verdict.status, Status::Pass);
}

#[test]
fn what_was_not_measured_never_passes() {
    let comparison = judge(&single("a", Figures::default()), "p95 < 1s, cpu.mean(host) < 80%");
    assert_eq!(comparison.verdict.status, Status::Invalid);
    assert_eq!(line(&comparison, "cpu.mean(host)").verdict, ComparisonVerdict::Invalid);
}

#[test]
fn an_optional_target_is_left_out_where_it_was_not_measured() {
    let targets = "p95 < 1s, {target: cpu.mean(host) < 80%, optional: true}";
    let comparison = judge(&single("a", Figures::default()), targets);
    assert_eq!(comparison.metrics.len(), 1);
    assert_eq!(comparison.verdict.status, Status::Pass);
}

#[test]
fn an_optional_target_counts_where_it_was_measured() {
    let targets = "p95 < 1s, {target: memory.peak(process) < 1MB, hard: true, optional: true}";
    assert_eq!(judge(&single("a", Figures::default()), targets).verdict.status, Status::Fail);
}

#[test]
fn no_samples_are_invalid() {
    let set = single("a", Figures { started: 0, ..Figures::default() });
    for target in ["p95 < 1s", "error_rate < 1%", "duration < 1m", "concurrency >= 0"] {
        assert_eq!(judge(&set, target).verdict.status, Status::Invalid, "{target}");
    }
}

#[test]
fn fewer_samples_than_asked_for_are_invalid() {
    let judge = |minimum: u64| {
        let text = format!(
            "schema_version: \"1.0\"\nmetadata: {{id: shop}}\n\
             workloads: {{checkout: {{minimum_requests: {minimum}, targets: [p95 < 1s]}}}}\n"
        );
        let file = BaselineFile::from_yaml("shop.yaml", &text).unwrap();
        targets::judge(&single("a", Figures::default()), &file, None).unwrap().verdict.status
    };
    assert_eq!([judge(10_000), judge(10_001)], [Status::Pass, Status::Invalid]);
}

#[test]
fn too_few_samples_for_a_percentile_are_inconclusive_where_it_would_pass() {
    let few = single("a", Figures { started: 50, ..Figures::default() });
    assert_eq!(judge(&few, "p95 < 1s").verdict.status, Status::Inconclusive);
    assert_eq!(judge(&few, "{target: p95 < 10ns, hard: true}").verdict.status, Status::Fail);
}

#[test]
fn a_lower_bound_can_miss_a_target_but_not_meet_it() {
    let given_up = single("a", Figures { timed_out: 10_000, ..Figures::default() });
    assert_eq!(judge(&given_up, "p95 < 1s").verdict.status, Status::Inconclusive);
    assert_eq!(judge(&given_up, "{target: p95 < 10ns, hard: true}").verdict.status, Status::Fail);
}

#[test]
fn a_limit_of_another_unit_is_not_compared() {
    let comparison = judge(&single("a", Figures::default()), "memory.peak(process) < 80%");
    assert_eq!(comparison.verdict.status, Status::Invalid);
    insta::assert_snapshot!(line(&comparison, "memory.peak(process)").detail);
}

#[test]
fn an_invalid_run_makes_its_workload_invalid() {
    let mut set = set_of("a", &[Figures::default(), Figures::default()]);
    set.runs[1].run.verdict = Verdict::because(Status::Invalid, "the generator was the limit");
    let comparison = judge(&set, "p95 < 1s");
    assert_eq!(comparison.verdict.status, Status::Invalid);
    assert!(comparison.verdict.reasons.concat().contains("the generator was the limit"));
}

#[test]
fn an_interrupted_run_is_a_caveat() {
    let mut set = single("a", Figures::default());
    set.runs[0].run.verdict = Verdict::because(Status::Interrupted, "by a signal");
    assert_eq!(codes(&judge(&set, "p95 < 1s")), ["interrupted"]);
}

#[test]
fn a_set_without_targets_is_invalid() {
    let comparison = judge(&with_run(set("a"), "search", &Figures::default()), "p95 < 1s");
    assert_eq!(comparison.verdict.status, Status::Invalid);
    assert_eq!(codes(&comparison), ["no_targets"]);
}

#[test]
fn a_workload_without_targets_beside_one_with_them_is_a_caveat() {
    let set = with_run(single("a", Figures::default()), "search", &Figures::default());
    let comparison = judge(&set, "p95 < 1s");
    assert_eq!(comparison.verdict.status, Status::Pass);
    assert_eq!(codes(&comparison), ["no_targets"]);
}

#[test]
fn the_other_side_of_a_pair_is_not_judged() {
    let slow = Figures { throughput: 1.0, ..Figures::default() };
    let mut set = set_of("a", &[slow, Figures::default()]);
    (set.runs[0].side, set.runs[1].side) = (Some(Side::A), Some(Side::B));
    assert_eq!(judge(&set, "{target: throughput >= 100/s, hard: true}").verdict.status, Status::Pass);
}

#[test]
fn duration_is_that_of_the_whole_run() {
    let set = single("a", Figures { duration: Duration::from_secs(30), ..Figures::default() });
    let comparison = judge(&set, "duration < 30s");
    assert_eq!(line(&comparison, "duration").verdict, ComparisonVerdict::Regression);
    assert_eq!(line(&comparison, "duration").current, Some(3e10));
}

#[test]
fn concurrency_is_service_time_by_measured_time() {
    // 1,000,000 operations of 100 µs each in 10 s keep ten of them in service.
    let figures = Figures { latency_ns: 100_000, started: 1_000_000, ..Figures::default() };
    let comparison = judge(&single("a", figures), "concurrency >= 9.9, max < 1s");
    let concurrency = line(&comparison, "concurrency").current.unwrap();
    assert!((concurrency - 10.0).abs() < 0.02, "{concurrency}");
}

#[test]
fn a_component_is_judged_in_every_workload_that_has_it() {
    let file = file_with("components: {search: [{target: p99 <= 500ns, hard: true}]}\n", "p95 < 1s");
    let set = with_run(single("a", Figures::default()), "browse", &Figures::default());
    let comparison = targets::judge(&set, &file, None).unwrap();
    let judged = comparison.metrics.iter().filter(|line| line.scenario.as_deref() == Some("search"));
    let judged: Vec<_> = judged.map(|line| (line.workload.as_str(), line.verdict)).collect();
    let missed = ComparisonVerdict::Regression;
    assert_eq!(judged, [("checkout", missed), ("browse", missed)]);
}

#[test]
fn an_environment_adds_its_targets_and_names_another_machine() {
    let environments = "environments:\n  dev: {label: dev, hardware: {cores: 16, memory: 8GB}, \
                        targets: [{target: throughput >= 200/s, hard: true}]}\n";
    let file = file_with(environments, "p95 < 1s");
    let set = single("a", Figures::default());
    assert_eq!(targets::judge(&set, &file, None).unwrap().verdict.status, Status::Pass);

    let comparison = targets::judge(&set, &file, Some("dev")).unwrap();
    assert_eq!(comparison.verdict.status, Status::Fail);
    assert_eq!(codes(&comparison), ["other_circumstances"]);
    let effects: Vec<_> = comparison.comparability.iter().map(|it| (it.field.as_str(), it.effect)).collect();
    assert_eq!(effects, [("label", Effect::Same), ("cores", Effect::Caveat), ("memory_bytes", Effect::Same)]);
}

#[test]
fn an_environment_that_the_file_lacks_is_an_error_unless_it_has_none() {
    let set = single("a", Figures::default());
    assert!(targets::judge(&set, &file_with("", "p95 < 1s"), Some("dev")).is_ok());
    let file = file_with("environments: {prod: {label: production, hardware: {cores: 4}}}\n", "p95 < 1s");
    assert!(targets::judge(&set, &file, Some("dev")).is_err());
}

#[test]
fn each_outcome_has_its_sentence() {
    let set = single("a", Figures { started: 300, throughput: 80.0, ..Figures::default() });
    let targets = "p50 < 1s, {target: throughput >= 100/s, critical: 50/s}, {target: p95 < 500ns, hard: true}, \
                   p99 < 1s, cpu.mean(host) < 80%";
    let comparison = judge(&set, targets);
    let details: Vec<_> = comparison.metrics.iter().map(|line| line.detail.as_str()).collect();
    insta::assert_snapshot!(format!("{}\n--\n{}", details.join("\n"), comparison.verdict.reasons.join("\n")));
}
