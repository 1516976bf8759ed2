//! The runs of a set and their scenarios, each with a label.

use plimsoll_model::{Run, ScenarioResult, Set, SetRun, Side};

use super::Cell;
use crate::text;

/// What tells a run from the others of its set: workload, iteration, step, side, as far as they differ.
pub(crate) fn label(set: &Set, place: &SetRun) -> String {
    let mut label = text::name(&place.workload);
    if set.runs.iter().any(|other| other.iteration != place.iteration) {
        label.push_str(&format!(" #{}", place.iteration));
    }
    if let Some(step) = &place.step {
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

/// The scenarios of all runs, each with the cells that name its run and itself.
pub(super) fn scenarios(set: &Set) -> impl Iterator<Item = (Vec<Cell>, &Run, &ScenarioResult)> {
    runs(set).flat_map(|(label, run)| {
        run.scenarios
            .iter()
            .map(move |scenario| (vec![label.clone(), Cell::from(text::name(&scenario.name))], run, scenario))
    })
}

/// The label of a run before a remark, where there are several runs.
pub(super) fn prefix(set: &Set, label: &Cell) -> String {
    if set.runs.len() > 1 { format!("{}: ", label.text) } else { String::new() }
}
