//! What agents tell each other.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::failed::Failed;
use super::trace::{Part, Trace};
use crate::document::{SECTIONS, Summary};

/// A place on the blackboard of each workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    /// The whole document.
    Document,
    /// One of its sections.
    Section(usize),
    /// What there is to say of that.
    Finding(usize),
}

/// What stands in a slot.
#[derive(Debug, Clone)]
pub(super) enum Note {
    Text(String),
    Summary(Summary),
}

/// Notes of all workflows that are under way.
#[derive(Debug, Default)]
pub(super) struct Blackboard {
    notes: RwLock<HashMap<(u64, Slot), Note>>,
}

impl Blackboard {
    pub(super) fn write(&self, trace: &Trace, workflow: u64, slot: Slot, note: Note) {
        let begun = trace.now();
        self.notes.write().unwrap_or_else(PoisonError::into_inner).insert((workflow, slot), note);
        trace.note(Part::BlackboardWrite, begun, 0);
    }

    pub(super) fn text(&self, trace: &Trace, workflow: u64, slot: Slot) -> Result<String, Failed> {
        match self.read(trace, workflow, slot) {
            Some(Note::Text(text)) => Ok(text),
            _ => Err(Failed::Missing { note: format!("text in {slot:?}") }),
        }
    }

    pub(super) fn summary(&self, trace: &Trace, workflow: u64, slot: Slot) -> Result<Summary, Failed> {
        match self.read(trace, workflow, slot) {
            Some(Note::Summary(summary)) => Ok(summary),
            _ => Err(Failed::Missing { note: format!("summary in {slot:?}") }),
        }
    }

    fn read(&self, trace: &Trace, workflow: u64, slot: Slot) -> Option<Note> {
        let begun = trace.now();
        let notes = self.notes.read().unwrap_or_else(PoisonError::into_inner);
        let note = notes.get(&(workflow, slot)).cloned();
        drop(notes);
        trace.note(Part::BlackboardRead, begun, 0);
        note
    }

    /// Wipes all notes of a workflow.
    pub(super) fn wipe(&self, workflow: u64) {
        let mut notes = self.notes.write().unwrap_or_else(PoisonError::into_inner);
        let of_sections = (0..SECTIONS).flat_map(|index| [Slot::Section(index), Slot::Finding(index)]);
        for slot in of_sections.chain([Slot::Document]) {
            notes.remove(&(workflow, slot));
        }
    }

    #[cfg(test)]
    pub(super) fn is_blank(&self) -> bool {
        self.notes.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}
