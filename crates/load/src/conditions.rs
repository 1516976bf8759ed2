//! Conditions that a run could never judge, found before it starts.

use plimsoll_metrics::Rules;
use plimsoll_model::{Condition, LatencyKind, Metric, Plan, PlanError};

use crate::Operation;

/// Checks that all conditions of a plan are about something that it measures.
///
/// # Errors
/// The first condition about an operation, step or target that the plan does not have, or about a metric that is
/// not known while the run goes on.
pub(crate) fn check(plan: &Plan, operations: &[Operation]) -> Result<(), PlanError> {
    for condition in &plan.thresholds {
        check_scope("threshold", condition, plan, operations)?;
        if condition.window.is_some() {
            check_metric("threshold", condition)?;
        }
    }
    for condition in &plan.abort_rules {
        check_scope("abort rule", condition, plan, operations)?;
        check_metric("abort rule", condition)?;
        check_is_of_operation(condition, operations)?;
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
        Metric::Latency { kind, .. } if *kind != LatencyKind::ScheduleLag => {
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

fn names(operation: &Operation) -> impl Iterator<Item = &str> {
    std::iter::once(operation.name()).chain(operation.step_names().iter().map(String::as_str))
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
fn check_is_of_operation(condition: &Condition, operations: &[Operation]) -> Result<(), PlanError> {
    let Some(scope) = condition.metric.scope.as_deref() else { return Ok(()) };
    if operations.iter().any(|operation| operation.name() == scope) {
        return Ok(());
    }
    let field = format!("abort rule {:?}", condition.to_string());
    Err(PlanError::new(field, format!("about the step {scope:?}"), "a whole operation, or all of them"))
}
