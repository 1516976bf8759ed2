//! The runs of a set and their scenarios, each with a label.

use plimsoll_model::{Run, ScenarioResult, Set, SetRun, Side};

use super::{Cell, Pointer};
use crate::text;

/// What tells a run from the others of its set: workload, iteration, step, side, as far as they differ.
pub(crate) fn label(set: &Set, place: &SetRun) -> String {
    let mut label = text::name(&place.workload);
    if set.runs.iter().any(|other| other.iteration != place.iteration) {
        label.push_str(&format!(" #{}", place.iteration));
    }
    // The step of a protocol that is all of its workload has said its name.
    if let Some(step) = place.step.as_ref().filter(|step| **step != place.workload) {
        label.push_str(&format!(" {}", text::name(step)));
    }
    match place.side {
        Some(Side::A) => label.push_str(" A"),
        Some(Side::B) => label.push_str(" B"),
        None => {}
    }
    label
}

/// The runs with their labels.
pub(super) fn runs(set: &Set) -> impl Iterator<Item = (Cell, &Run)> {
    set.runs.iter().map(|place| (Cell::from(label(set, place)), &place.run))
}

/// A scenario of one of the runs.
pub(super) struct Placed<'a> {
    /// The cells that name its run and itself.
    pub(super) labels: Vec<Cell>,
    pub(super) run: &'a Run,
    pub(super) scenario: &'a ScenarioResult,
    /// Its place in the document.
    pub(super) at: Pointer,
}

/// The scenarios of all runs.
pub(super) fn scenarios(set: &Set) -> impl Iterator<Item = Placed<'_>> {
    runs(set).enumerate().flat_map(|(index, (label, run))| {
        let of_run = Pointer::run(index).to("scenarios");
        run.scenarios.iter().enumerate().map(move |(index, scenario)| Placed {
            labels: vec![label.clone(), Cell::from(text::name(&scenario.name))],
            run,
            scenario,
            at: of_run.to(index),
        })
    })
}

/// The label of a run before a remark, where there are several runs.
pub(super) fn prefix(set: &Set, label: &Cell) -> String {
    if set.runs.len() > 1 { format!("{}: ", label.text) } else { String::new() }
}
