//! Targets met and missed, in a line each.

use plimsoll_model::{Comparison, Rating, Set};

use super::{Block, Cell, Column, Note, Observation, Section, Table};
use crate::text;

const COLUMNS: [Column; 5] = [
    Column::words("run", 3),
    Column::name(""),
    Column::name("target"),
    Column::figure("observed", Column::ALWAYS),
    Column::figure("limit", 5),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let table = Table::by_run(set, &COLUMNS, Observation::all(set).into_iter().map(row));
    let mut notes = standings(set);
    if table.rows.is_empty() && notes.is_empty() {
        notes.push(Note::plain(
            "No targets were given and nothing was compared: the figures stand for themselves.",
        ));
    }
    Section::new("Summary", [Block::Table(table), Block::Notes(notes)])
}

fn row(observation: Observation) -> Vec<Cell> {
    let Observation { run, mark, metric, value, limit, .. } = observation;
    vec![run.into(), mark.into(), metric.into(), Cell::toned(value, mark.tone), limit.into()]
}

/// How each comparison came out.
pub(super) fn standings(set: &Set) -> Vec<Note> {
    set.comparisons.iter().map(standing).collect()
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
