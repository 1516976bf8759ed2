//! The runs that have charts, and what all their charts share.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{EventKind, PhaseKind, Run, Set, SetRun};

use crate::chart::{Axis, Band, Event};
use crate::page;

/// Runs that have charts of their own; the others are in the tables, and in the document.
const MOST: usize = 6;

/// A run with charts.
pub(super) struct Charted<'a> {
    pub(super) run: &'a Run,
    /// What tells it from the others; empty where it is the only one.
    pub(super) label: String,
}

impl Charted<'_> {
    /// The name of a chart of this run.
    pub(super) fn name(&self, chart: &str) -> String {
        if self.label.is_empty() {
            return chart.to_owned();
        }
        format!("{}/{chart}", self.label.replace('/', "_"))
    }

    /// The title of a chart of this run.
    pub(super) fn title(&self, chart: &str) -> String {
        if self.label.is_empty() { chart.to_owned() } else { format!("{chart} · {}", self.label) }
    }
}

/// The last run of each workload, step and side; of these the first few.
pub(super) fn charted(set: &Set) -> Vec<Charted<'_>> {
    let mut last: Vec<&SetRun> = Vec::new();
    for place in &set.runs {
        let is_same = |other: &&mut &SetRun| {
            (&other.workload, &other.step, other.side) == (&place.workload, &place.step, place.side)
        };
        match last.iter_mut().find(is_same) {
            Some(known) => *known = place,
            None => last.push(place),
        }
    }
    let is_only = last.len() == 1;
    let label = |place| if is_only { String::new() } else { page::run_label(set, place) };
    last.into_iter().take(MOST).map(|place| Charted { run: &place.run, label: label(place) }).collect()
}

/// How many runs have no charts of their own.
pub(crate) fn left_out(set: &Set) -> usize {
    set.runs.len() - charted(set).len()
}

/// The axis of time that all charts of a run share.
pub(super) fn time(run: &Run) -> Axis {
    Axis::elapsed(0.0, to_f64(run.duration_ns.max(1)))
}

/// The phases in which nothing was measured.
pub(super) fn phases(run: &Run) -> Vec<Band> {
    let unmeasured = run.phases.iter().filter(|phase| phase.kind != PhaseKind::Measure);
    let band = |phase: &plimsoll_model::Phase| Band {
        from: to_f64(phase.start_ns),
        to: to_f64(phase.start_ns + phase.length_ns),
        label: phase.name.clone(),
    };
    unmeasured.map(band).collect()
}

/// What happened to the targets.
pub(super) fn events(run: &Run) -> Vec<Event> {
    const MOST: usize = 24;
    let event = |event: &plimsoll_model::Event| Event {
        at: to_f64(event.t_ns),
        label: format!("{} {}", super::resources::target(&event.target), word(event.kind)),
    };
    run.events.iter().take(MOST).map(event).collect()
}

fn word(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Oom => "ran out of memory",
        EventKind::Start => "started",
        EventKind::Die => "ended",
        EventKind::Health => "changed its health",
        EventKind::Update => "changed its limits",
        EventKind::ClockStep => "had its clock set",
        EventKind::Limit => "met a limit",
        _ => "changed",
    }
}
