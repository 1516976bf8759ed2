//! One line of a comparison, and the verdict that follows from all of them.

use plimsoll_metrics::num::ratio;
use plimsoll_metrics::stats::Estimate;
use plimsoll_model::{
    Alarm, Better, ComparisonVerdict, Metric, MetricComparison, MetricRef, Status, Unit, Verdict,
};

/// A line, and whether what it says fails the comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) comparison: MetricComparison,
    pub(crate) fails: bool,
}

/// What a line concludes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conclusion {
    pub(crate) baseline: Option<f64>,
    pub(crate) current: Option<f64>,
    pub(crate) verdict: Option<ComparisonVerdict>,
    pub(crate) severity: Option<Alarm>,
    pub(crate) gating: bool,
    pub(crate) fails: bool,
    pub(crate) tested: Tested,
    pub(crate) detail: String,
}

/// What several runs a side add to a line; nothing where there was no test.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Tested {
    /// current / baseline with its interval.
    pub(crate) ratio: Option<Estimate>,
    /// One-sided p-value.
    pub(crate) p: Option<f64>,
    /// The same, adjusted for all metrics that decide.
    pub(crate) p_adjusted: Option<f64>,
    /// Smallest relative change that would be found nine times in ten.
    pub(crate) mde: Option<f64>,
}

impl Row {
    /// A line about a metric of a workload. Without a verdict in the conclusion it is invalid.
    pub(crate) fn new(workload: &str, metric: &MetricRef, unit: Unit, better: Better, of: Conclusion) -> Row {
        let (scenario, metric) = split_scope(metric);
        let estimate = of.tested.ratio;
        let plain_ratio = || {
            let (current, baseline) = of.current.zip(of.baseline)?;
            ratio(current, baseline)
        };
        let comparison = MetricComparison {
            workload: workload.to_owned(),
            scenario,
            metric,
            unit,
            better,
            verdict: of.verdict.unwrap_or(ComparisonVerdict::Invalid),
            severity: of.severity,
            baseline: of.baseline,
            current: of.current,
            ratio: estimate.map_or_else(plain_ratio, |estimate| Some(estimate.value)),
            lower: estimate.map(|estimate| estimate.lower),
            upper: estimate.map(|estimate| estimate.upper),
            confidence: estimate.map(|estimate| estimate.confidence),
            p: of.tested.p,
            p_adjusted: of.tested.p_adjusted,
            mde: of.tested.mde,
            gating: of.gating,
            detail: of.detail,
        };
        Row { comparison, fails: of.fails }
    }

    /// What the line adds to the verdict; `None` when it has nothing to say.
    fn remark(&self) -> Option<Verdict> {
        let row = &self.comparison;
        let status = match row.verdict {
            _ if self.fails => Status::Fail,
            ComparisonVerdict::Invalid if row.gating => Status::Invalid,
            ComparisonVerdict::Inconclusive if row.gating => Status::Inconclusive,
            ComparisonVerdict::Regression => Status::Pass,
            _ => return None,
        };
        Some(Verdict::because(status, format!("{}: {}", row.workload, row.detail)))
    }
}

/// A scenario has a column of its own; a resource target belongs to the name of the metric.
fn split_scope(metric: &MetricRef) -> (Option<String>, String) {
    match metric.metric {
        Metric::Resource { .. } => (None, metric.to_string()),
        _ => (metric.scope.clone(), metric.metric.to_string()),
    }
}

/// The verdict of all lines together: invalid when there is nothing in them, or a deciding one is invalid.
pub(crate) fn conclude(rows: &[Row]) -> Verdict {
    let is_empty = rows.iter().all(|row| row.comparison.verdict == ComparisonVerdict::Invalid);
    let nothing = is_empty.then(|| Verdict::because(Status::Invalid, "nothing could be compared"));
    let mut remarks: Vec<Verdict> = nothing.into_iter().chain(rows.iter().filter_map(Row::remark)).collect();
    // Gravest first; a stable sort keeps the order of the lines within one status.
    remarks.sort_by_key(|remark| match remark.status {
        Status::Interrupted | Status::Invalid => 0,
        Status::Fail => 1,
        Status::Inconclusive => 2,
        Status::Pass => 3,
    });
    let mut verdict = remarks.into_iter().fold(Verdict::pass(), Verdict::and);
    verdict.reasons.dedup();
    verdict
}
