//! Each rule fires where its figures say so, and is silent just below.

use std::collections::BTreeMap;

use plimsoll_model::{
    Analysis, ComparisonVerdict, Counts, DropCause, Priority, Run, Scaling, ScenarioResult, Set, Severity,
    TargetKind, Unit,
};
use plimsoll_report::analyze;

use crate::support;

/// A set with one run in which no rule finds anything.
fn calm() -> Set {
    let mut set = support::checkout();
    set.comparisons.clear();
    let run = &mut set.runs[0].run;
    run.resources.clear();
    run.scenarios.truncate(1);
    set
}

fn with_run(change: impl FnOnce(&mut Run)) -> Analysis {
    let mut set = calm();
    change(&mut set.runs[0].run);
    analyze(&set)
}

fn with_scenario(change: impl FnOnce(&mut ScenarioResult)) -> Analysis {
    with_run(|run| change(&mut run.scenarios[0]))
}

fn rules(analysis: &Analysis) -> Vec<&str> {
    analysis.recommendations.iter().map(|advice| advice.rule.as_str()).collect()
}

#[test]
fn a_calm_run_gets_no_advice() {
    let analysis = analyze(&calm());
    assert_eq!((analysis.findings.len(), analysis.recommendations.len()), (0, 0));
}

#[test]
fn cpu_saturation_needs_more_than_80_percent_of_the_machine() {
    let with_cpu = |mean| with_run(|run| run.resources = vec![cpu("host", TargetKind::Host, mean)]);
    assert_eq!(rules(&with_cpu(0.81)), ["cpu_saturation"]);
    assert!(rules(&with_cpu(0.80)).is_empty());
}

#[test]
fn cpu_of_a_process_is_judged_by_the_cores_it_may_use() {
    let with_cpu = |mean| with_run(|run| run.resources = vec![cpu("process", TargetKind::Process, mean)]);
    assert_eq!(rules(&with_cpu(6.5)), ["cpu_saturation"]);
    assert!(rules(&with_cpu(6.3)).is_empty());
}

#[test]
fn a_machine_that_waits_for_its_disk_is_not_called_short_of_cpu() {
    let with_wait = |wait| {
        with_run(|run| {
            let mut iowait = cpu("host", TargetKind::Host, wait);
            iowait.metric = "iowait".to_owned();
            run.resources = vec![cpu("host", TargetKind::Host, 0.85), iowait];
        })
    };
    assert_eq!(rules(&with_wait(0.09)), ["cpu_saturation"]);
    assert!(rules(&with_wait(0.11)).is_empty());
}

#[test]
fn memory_needs_more_than_90_percent_of_the_limit() {
    let with_memory =
        |peak| with_run(|run| run.resources = vec![bytes("memory", peak), bytes("memory_limit", 1e9)]);
    assert_eq!(rules(&with_memory(0.91e9)), ["memory_nearly_full"]);
    assert!(rules(&with_memory(0.90e9)).is_empty());
}

#[test]
fn errors_need_more_than_one_percent() {
    let with_failed = |failed: u64| {
        let counts =
            Counts { planned: 1_000, started: 1_000, failed, ok: 1_000 - failed, ..Counts::default() };
        with_scenario(|scenario| scenario.counts = counts)
    };
    assert_eq!(rules(&with_failed(11)), ["error_rate"]);
    assert!(rules(&with_failed(10)).is_empty());
}

#[test]
fn a_queue_needs_more_than_a_quarter_of_the_response_time() {
    let with_queue = |share: f64| {
        with_scenario(|scenario| {
            scenario.latency.response.mean_ns = Some(1e6);
            scenario.latency.queue.mean_ns = Some(1e6 * share);
        })
    };
    assert_eq!(rules(&with_queue(0.26)), ["queue_build_up"]);
    assert!(rules(&with_queue(0.25)).is_empty());
}

#[test]
fn drops_need_one_arrival_that_was_due() {
    let dropped = BTreeMap::from([(DropCause::InFlightCap, 1)]);
    let with_counts = |counts| with_scenario(|scenario| scenario.counts = counts);
    let one = Counts { planned: 100, started: 99, ok: 99, dropped, ..Counts::default() };
    let none_due = Counts { planned: 100, started: 99, ok: 99, not_started: 1, ..Counts::default() };
    assert_eq!(rules(&with_counts(one)), ["drops"]);
    assert!(rules(&with_counts(none_due)).is_empty());
}

#[test]
fn a_late_generator_is_later_than_a_millisecond_and_a_tenth_of_the_median() {
    let with_lag = |lag: u64, median: u64| {
        with_run(|run| {
            run.generator.schedule_lag = support::latency(&[(lag, 100)]);
            run.scenarios[0].latency.response = support::latency(&[(median, 100)]);
        })
    };
    let millisecond = 1_000_000;
    assert_eq!(rules(&with_lag(2 * millisecond, 10 * millisecond)), ["generator_saturated"]);
    assert!(rules(&with_lag(2 * millisecond, 30 * millisecond)).is_empty());
    assert!(rules(&with_lag(millisecond * 9 / 10, millisecond)).is_empty());
}

#[test]
fn a_busy_generator_uses_more_than_80_percent_of_its_threads() {
    let with_cpu = |cpu| with_run(|run| run.generator.cpu_ratio = Some(cpu));
    assert_eq!(rules(&with_cpu(0.81)), ["generator_saturated"]);
    assert!(rules(&with_cpu(0.80)).is_empty());
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
fn what_other_estimators_found_is_kept() {
    let mut set = calm();
    let scaling = Scaling {
        dimension: "workers".to_owned(),
        points: vec![(1.0, 1.0), (2.0, 1.9)],
        law: None,
        knee: None,
        advice: "add workers".to_owned(),
    };
    set.analysis = Some(Analysis { scaling: Some(scaling.clone()), ..Analysis::default() });
    assert_eq!(analyze(&set).scaling, Some(scaling));
}

fn cpu(target: &str, kind: TargetKind, mean: f64) -> plimsoll_model::ResourceSeries {
    support::series(target, kind, "cpu", Unit::Ratio, mean, mean)
}

fn bytes(metric: &str, peak: f64) -> plimsoll_model::ResourceSeries {
    support::series("container:db", TargetKind::Container, metric, Unit::Bytes, peak, peak)
}
