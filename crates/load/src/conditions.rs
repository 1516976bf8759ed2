//! Conditions that a run could never judge, found before it starts.

use plimsoll_metrics::Rules;
use plimsoll_model::{Condition, CustomMetricKind, LatencyKind, Metric, Plan, PlanError};

use crate::Operation;

/// Checks that all conditions of a plan are about something that it measures.
///
/// # Errors
/// The first condition about an operation, step or target that the plan does not have, or about a metric that is
/// not known while the run goes on.
pub(crate) fn check(plan: &Plan, operations: &[Operation]) -> Result<(), PlanError> {
    for condition in &plan.thresholds {
        check_scope("threshold", condition, plan, operations)?;
        check_own("threshold", condition, operations)?;
        check_limit("threshold", condition)?;
        if condition.window.is_some() {
            check_metric("threshold", condition)?;
            check_is_of_operation("threshold", condition, operations)?;
        }
    }
    for condition in &plan.abort_rules {
        check_scope("abort rule", condition, plan, operations)?;
        check_metric("abort rule", condition)?;
        check_is_of_operation("abort rule", condition, operations)?;
        check_limit("abort rule", condition)?;
    }
    Ok(())
}

fn check_scope(
    what: &str,
    condition: &Condition,
    plan: &Plan,
    operations: &[Operation],
) -> Result<(), PlanError> {
    let Some(scope) = condition.metric.scope.as_deref() else { return Ok(()) };
    let (kind, known): (_, Vec<&str>) = match &condition.metric.metric {
        Metric::Resource { .. } => {
            ("targets that are sampled", plan.samples.iter().map(String::as_str).collect())
        }
        metric if can_be_of_step(metric) => {
            ("operations, or of the steps that they name", operations.iter().flat_map(names).collect())
        }
        _ => ("operations", operations.iter().map(Operation::name).collect()),
    };
    if known.contains(&scope) {
        return Ok(());
    }
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let field = format!("{what} {:?}", condition.to_string());
    Err(PlanError::new(field, format!("about {scope:?}"), format!("one of the {kind}: {known}")))
}

/// Whether a metric is known of the steps of an operation.
fn can_be_of_step(metric: &Metric) -> bool {
    match metric {
        Metric::Latency { kind, .. } => *kind != LatencyKind::ScheduleLag,
        metric => *metric == Metric::Throughput,
    }
}

fn names(operation: &Operation) -> impl Iterator<Item = &str> {
    std::iter::once(operation.name()).chain(operation.step_names().iter().map(String::as_str))
}

/// Checks and metrics of the operations' own must be ones that they say they report.
fn check_own(what: &str, condition: &Condition, operations: &[Operation]) -> Result<(), PlanError> {
    let is_meant = |operation: &&Operation| {
        condition.metric.scope.as_ref().is_none_or(|scope| scope == operation.name())
    };
    let operations = || operations.iter().filter(is_meant);
    let of_kind = |kind| operations().flat_map(move |operation| operation.metric_names(kind)).collect();
    let checks = || operations().flat_map(Operation::check_names).map(String::as_str).collect();
    let (noun, name, known): (_, _, Vec<&str>) = match &condition.metric.metric {
        Metric::Checks => ("check", None, checks()),
        Metric::Check { name } => ("check", Some(name), checks()),
        Metric::Counter { name } => ("counter", Some(name), of_kind(CustomMetricKind::Counter)),
        Metric::Gauge { name } => ("gauge", Some(name), of_kind(CustomMetricKind::Gauge)),
        Metric::Rate { name } => ("rate", Some(name), of_kind(CustomMetricKind::Rate)),
        Metric::Trend { name, .. } => ("trend", Some(name), of_kind(CustomMetricKind::Trend)),
        _ => return Ok(()),
    };
    if name.map_or(!known.is_empty(), |name| known.contains(&name.as_str())) {
        return Ok(());
    }
    let found = name.map_or_else(|| format!("about {noun}s"), |name| format!("about the {noun} {name:?}"));
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let field = format!("{what} {:?}", condition.to_string());
    Err(PlanError::new(field, found, format!("one of the {noun}s that its operations name: {known}")))
}

/// No value is on either side of what is no number.
fn check_limit(what: &str, condition: &Condition) -> Result<(), PlanError> {
    if condition.limit.value.is_finite() {
        return Ok(());
    }
    let field = format!("limit of {what} {:?}", condition.metric.to_string());
    Err(PlanError::new(field, condition.limit.value, "a finite number"))
}

fn check_metric(what: &str, condition: &Condition) -> Result<(), PlanError> {
    if Rules::can_follow(&condition.metric.metric) {
        return Ok(());
    }
    let field = format!("{what} {:?}", condition.to_string());
    let found = format!("about {}, which is known only of the whole run", condition.metric.metric);
    Err(PlanError::new(field, found, "a response time, error_rate, success_rate or throughput"))
}

/// Steps are known of the whole run only.
fn check_is_of_operation(
    what: &str,
    condition: &Condition,
    operations: &[Operation],
) -> Result<(), PlanError> {
    let Some(scope) = condition.metric.scope.as_deref() else { return Ok(()) };
    if operations.iter().any(|operation| operation.name() == scope) {
        return Ok(());
    }
    let field = format!("{what} {:?}", condition.to_string());
    Err(PlanError::new(field, format!("about the step {scope:?}"), "a whole operation, or all of them"))
}
