//! The candidate beside its baseline.

use plimsoll_model::{Alarm, Comparability, Comparison, Effect, MetricComparison, Procedure, SetRef, Status};

use super::{Block, Cell, Column, Mark, Note, Observation, Pointer, Section, Table, Tone};
use crate::{format, text};

const COLUMNS: [Column; 8] = [
    Column::words("workload", 2),
    Column::name(""),
    Column::name("metric"),
    Column::figure("baseline", 6),
    Column::figure("current", 7),
    Column::figure("change", Column::ALWAYS),
    Column::figure("interval", 5),
    Column::words("why", 1),
];

/// A target is met or missed: how far from it is no change.
const TARGETS: [Column; 5] = [
    Column::words("workload", 2),
    Column::name(""),
    Column::name("metric"),
    Column::figure("target", 6),
    Column::figure("current", Column::ALWAYS),
];

/// What every comparison should be about, and the names that its metrics begin with.
const EXPECTED: [(&str, &str); 4] =
    [("throughput", "throughput"), ("p95", "p95"), ("CPU", "cpu"), ("memory", "memory")];

/// A section for each comparison, or one that says that there is none.
pub(super) fn sections(comparisons: &[Comparison]) -> Vec<Section> {
    if comparisons.is_empty() {
        let none = Note::plain("no baseline – nothing to compare with, so no change is shown");
        return Section::new("Comparison", [Block::Notes(vec![none])]).into_iter().collect();
    }
    let at = Pointer::document().to("comparisons");
    let sections = comparisons.iter().enumerate().map(|(index, it)| section(it, &at.to(index)));
    sections.flatten().collect()
}

/// The metric of a comparison with the scenario it is about: `p95(write)`.
pub(super) fn metric_name(metric: &MetricComparison) -> String {
    match &metric.scenario {
        Some(scenario) => format!("{}({})", text::name(&metric.metric), text::name(scenario)),
        None => text::name(&metric.metric),
    }
}

fn section(comparison: &Comparison, at: &Pointer) -> Option<Section> {
    let metrics = || comparison.metrics.iter().enumerate();
    let at = |index: usize| at.to("metrics").to(index);
    let table = match comparison.procedure {
        Procedure::Targets => Table::new(&TARGETS, metrics().map(|(index, it)| target_row(it, &at(index)))),
        Procedure::Screening | Procedure::Interleaved => {
            Table::new(&COLUMNS, metrics().map(|(index, it)| row(it, &at(index))))
        }
    };
    let mut notes: Vec<Note> = missed(comparison).collect();
    notes.extend(comparison.comparability.iter().filter_map(difference));
    notes.extend(comparison.caveats.iter().map(super::caveats::note));
    notes.extend(not_compared(comparison));
    Section::new("Comparison", [Block::Facts(facts(comparison)), Block::Table(table), Block::Notes(notes)])
}

fn facts(comparison: &Comparison) -> Vec<(String, String)> {
    let procedure = match comparison.procedure {
        Procedure::Targets => "against written targets",
        Procedure::Screening => "screening: stored results, measured at another time",
        Procedure::Interleaved => "both sides in turn, in one sitting",
    };
    let mut facts = vec![("how".to_owned(), procedure.to_owned())];
    facts.extend(comparison.baseline.as_ref().map(|side| ("baseline".to_owned(), side_text(side))));
    facts.push(("current".to_owned(), side_text(&comparison.candidate)));
    facts
}

fn side_text(side: &SetRef) -> String {
    let runs = if side.runs == 1 { "1 run".to_owned() } else { format!("{} runs", format::count(side.runs)) };
    format!("{}, {runs}", text::name(&side.name))
}

fn target_row(metric: &MetricComparison, at: &Pointer) -> Vec<Cell> {
    let mark = mark(metric);
    let Observation { run, metric: name, value, limit, .. } = Observation::of_target(metric);
    vec![
        run.into(),
        mark.into(),
        name.into(),
        limit.into(),
        Cell::toned(value, mark.tone).at(at.to("current")),
    ]
}

/// Why a target is not met, in full: what the figures of its row do not say.
fn missed(comparison: &Comparison) -> impl Iterator<Item = Note> {
    let is_target = comparison.procedure == Procedure::Targets;
    let is_missed = |metric: &&MetricComparison| Observation::of_target(metric).status != Status::Pass;
    let missed = comparison.metrics.iter().filter(move |metric| is_target && is_missed(metric));
    missed.map(|metric| Note::marked(mark(metric), text::sentence(&metric.detail)))
}

fn row(metric: &MetricComparison, at: &Pointer) -> Vec<Cell> {
    let form = |value| format::value(value, metric.unit);
    let mark = mark(metric);
    vec![
        text::name(&metric.workload).into(),
        mark.into(),
        metric_name(metric).into(),
        Cell::figure(metric.baseline, form).at(at.to("baseline")),
        Cell::figure(metric.current, form).at(at.to("current")),
        change(metric, mark.tone),
        interval(metric),
        Cell::toned(text::name(&metric.detail), Tone::Faint),
    ]
}

/// A change to the worse that decides nothing is a doubt; one beyond the critical limit is named so.
fn mark(metric: &MetricComparison) -> Mark {
    let mark = Mark::from(metric.verdict);
    match metric.severity {
        Some(Alarm::Critical) => Mark { word: "CRITICAL", ..mark },
        Some(Alarm::Warning) => Mark { tone: Tone::Doubt, ..mark },
        None => mark,
    }
}

/// The change, or why there is none: never 0 % for want of a baseline.
fn change(metric: &MetricComparison, tone: Tone) -> Cell {
    match (metric.baseline, metric.current, metric.ratio) {
        (None, _, _) => Cell::toned("no baseline", Tone::Faint),
        (_, None, _) => Cell::toned("not measured", Tone::Faint),
        (_, _, Some(ratio)) => Cell::toned(format::change(ratio), tone),
        (_, _, None) => Cell::toned("no ratio", Tone::Faint),
    }
}

fn interval(metric: &MetricComparison) -> Cell {
    match (metric.baseline, metric.lower, metric.upper) {
        (Some(_), Some(lower), Some(upper)) => {
            Cell::from(format!("{} to {}", format::change(lower), format::change(upper)))
        }
        _ => Cell::empty(),
    }
}

fn difference(field: &Comparability) -> Option<Note> {
    let (word, tone) = match field.effect {
        Effect::Same => return None,
        Effect::Caveat => ("DIFFERENT", Tone::Doubt),
        Effect::Refused => ("REFUSED", Tone::Bad),
    };
    let text = format!(
        "{} was {}, is {}",
        text::name(&field.field),
        text::name(&field.baseline),
        text::name(&field.candidate)
    );
    Some(Note::marked(Mark { glyph: '!', word, tone }, text))
}

/// What a reader looks for and will not find. Where the sides were refused, nothing was looked for.
fn not_compared(comparison: &Comparison) -> Option<Note> {
    let is_refused = comparison.comparability.iter().any(|field| field.effect == Effect::Refused);
    if is_refused && comparison.metrics.is_empty() {
        return Some(Note::plain(
            "nothing was compared: what is marked REFUSED must be the same on both sides",
        ));
    }
    let is_missing =
        |prefix: &str| !comparison.metrics.iter().any(|metric| metric.metric.starts_with(prefix));
    let missing: Vec<&str> =
        EXPECTED.into_iter().filter(|(_, prefix)| is_missing(prefix)).map(|(name, _)| name).collect();
    let applies = comparison.procedure != Procedure::Targets && !missing.is_empty();
    applies.then(|| {
        Note::plain(format!("not compared, because one side does not have it: {}", missing.join(", ")))
    })
}
