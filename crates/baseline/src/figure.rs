//! One figure of one run, or the reason why there is none.
//!
//! The only place of this crate that takes numbers out of a run.

use plimsoll_metrics::{ObserveError, Observed};
use plimsoll_model::{Condition, Metric, MetricRef, Run, Status, Unit};

/// Why a figure is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It was not measured: an optional target may be left out.
    Absent(String),
    /// It was measured, but cannot be used.
    Unusable(String),
}

impl Missing {
    /// One sentence for people.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Missing::Absent(reason) | Missing::Unusable(reason) => reason,
        }
    }
}

/// The figure that a metric names.
pub(crate) fn observe(run: &Run, metric: &MetricRef) -> Result<Observed, Missing> {
    let observed = plimsoll_metrics::observe(run, metric).map_err(|error| missing(&error))?;
    observed.ok_or_else(|| Missing::Absent(format!("{metric} was not measured")))
}

/// The figure of a condition, and how it stands to it by the rules of [`plimsoll_metrics::evaluate`].
pub(crate) fn evaluate(run: &Run, condition: &Condition) -> Result<(Observed, Status), Missing> {
    check_unit(run, condition)?;
    let observed = observe(run, &condition.metric)?;
    let threshold = plimsoll_metrics::evaluate(condition, run).map_err(|error| missing(&error))?;
    Ok((observed, threshold.status))
}

/// The base unit of a metric, which for a resource only its series knows.
pub(crate) fn unit(run: &Run, metric: &MetricRef) -> Option<Unit> {
    let Metric::Resource { name, .. } = &metric.metric else { return metric.metric.unit() };
    let scope = metric.scope.as_deref()?;
    run.resources
        .iter()
        .find(|series| series.metric == *name && series.target == scope)
        .map(|series| series.unit)
}

/// 80 % of what is stored in bytes has no meaning, and as a bare number it would be missed by far.
fn check_unit(run: &Run, condition: &Condition) -> Result<(), Missing> {
    let Condition { metric, limit, .. } = condition;
    match unit(run, metric) {
        Some(unit) if unit != limit.unit => Err(Missing::Unusable(format!(
            "{metric} was measured in {}, and {limit} is a limit in {}",
            unit_word(unit),
            unit_word(limit.unit)
        ))),
        _ => Ok(()),
    }
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Nanoseconds => "time",
        Unit::Bytes => "bytes",
        Unit::BytesPerSecond => "bytes per second",
        Unit::Ratio => "shares",
        Unit::PerSecond => "events per second",
        Unit::Count => "numbers",
        _ => "another unit",
    }
}

fn missing(error: &ObserveError) -> Missing {
    match error {
        ObserveError::UnknownScope { .. } => Missing::Absent(error.to_string()),
        _ => Missing::Unusable(error.to_string()),
    }
}
