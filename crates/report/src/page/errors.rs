//! How operations ended, and what went wrong.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Counts, DropCause, ErrorCount, Set};

use super::runs::{Placed, scenarios};
use super::{Block, Cell, Column, Note, Pointer, Section, Table, Tone};
use crate::{format, text};

const TOTALS: [Column; 10] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::figure("started", 7),
    Column::figure("successful", 6),
    Column::figure("failed", Column::ALWAYS),
    Column::figure("errors", 8),
    Column::figure("timed out", 4),
    Column::figure("panicked", 3),
    Column::figure("given up", 2),
    Column::figure("dropped", 5),
];

const KINDS: [Column; 8] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::name("error"),
    Column::figure("count", 6),
    Column::figure("share", Column::ALWAYS),
    Column::figure("first", 3),
    Column::figure("last", 2),
    Column::words("for example", 4),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let totals = scenarios(set).map(|of| totals_row(of.labels, &of.scenario.counts, &of.at.to("counts")));
    let totals = without_rare(set, Table::by_run(set, &TOTALS, totals));
    let kinds = scenarios(set).flat_map(|of| {
        let errors = of.scenario.errors.iter().enumerate();
        errors.map(move |(index, error)| kind_row(of.labels.clone(), error, &of.at.to("errors").to(index)))
    });
    let kinds = Table::by_run(set, &KINDS, kinds);
    Section::new("Errors", [Block::Table(totals), Block::Table(kinds), Block::Notes(notes(set))])
}

/// A count by which a run may differ from most others.
type Count = fn(&Counts) -> u64;

/// What most runs have none of; shown only where there is some.
const RARE: [(&str, Count); 4] = [
    ("timed out", |counts| counts.timed_out),
    ("panicked", |counts| counts.panicked),
    ("given up", given_up),
    ("dropped", Counts::dropped_total),
];

fn without_rare(set: &Set, totals: Table) -> Table {
    let is_absent = |count: Count| scenarios(set).all(|of| count(&of.scenario.counts) == 0);
    let absent = RARE.into_iter().filter(|(_, count)| is_absent(*count));
    absent.fold(totals, |totals, (title, _)| totals.without(title))
}

/// Operations that were in flight when the run ended.
fn given_up(counts: &Counts) -> u64 {
    counts.cancelled + counts.unfinished
}

fn totals_row(mut row: Vec<Cell>, counts: &Counts, at: &Pointer) -> Vec<Cell> {
    row.extend([
        Cell::from(format::count(counts.started)).at(at.to("started")),
        share(counts.ok, counts.started),
        share(counts.errors(), counts.started),
        Cell::unwanted(counts.errors()),
        Cell::unwanted(counts.timed_out).at(at.to("timed_out")),
        Cell::unwanted(counts.panicked).at(at.to("panicked")),
        Cell::unwanted(given_up(counts)),
        Cell::unwanted(counts.dropped_total()),
    ]);
    row
}

/// A part of a number of things; empty when there are none.
fn share(part: u64, whole: u64) -> Cell {
    Cell::figure((whole > 0).then(|| to_f64(part) / to_f64(whole)), format::share)
}

fn kind_row(mut row: Vec<Cell>, error: &ErrorCount, at: &Pointer) -> Vec<Cell> {
    row.extend([
        text::name(&error.kind).into(),
        Cell::unwanted(error.count).at(at.to("count")),
        Cell::from(format::share(error.share)).at(at.to("share")),
        Cell::from(format::time(to_f64(error.first_ns))).at(at.to("first_ns")),
        Cell::from(format::time(to_f64(error.last_ns))).at(at.to("last_ns")),
        Cell::toned(text::name(&error.sample), Tone::Faint),
    ]);
    row
}

fn notes(set: &Set) -> Vec<Note> {
    let mut notes = Vec::new();
    for Placed { labels, scenario, .. } in scenarios(set) {
        let name = labels.iter().skip(usize::from(set.runs.len() < 2)).map(|cell| cell.text.as_str());
        let name = name.collect::<Vec<_>>().join(" ");
        if scenario.counts.started == 0 {
            notes.push(Note::plain(format!("{name}: – because no operation was started.")));
        }
        for (cause, count) in &scenario.counts.dropped {
            let count = format::count(*count);
            notes.push(Note::plain(format!("{name}: {count} arrivals dropped, {}.", because(*cause))));
        }
    }
    notes
}

fn because(cause: DropCause) -> &'static str {
    match cause {
        DropCause::InFlightCap => "as many were in flight as the plan allows",
        DropCause::QueueFull => "as many were waiting as the plan allows",
        DropCause::Skipped => "overtaken by newer ones",
        DropCause::CircuitOpen => "refused by a circuit breaker",
        _ => "for a cause that this version does not know",
    }
}
