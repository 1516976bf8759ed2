//! Figures through many results.

use std::io::{self, Write};

use plimsoll_model::{Better, Timestamp, Unit};

use super::figure::within;
use super::sheet::{Part, Sheet};
use crate::chart::{Axis, Chart, Event, Line, LineStyle, Lines, Measure, Plot, Topic};
use crate::page::{Block, Cell, Column, Note, Section, Table, Tone};
use crate::{format, text};

/// Bytes that charts may take.
const BUDGET: usize = 520_000;

/// Results that are shown at most: the newest.
const MOST: usize = 500;

/// How figures developed over many results, for a page.
///
/// Whoever makes it has read the results and looked for turns; this only shows them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trends {
    /// What the page is about, such as the folder.
    pub name: String,
    /// Results that were read.
    pub results: u64,
    /// What could not be read, and why.
    pub left_out: Vec<String>,
    /// What was followed; figures of different machines are never one trend.
    pub trends: Vec<Trend>,
}

/// One figure through time, on one machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// The machine, in one line.
    pub machine: String,
    /// The workload.
    pub workload: String,
    /// The metric with its scenario, in its text form: `p95(write)`.
    pub metric: String,
    /// Base unit of the values.
    pub unit: Unit,
    /// Which direction is an improvement.
    pub better: Better,
    /// Its values, oldest first.
    pub points: Vec<TrendPoint>,
    /// When its level changed, oldest first.
    pub turns: Vec<TrendTurn>,
    /// What else is worth a word: a drift, an odd newest value, how long until a limit.
    pub remarks: Vec<String>,
}

/// A value of a trend.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// When it was measured.
    pub at: Timestamp,
    /// The revision of the source, where known.
    pub revision: Option<String>,
    /// The value in the base unit; `None` where that result has none, which is a gap.
    pub value: Option<f64>,
}

/// A change of level.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendTurn {
    /// When the first value of the new level was measured.
    pub at: Timestamp,
    /// Mean of the level before.
    pub before: f64,
    /// Mean of the new level.
    pub after: f64,
    /// Whether that is for the worse.
    pub is_worse: bool,
    /// Few values so far: later ones may take it back.
    pub is_provisional: bool,
}

impl Trends {
    /// Prints the page.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn render(&self, out: &mut dyn Write) -> io::Result<()> {
        self.sheet().print(out)
    }

    fn sheet(&self) -> Sheet {
        let charts = self
            .trends
            .iter()
            .enumerate()
            .map(|(index, trend)| (trend.chart(index), text::name(&trend.machine)));
        let (kept, left_out) = within(charts, BUDGET);
        let missing = match left_out {
            0 => String::new(),
            count => format!(
                "{} more charts had no room on this page; the table has their figures.",
                format::count(count as u64)
            ),
        };
        let mut parts = vec![
            Part::new("turns", "Regressions and turns").sections(self.turns()),
            Part::new("now", "Where it stands").sections(self.table()),
            Part {
                intro: missing,
                ..Part::new("trends", "Over time")
                    .charts(kept.into_iter().map(|(_, figure)| figure).collect())
            },
            Part::new("left-out", "Left out").sections(self.left_out_section()),
        ];
        parts.retain(|part| !part.is_empty());
        Sheet {
            title: format!("Trends of {}", text::name(&self.name)),
            kind: "trends",
            about: self.span(),
            lead: vec![self.sentence()],
            parts,
            footer: "A value is the median of the runs of one result. Figures of different machines are never mixed.".to_owned(),
            ..Sheet::default()
        }
    }

    fn span(&self) -> String {
        let times = || self.trends.iter().flat_map(|trend| &trend.points).map(|point| point.at);
        match (times().min(), times().max()) {
            (Some(first), Some(last)) => format!("{} to {}", first.human(), last.human()),
            _ => String::new(),
        }
    }

    fn sentence(&self) -> String {
        let results = match self.results {
            1 => "1 result".to_owned(),
            results => format!("{} results", format::count(results)),
        };
        let worse =
            self.trends.iter().flat_map(|trend| trend.turns.last()).filter(|turn| turn.is_worse).count();
        match (self.trends.len(), worse) {
            (0, _) => format!("{results}; none has figures that could be followed."),
            (followed, 0) => format!(
                "{results}; of {} figures none became worse with its last turn.",
                format::count(followed as u64)
            ),
            (followed, worse) => format!(
                "{results}; of {} figures {} became worse with the last turn.",
                format::count(followed as u64),
                format::count(worse as u64)
            ),
        }
    }

    fn turns(&self) -> Option<Section> {
        let row = |trend: &Trend, turn: &TrendTurn| {
            let (word, tone) =
                if turn.is_worse { ("✗ worse", Tone::Bad) } else { ("▲ better", Tone::Good) };
            let form = |value| format::value(value, trend.unit);
            let doubt = if turn.is_provisional { "may be taken back" } else { "" };
            vec![
                Cell::from(turn.at.human()),
                Cell::toned(word, tone),
                text::name(&trend.workload).into(),
                text::name(&trend.metric).into(),
                form(turn.before).into(),
                form(turn.after).into(),
                Cell::toned(format::change(turn.after / turn.before), tone),
                Cell::toned(doubt, Tone::Faint),
                Cell::toned(text::name(&trend.machine), Tone::Faint),
            ]
        };
        let mut rows: Vec<(Timestamp, Vec<Cell>)> = self
            .trends
            .iter()
            .flat_map(|trend| trend.turns.iter().map(move |turn| (turn.at, row(trend, turn))))
            .collect();
        rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        const COLUMNS: [Column; 9] = [
            Column::name("from"),
            Column::name(""),
            Column::name("workload"),
            Column::name("metric"),
            Column::figure("before", Column::ALWAYS),
            Column::figure("after", Column::ALWAYS),
            Column::figure("change", Column::ALWAYS),
            Column::words("", 1),
            Column::words("machine", 1),
        ];
        let table = Table::new(&COLUMNS, rows.into_iter().map(|(_, row)| row));
        let none = "No figure changed its level, as far as there are enough results to tell.";
        let notes = if table.rows.is_empty() { vec![note(none)] } else { Vec::new() };
        let remarks = self.trends.iter().flat_map(|trend| {
            trend.remarks.iter().map(move |remark| {
                note(&format!(
                    "{} of {}: {}",
                    text::name(&trend.metric),
                    text::name(&trend.workload),
                    text::sentence(remark)
                ))
            })
        });
        let notes = notes.into_iter().chain(remarks.take(24)).collect();
        Some(Section {
            title: "Regressions and turns",
            blocks: vec![Block::Table(table), Block::Notes(notes)],
        })
    }

    fn table(&self) -> Option<Section> {
        const COLUMNS: [Column; 6] = [
            Column::name("workload"),
            Column::name("metric"),
            Column::figure("newest", Column::ALWAYS),
            Column::figure("against the one before", Column::ALWAYS),
            Column::figure("results", Column::ALWAYS),
            Column::name("machine"),
        ];
        let row = |trend: &Trend| {
            let mut values = trend.points.iter().rev().filter_map(|point| point.value);
            let (newest, before) = (values.next(), values.next());
            let change = newest.zip(before).filter(|(_, before)| *before != 0.0);
            vec![
                text::name(&trend.workload).into(),
                text::name(&trend.metric).into(),
                Cell::figure(newest, |value| format::value(value, trend.unit)),
                Cell::figure(change, |(newest, before)| format::change(newest / before)),
                format::count(trend.points.iter().filter(|point| point.value.is_some()).count() as u64)
                    .into(),
                Cell::toned(text::name(&trend.machine), Tone::Faint),
            ]
        };
        let table = Table::whole(&COLUMNS, self.trends.iter().map(row).collect());
        (!table.rows.is_empty())
            .then(|| Section { title: "Where it stands", blocks: vec![Block::Table(table)] })
    }

    fn left_out_section(&self) -> Option<Section> {
        let notes: Vec<Note> =
            self.left_out.iter().take(24).map(|reason| note(&text::sentence(reason))).collect();
        (!notes.is_empty()).then(|| Section { title: "Left out", blocks: vec![Block::Notes(notes)] })
    }
}

fn note(text: &str) -> Note {
    Note { mark: None, text: text.to_owned(), evidence: Vec::new() }
}

impl Trend {
    /// Its values as a chart, with its turns.
    fn chart(&self, index: usize) -> Chart {
        const DOTTED: usize = 60;
        let seconds = |at: Timestamp| at.since_epoch().as_secs_f64();
        let shown = &self.points[self.points.len().saturating_sub(MOST)..];
        let (name, title) = (format!("trend-{index}"), format!("{} · {}", self.metric, self.workload));
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
            return Chart::missing(&name, Topic::Trends, &title, "no result has this figure");
        };
        let points: Vec<(f64, Option<f64>)> =
            shown.iter().map(|point| (seconds(point.at), point.value)).collect();
        let style = if points.len() <= DOTTED { LineStyle::Dots } else { LineStyle::Plain };
        let line = Line::new(self.metric.clone(), points).styled(style);
        let (from, to) = (seconds(first.at), seconds(last.at));
        let x = Axis {
            measure: Measure::Date,
            ..if to > from { Axis::elapsed(from, to) } else { Axis::elapsed(from - 3_600.0, from + 3_600.0) }
        };
        let y = Axis::from_zero("", Measure::Value(self.unit), line.values().collect::<Vec<_>>());
        let mut plot = Lines::new(x, y, vec![line]);
        let sign = |turn: &TrendTurn| if turn.is_worse { "✗" } else { "▲" };
        plot.events = self
            .turns
            .iter()
            .map(|turn| Event {
                at: seconds(turn.at),
                label: format!("{} {}", sign(turn), format::change(turn.after / turn.before)),
            })
            .collect();
        Chart { name, topic: Topic::Trends, title, finding: self.finding(), plot: Plot::Lines(plot) }
    }

    fn finding(&self) -> String {
        let better = if self.better == Better::Higher { "higher is better" } else { "lower is better" };
        let gaps = self.points.iter().filter(|point| point.value.is_none()).count();
        let gaps = if gaps > 0 {
            format!("; {} results do not have it", format::count(gaps as u64))
        } else {
            String::new()
        };
        match self.turns.last() {
            Some(turn) => format!(
                "{} since {}: {} to {} ({better}{gaps}).",
                format::change(turn.after / turn.before),
                turn.at.human(),
                format::value(turn.before, self.unit),
                format::value(turn.after, self.unit)
            ),
            None => format!(
                "No turn found in {} results ({better}{gaps}).",
                format::count(self.points.len() as u64)
            ),
        }
    }
}
