//! A metric became worse than its baseline or target allows.

use plimsoll_model::{Alarm, Comparison, ComparisonVerdict, MetricComparison, Procedure, Severity};

use crate::analysis::insight::Insight;
use crate::format;

pub(super) fn find(comparison: &Comparison, metric: &MetricComparison) -> Option<Insight> {
    if metric.verdict != ComparisonVerdict::Regression {
        return None;
    }
    let current = metric.current?;
    let name = match &metric.scenario {
        Some(scenario) => format!("{}({scenario})", metric.metric),
        None => metric.metric.clone(),
    };
    Some(Insight {
        rule: "regression",
        severity: severity(metric),
        message: format!("{name} of {} {}", metric.workload, came_out(comparison, metric, current)),
        subject: format!("{} {name}", metric.workload),
        advice: advice(&metric.metric).to_owned(),
        evidence: evidence(comparison, metric, current),
    })
}

fn came_out(comparison: &Comparison, metric: &MetricComparison, current: f64) -> String {
    let current_text = format::value(current, metric.unit);
    match (metric.baseline, metric.ratio) {
        (Some(limit), _) if comparison.procedure == Procedure::Targets => {
            let observed = format::apart(current, limit, metric.unit);
            format!("is {observed} and misses its target {}", format::value(limit, metric.unit))
        }
        (Some(baseline), Some(ratio)) => {
            let baseline = format::value(baseline, metric.unit);
            format!("went from {baseline} to {current_text} ({})", format::change(ratio))
        }
        _ => format!("is {current_text}"),
    }
}

fn evidence(comparison: &Comparison, metric: &MetricComparison, current: f64) -> Vec<String> {
    let mut evidence = vec![format!("current {}", format::value(current, metric.unit))];
    let against = if comparison.procedure == Procedure::Targets { "target" } else { "baseline" };
    evidence.extend(metric.baseline.map(|value| format!("{against} {}", format::value(value, metric.unit))));
    evidence.extend(metric.lower.zip(metric.upper).map(|(lower, upper)| {
        format!("change between {} and {}", format::change(lower), format::change(upper))
    }));
    evidence.extend(metric.p_adjusted.map(|p| format!("adjusted p = {}", format::number(p))));
    evidence
}

fn severity(metric: &MetricComparison) -> Severity {
    match (metric.severity, metric.gating) {
        (Some(Alarm::Critical), true) => Severity::Critical,
        (Some(Alarm::Critical), false) | (None, true) => Severity::High,
        (Some(Alarm::Warning), _) | (None, false) => Severity::Medium,
    }
}

/// Where to look first, by what the metric is about.
fn advice(metric: &str) -> &'static str {
    match metric.split('.').next().unwrap_or(metric) {
        "throughput" | "peak_throughput" | "items_rate" => {
            "compare CPU and queue time of both sides to see whether work became dearer or waits longer"
        }
        "error_rate" | "success_rate" | "failed" | "timed_out" => {
            "compare the kinds of errors of both sides before looking at latency"
        }
        "dropped" | "queue" => "compare service times: a queue grows when serving got slower or fewer serve",
        "cpu" => "compare CPU profiles of both revisions under the same load",
        "memory" => {
            "compare allocations of both revisions under the same load, and the trend over a longer run"
        }
        "schedule_lag" => "it is the generator that became slower; repeat on a quiet machine",
        _ => "compare profiles of both revisions under the same load, service time first",
    }
}
