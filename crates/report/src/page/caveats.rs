//! What should be kept in mind with the figures.

use plimsoll_model::{Caveat, Set};

use super::runs::{prefix, runs};
use super::{Block, Mark, Note, Section, Tone};
use crate::text;

pub(super) fn section(set: &Set) -> Option<Section> {
    let of_runs = runs(set).flat_map(|(label, run)| {
        let prefix = prefix(set, &label);
        run.caveats.iter().map(move |caveat| {
            let note = note(caveat);
            Note { text: format!("{prefix}{}", note.text), ..note }
        })
    });
    let notes: Vec<Note> = set.caveats.iter().map(note).chain(of_runs).collect();
    Section::new("Keep in mind", [Block::Notes(notes)])
}

/// A caveat as a remark.
pub(super) fn note(caveat: &Caveat) -> Note {
    let mark = Mark { glyph: '!', word: "CAVEAT", tone: Tone::Doubt };
    Note::marked(mark, format!("{}: {}", text::name(&caveat.code), text::sentence(&caveat.message)))
}
