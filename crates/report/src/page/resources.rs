//! What hosts, processes and containers used, and what happened to them.
//!
//! A page for people leaves out what stayed at zero all the time, trends of runs too short for one, and, beside
//! several runs, all but CPU and memory. The document has everything.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Event, EventKind, Gap, GapCause, ResourceSeries, Run, Set};

use super::runs::{prefix, runs};
use super::{Block, Cell, Column, Mark, Note, Pointer, Section, Table, Tone};
use crate::{format, text};

const COLUMNS: [Column; 7] = [
    Column::name("run"),
    Column::name("target"),
    Column::name("resource"),
    Column::figure("average", 6),
    Column::figure("peak", Column::ALWAYS),
    Column::figure("trend", 3),
    Column::words("", 2),
];

/// The place of the resource's name in a row.
const RESOURCE: usize = 2;

/// Most rows of one run: all that four targets have.
const MOST_ROWS: usize = 64;

/// The longest reason that has room in a row, in characters; a longer one is a line of its own below.
const LONGEST_REASON: usize = 24;

/// Most events that are shown, and most reasons.
const MOST_EVENTS: usize = 10;

/// What is shown of each target when there is more than one run.
const ESSENTIAL: [&str; 2] = ["cpu", "memory"];

/// The shortest run whose change in each minute means anything.
const SHORTEST_TREND_NS: u64 = 60_000_000_000;

pub(super) fn section(set: &Set) -> Option<Section> {
    let is_one_run = set.runs.len() == 1;
    let is_shown = move |run: &Run, series: &ResourceSeries| {
        let is_essential = is_one_run || ESSENTIAL.contains(&series.metric.as_str());
        // A target that has nothing at all needs no line for each of its metrics to say why.
        if is_silent(run, series) {
            is_first(run, series)
        } else {
            is_essential && series.summary.peak != Some(0.0)
        }
    };
    let rows = runs(set).enumerate().flat_map(|(index, (label, run))| {
        let has_trend = run.duration_ns >= SHORTEST_TREND_NS;
        let at = Pointer::run(index).to("resources");
        let shown = run.resources.iter().enumerate().filter(move |(_, series)| is_shown(run, series));
        shown.map(move |(index, series)| {
            let row = row(label.clone(), series, has_trend, &at.to(index).to("summary"));
            if is_silent(run, series) { silent(run, series, row) } else { row }
        })
    });
    let reasons = runs(set).flat_map(|(label, run)| {
        let prefix = prefix(set, &label);
        let shown = run.resources.iter().filter(|series| is_shown(run, series));
        reasons(run, shown)
            .into_iter()
            .map(move |text| Note::plain(format!("{prefix}{text}")))
            .collect::<Vec<_>>()
    });
    let reasons = reasons.take(MOST_EVENTS);
    let outages = runs(set)
        .flat_map(|(label, run)| {
            let prefix = prefix(set, &label);
            outages(run).into_iter().map(move |(target, gap)| outage_note(&prefix, target, gap))
        })
        .take(MOST_EVENTS);
    let events = runs(set)
        .flat_map(|(label, run)| {
            let prefix = prefix(set, &label);
            run.events.iter().map(move |event| event_note(&prefix, event))
        })
        .take(MOST_EVENTS);
    let notes = reasons.chain(outages).chain(events).collect();
    let table = if is_one_run {
        Table::capped(&COLUMNS, rows.collect(), MOST_ROWS).without(COLUMNS[0].title)
    } else {
        Table::by_run(set, &COLUMNS, rows)
    };
    Section::new("Resources", [Block::Table(table), Block::Notes(notes)])
}

/// Why series have no figures, where that has no room in their rows: a line for each target and reason.
fn reasons<'a>(run: &'a Run, shown: impl Iterator<Item = &'a ResourceSeries>) -> Vec<String> {
    let mut found: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for series in shown.filter(|series| series.summary.peak.is_none()) {
        let Some(detail) = long_detail(series) else { continue };
        // Of a target that has nothing, only the first series is shown; the reason is that of all.
        let metric = if is_silent(run, series) { "figures" } else { series.metric.as_str() };
        match found.iter_mut().find(|(target, known, _)| (*target, *known) == (&series.target, detail)) {
            Some((_, _, metrics)) => metrics.push(metric),
            None => found.push((&series.target, detail, vec![metric])),
        }
    }
    let line = |(target, detail, metrics): (&str, &str, Vec<&str>)| {
        let detail = detail.strip_prefix(target).unwrap_or(detail).trim_start();
        let (target, metrics) = (text::name(target), text::sentence(&metrics.join(", ")));
        format!("{target} has no {metrics}: {}", text::sentence(detail))
    };
    found.into_iter().map(line).collect()
}

/// The reason why a series has no figures, where it is too long for a row.
fn long_detail(series: &ResourceSeries) -> Option<&str> {
    let detail = series.gaps.first()?.detail.as_str();
    (text::width(detail) > LONGEST_REASON).then_some(detail)
}

/// The series of the target that this one belongs to.
fn siblings<'a>(run: &'a Run, series: &'a ResourceSeries) -> impl Iterator<Item = &'a ResourceSeries> {
    run.resources.iter().filter(|other| other.target == series.target)
}

/// Whether the target has no value of anything.
fn is_silent(run: &Run, series: &ResourceSeries) -> bool {
    siblings(run, series).all(|other| other.summary.peak.is_none())
}

fn is_first(run: &Run, series: &ResourceSeries) -> bool {
    siblings(run, series).next() == Some(series)
}

/// The row of a target that has nothing.
fn silent(run: &Run, series: &ResourceSeries, mut cells: Vec<Cell>) -> Vec<Cell> {
    if siblings(run, series).count() > 1 {
        cells[RESOURCE] = "all".into();
    }
    cells
}

fn row(label: Cell, series: &ResourceSeries, has_trend: bool, at: &Pointer) -> Vec<Cell> {
    let summary = &series.summary;
    let trend = summary.slope_per_min.filter(|_| has_trend);
    let form = |value| format::value(value, series.unit);
    vec![
        label,
        text::name(&series.target).into(),
        text::name(&series.metric).into(),
        Cell::figure(summary.mean, form).at(at.to("mean")),
        Cell::figure(summary.peak, form).at(at.to("peak")),
        Cell::figure(trend, |slope| format::per_minute(slope, series.unit)).at(at.to("slope_per_min")),
        Cell::toned(reason(series), Tone::Faint),
    ]
}

/// When targets that have figures had none for a while, each stretch once: averages leave it out, and who reads them
/// must know.
fn outages(run: &Run) -> Vec<(&str, &Gap)> {
    let mut found: Vec<(&str, &Gap)> = Vec::new();
    for series in run.resources.iter().filter(|series| series.summary.peak.is_some()) {
        for gap in series.gaps.iter().filter(|gap| is_outage(gap.cause)) {
            let is_known = found.iter().any(|(target, known)| *target == series.target && *known == gap);
            if found.len() < MOST_EVENTS && !is_known {
                found.push((&series.target, gap));
            }
        }
    }
    found
}

/// Whether values that should be there are missing. A first reading, nothing to measure and a late round are no loss.
fn is_outage(cause: GapCause) -> bool {
    matches!(cause, GapCause::NotRunning | GapCause::Unavailable | GapCause::Stale | GapCause::Suspect)
}

fn outage_note(prefix: &str, target: &str, gap: &Gap) -> Note {
    let (from, to) = (format::time(to_f64(gap.start_ns)), format::time(to_f64(gap.end_ns)));
    let detail = gap.detail.strip_prefix(target).unwrap_or(&gap.detail).trim_start();
    let (target, detail) = (text::name(target), text::sentence(detail));
    Note::plain(format!("{prefix}{target} has no values from {from} to {to}: {detail}"))
}

/// Why there are no figures, where there are none.
fn reason(series: &ResourceSeries) -> String {
    if series.summary.mean.is_some() && series.summary.peak.is_some() {
        return String::new();
    }
    let Some(gap) = series.gaps.first() else { return "no samples".to_owned() };
    if !gap.detail.is_empty() && long_detail(series).is_none() {
        return text::name(&gap.detail);
    }
    let cause = match gap.cause {
        GapCause::First => "only one reading",
        GapCause::NotRunning => "not running",
        GapCause::CounterReset => "its counter restarted",
        GapCause::Stale => "its source stood still",
        GapCause::Late => "sampled too late",
        GapCause::Unavailable => "not available",
        GapCause::Unsupported => "not known on this platform",
        GapCause::Suspect => "more than there can be",
        _ => "no samples",
    };
    cause.to_owned()
}

fn event_note(prefix: &str, event: &Event) -> Note {
    let (what, tone) = match event.kind {
        EventKind::Oom => ("ran out of memory", Tone::Bad),
        EventKind::Start => ("started", Tone::Plain),
        EventKind::Die => ("ended", Tone::Doubt),
        EventKind::Health => ("changed its health", Tone::Doubt),
        EventKind::Update => ("changed its limits", Tone::Plain),
        EventKind::Limit => ("met a limit", Tone::Bad),
        EventKind::ClockStep => ("had its clock set", Tone::Doubt),
        _ => ("changed", Tone::Plain),
    };
    let detail =
        if event.detail.is_empty() { String::new() } else { format!(": {}", text::sentence(&event.detail)) };
    let mark = Mark { glyph: '●', word: "EVENT", tone };
    let when = format::time(to_f64(event.t_ns));
    Note::marked(mark, format!("{prefix}{} {what} {when} after the start{detail}", text::name(&event.target)))
}
