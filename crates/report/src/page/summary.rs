//! Targets met and missed, in a line each.

use plimsoll_model::{Comparison, MetricComparison, Procedure, Rating, Set, Status, Threshold};

use super::runs::runs;
use super::{Block, Cell, Column, Mark, Note, Section, Table};
use crate::{format, text};

const COLUMNS: [Column; 5] = [
    Column::words("run", 3),
    Column::name(""),
    Column::name("target"),
    Column::figure("observed", Column::ALWAYS),
    Column::figure("limit", 5),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let thresholds = runs(set).flat_map(|(label, run)| {
        run.thresholds.iter().map(move |threshold| threshold_row(label.clone(), threshold))
    });
    let targets = set
        .comparisons
        .iter()
        .filter(|comparison| comparison.procedure == Procedure::Targets)
        .flat_map(|comparison| comparison.metrics.iter().map(target_row));
    let table = Table::by_run(set, &COLUMNS, thresholds.chain(targets));
    let mut notes: Vec<Note> = set.comparisons.iter().map(standing).collect();
    if table.rows.is_empty() && notes.is_empty() {
        notes.push(Note::plain(
            "No targets were given and nothing was compared: the figures stand for themselves.",
        ));
    }
    Section::new("Summary", [Block::Table(table), Block::Notes(notes)])
}

fn threshold_row(label: Cell, threshold: &Threshold) -> Vec<Cell> {
    let status = match (threshold.passed, threshold.status) {
        (true, _) => Status::Pass,
        (false, Status::Pass) => Status::Fail,
        (false, status) => status,
    };
    let condition = &threshold.condition;
    let text = condition.to_string();
    let metric = condition.metric.to_string();
    let limit = text.strip_prefix(&metric).unwrap_or(&text).trim().to_owned();
    let observed = threshold.observed.filter(|observed| observed.is_finite());
    let mark = Mark::from(status);
    let observed = match observed {
        Some(observed) => {
            Cell::toned(format::apart(observed, condition.limit.value, condition.limit.unit), mark.tone)
        }
        None => Cell::from("– (nothing measured)"),
    };
    vec![label, mark.into(), text::name(&metric).into(), observed, text::name(&limit).into()]
}

fn target_row(metric: &MetricComparison) -> Vec<Cell> {
    let mark = Mark::from(metric.verdict);
    let observed = match (metric.current, metric.baseline) {
        (Some(current), Some(limit)) => Cell::toned(format::apart(current, limit, metric.unit), mark.tone),
        (Some(current), None) => Cell::toned(format::value(current, metric.unit), mark.tone),
        (None, _) => Cell::from("– (nothing measured)"),
    };
    let name = super::comparison::metric_name(metric);
    let limit = Cell::figure(metric.baseline, |limit| format::value(limit, metric.unit));
    vec![text::name(&metric.workload).into(), mark.into(), name.into(), observed, limit]
}

/// How a comparison came out, in one line.
fn standing(comparison: &Comparison) -> Note {
    let against = match &comparison.baseline {
        Some(baseline) => format!("against {}", text::name(&baseline.name)),
        None => "against targets".to_owned(),
    };
    let rating = match comparison.rating {
        Some(Rating::Excellent) => ", rated excellent",
        Some(Rating::Good) => ", rated good",
        Some(Rating::Fair) => ", rated fair",
        Some(Rating::Poor) => ", rated poor",
        None => "",
    };
    let reason = comparison.verdict.reasons.first().map(|reason| format!(": {}", text::sentence(reason)));
    Note::marked(comparison.verdict.status.into(), format!("{against}{rating}{}", reason.unwrap_or_default()))
}
