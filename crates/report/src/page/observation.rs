//! What was promised of a figure, and what was observed.

use plimsoll_model::{ComparisonVerdict, MetricComparison, Procedure, Set, Status, Threshold};

use super::Mark;
use super::runs::label;
use crate::{format, text};

/// A target, and how it came out.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// The run or workload that it is about.
    pub(crate) run: String,
    /// The scenario or step that it is about alone; `None` for the whole run.
    pub(crate) scope: Option<String>,
    pub(crate) mark: Mark,
    pub(crate) status: Status,
    /// The figure: `p99(write)`.
    pub(crate) metric: String,
    /// What was observed, or that nothing was.
    pub(crate) value: String,
    /// What was promised: `< 25ms`.
    pub(crate) limit: String,
}

/// Stands where nothing was observed.
const NOTHING: &str = "– (nothing measured)";

impl Observation {
    /// The conditions of all runs, then the written targets.
    pub(crate) fn all(set: &Set) -> Vec<Observation> {
        let of_runs = set.runs.iter().flat_map(|place| {
            let run = label(set, place);
            place.run.thresholds.iter().map(move |threshold| Observation::of_threshold(&run, threshold))
        });
        let targets = set
            .comparisons
            .iter()
            .filter(|comparison| comparison.procedure == Procedure::Targets)
            .flat_map(|comparison| comparison.metrics.iter().map(Observation::of_target));
        of_runs.chain(targets).collect()
    }

    /// A condition of a run.
    pub(crate) fn of_threshold(run: &str, threshold: &Threshold) -> Observation {
        let status = match (threshold.passed, threshold.status) {
            (true, _) => Status::Pass,
            (false, Status::Pass) => Status::Fail,
            (false, status) => status,
        };
        let condition = &threshold.condition;
        let text = condition.to_string();
        let metric = condition.metric.to_string();
        let limit = text.strip_prefix(&metric).unwrap_or(&text).trim();
        let observed = threshold.observed.filter(|observed| observed.is_finite());
        let form = |observed| format::apart(observed, condition.limit.value, condition.limit.unit);
        let value = observed.map_or_else(|| NOTHING.to_owned(), form);
        Observation {
            run: run.to_owned(),
            scope: condition.metric.scope.clone(),
            mark: Mark::from(status),
            status,
            metric: text::name(&metric),
            value,
            limit: text::name(limit),
        }
    }

    /// A written target.
    pub(crate) fn of_target(metric: &MetricComparison) -> Observation {
        let value = match (metric.current, metric.baseline) {
            (Some(current), Some(limit)) => format::apart(current, limit, metric.unit),
            (Some(current), None) => format::value(current, metric.unit),
            (None, _) => NOTHING.to_owned(),
        };
        Observation {
            run: text::name(&metric.workload),
            scope: metric.scenario.clone(),
            mark: Mark::from(metric.verdict),
            status: status(metric.verdict),
            metric: super::comparison::metric_name(metric),
            value,
            limit: format::or_empty(metric.baseline, |limit| format::value(limit, metric.unit)),
        }
    }
}

fn status(verdict: ComparisonVerdict) -> Status {
    match verdict {
        ComparisonVerdict::Pass | ComparisonVerdict::Improvement => Status::Pass,
        ComparisonVerdict::Regression => Status::Fail,
        ComparisonVerdict::Inconclusive => Status::Inconclusive,
        ComparisonVerdict::Invalid => Status::Invalid,
    }
}
