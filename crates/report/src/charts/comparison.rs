//! Changes against a baseline, each with its interval.

use plimsoll_model::{Comparison, ComparisonVerdict, MetricComparison, Procedure, Set};

use crate::chart::{Chart, Interval, Intervals, Plot, Topic};
use crate::text;

pub(super) fn charts(set: &Set) -> Vec<Chart> {
    let compared = set.comparisons.iter().filter(|comparison| comparison.procedure != Procedure::Targets);
    compared.filter_map(chart).collect()
}

fn chart(comparison: &Comparison) -> Option<Chart> {
    let rows: Vec<Interval> = comparison.metrics.iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let against = comparison
        .baseline
        .as_ref()
        .map_or_else(String::new, |side| format!(" against {}", text::name(&side.name)));
    let all = comparison.metrics.len();
    let more = if rows.len() < all { " Metrics without a ratio are in the table." } else { "" };
    Some(Chart {
        name: "comparison/changes".to_owned(),
        topic: Topic::Comparison,
        title: format!("Changes{against}"),
        finding: format!(
            "Current over baseline, with the interval that surely holds it where one is known.{more}"
        ),
        plot: Plot::Intervals(Intervals::changes(rows)),
    })
}

fn row(metric: &MetricComparison) -> Option<Interval> {
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    let scenario = metric.scenario.as_ref().map(|scenario| format!("({scenario})")).unwrap_or_default();
    let verdict = match metric.verdict {
        ComparisonVerdict::Pass => "✓ within",
        ComparisonVerdict::Regression => "✗ worse",
        ComparisonVerdict::Improvement => "▲ better",
        ComparisonVerdict::Inconclusive => "? unsure",
        ComparisonVerdict::Invalid => "! invalid",
    };
    Some(Interval {
        label: text::name(&format!("{}{scenario}", metric.metric)),
        value: finite(metric.ratio)?,
        lower: finite(metric.lower),
        upper: finite(metric.upper),
        verdict: verdict.to_owned(),
        is_bad: metric.verdict == ComparisonVerdict::Regression,
    })
}
