//! Every target and every compared metric as a check that passed or did not.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Comparison, ComparisonVerdict, MetricComparison, Procedure, Set, Status};

use super::{Block, Cell, Column, Mark, Note, Observation, Section, Table, Tone};
use crate::{format, text};

const COLUMNS: [Column; 5] = [
    Column::words("run", 3),
    Column::name(""),
    Column::name("check"),
    Column::figure("observed", Column::ALWAYS),
    Column::figure("limit", 5),
];

/// How many checks passed, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) passed: u64,
    pub(crate) total: u64,
}

impl Score {
    pub(crate) fn of(set: &Set) -> Score {
        let targets = Observation::all(set).into_iter().map(|target| target.status == Status::Pass);
        let compared = compared(set).map(|(_, metric)| has_passed(metric));
        let all: Vec<bool> = targets.chain(compared).collect();
        Score { passed: all.iter().filter(|passed| **passed).count() as u64, total: all.len() as u64 }
    }

    /// The share that passed; `None` without checks.
    pub(crate) fn rate(self) -> Option<f64> {
        (self.total > 0).then(|| to_f64(self.passed) / to_f64(self.total))
    }
}

pub(super) fn section(set: &Set) -> Option<Section> {
    let targets = Observation::all(set).into_iter().map(|target| {
        let Observation { run, mark, metric, value, limit, .. } = target;
        vec![run.into(), mark.into(), metric.into(), Cell::toned(value, mark.tone), limit.into()]
    });
    let rows = targets.chain(compared(set).map(|(comparison, metric)| row(comparison, metric)));
    let table = Table::whole(&COLUMNS, rows.collect());
    let score = Score::of(set);
    let rate = score.rate().map(|rate| {
        format!(
            "{} of {} checks passed: {}",
            format::count(score.passed),
            format::count(score.total),
            format::share(rate)
        )
    });
    let note = rate.unwrap_or_else(|| "No targets were given and nothing was compared.".to_owned());
    Section::new("Checks", [Block::Table(table), Block::Notes(vec![Note::plain(note)])])
}

fn compared(set: &Set) -> impl Iterator<Item = (&Comparison, &MetricComparison)> {
    let comparisons = set.comparisons.iter().filter(|comparison| comparison.procedure != Procedure::Targets);
    comparisons.flat_map(|comparison| comparison.metrics.iter().map(move |metric| (comparison, metric)))
}

fn has_passed(metric: &MetricComparison) -> bool {
    matches!(metric.verdict, ComparisonVerdict::Pass | ComparisonVerdict::Improvement)
}

fn row(comparison: &Comparison, metric: &MetricComparison) -> Vec<Cell> {
    let mark = Mark::from(metric.verdict);
    let change = Cell::figure(metric.ratio, format::change);
    let against = comparison.baseline.as_ref().map_or("baseline", |side| side.name.as_str());
    vec![
        text::name(&metric.workload).into(),
        mark.into(),
        format!("{} against {}", super::comparison::metric_name(metric), text::name(against)).into(),
        Cell { tone: if has_passed(metric) { Tone::Plain } else { mark.tone }, ..change },
        Cell::toned(text::name(&metric.detail), Tone::Faint),
    ]
}
