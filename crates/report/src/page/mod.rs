//! What a report for people says, apart from how it looks.
//!
//! Console and Markdown print the same [`Page`], so that they cannot disagree. Every text on it is
//! [`crate::text::visible`] and scaled by [`crate::format`]; escaping and fitting are the renderers' own.
//! Its figures are those of the document; the only ones computed here are shares of counts.

mod about;
mod advice;
mod caveats;
mod cell;
mod comparison;
mod errors;
mod generator;
mod headline;
mod iterations;
mod latency;
mod memory;
mod observation;
mod operations;
mod overview;
mod protocol;
mod resources;
mod runs;
mod spark;
mod steps;
mod summary;
mod table;
mod tags;
mod throughput;

use plimsoll_model::{Comparison, Set};

pub(crate) use cell::{Cell, Mark, Tone};
pub(crate) use headline::Headline;
pub(crate) use observation::Observation;
pub(crate) use runs::label as run_label;
pub(crate) use table::{Align, Column, Table};

/// A whole report.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) headline: Headline,
    pub(crate) sections: Vec<Section>,
}

/// A part of a report under its own title.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block>,
}

/// What a section is made of.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// Labels and what they stand for.
    Facts(Vec<(String, String)>),
    /// Rows and columns.
    Table(Table),
    /// One remark after the other.
    Notes(Vec<Note>),
}

/// A remark.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) mark: Option<Mark>,
    pub(crate) text: String,
    /// The figures it rests on.
    pub(crate) evidence: Vec<String>,
}

impl Page {
    /// The report of a set: the verdict first, then its reasons, then the detail.
    pub(crate) fn of_set(set: &Set) -> Page {
        let sections = [
            about::section(set),
            summary::section(set),
            throughput::section(set),
            latency::section(set),
            steps::section(set),
            operations::section(set),
            tags::section(set),
            resources::section(set),
            memory::section(set),
            errors::section(set),
            advice::section(set),
        ];
        let sections = sections
            .into_iter()
            .chain(comparison::sections(&set.comparisons).into_iter().map(Some))
            .chain([iterations::section(set), protocol::section(set)])
            .chain([generator::section(set), caveats::section(set)])
            .flatten()
            .collect();
        Page { headline: Headline::of_set(set), sections }
    }

    /// The report of many results in one set: a row for each scenario and component, and what follows from all.
    pub(crate) fn of_many(set: &Set) -> Page {
        let sections =
            [about::place_section(set), overview::section(set), advice::section(set), caveats::section(set)];
        Page { headline: Headline::of_set(set), sections: sections.into_iter().flatten().collect() }
    }

    /// The report of what the analysis says alone.
    pub(crate) fn of_analysis(set: &Set) -> Page {
        Page { headline: Headline::of_set(set), sections: advice::section(set).into_iter().collect() }
    }

    /// The report of a set's comparisons alone.
    pub(crate) fn of_comparisons(set: &Set) -> Page {
        Page { headline: Headline::of_set(set), sections: comparison::sections(&set.comparisons) }
    }

    /// The report of one comparison.
    pub(crate) fn of_comparison(comparison: &Comparison) -> Page {
        let sections = comparison::sections(std::slice::from_ref(comparison));
        Page { headline: Headline::of_comparison(comparison), sections }
    }
}

impl Section {
    /// A section, unless there is nothing in it.
    fn new(title: &'static str, blocks: impl IntoIterator<Item = Block>) -> Option<Section> {
        let blocks: Vec<Block> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
        (!blocks.is_empty()).then_some(Section { title, blocks })
    }
}

impl Block {
    fn is_empty(&self) -> bool {
        match self {
            Block::Facts(facts) => facts.is_empty(),
            Block::Table(table) => table.rows.is_empty(),
            Block::Notes(notes) => notes.is_empty(),
        }
    }
}

impl Note {
    /// A remark without a mark.
    fn plain(text: impl Into<String>) -> Note {
        Note { mark: None, text: text.into(), evidence: Vec::new() }
    }

    /// A remark with a mark before it.
    fn marked(mark: Mark, text: impl Into<String>) -> Note {
        Note { mark: Some(mark), text: text.into(), evidence: Vec::new() }
    }
}
