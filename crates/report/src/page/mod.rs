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
#[cfg(feature = "html")]
pub(crate) mod lead;
#[cfg(feature = "html")]
mod matrix;
mod memory;
mod observation;
mod operations;
mod overview;
mod pointer;
mod protocol;
mod resources;
mod runs;
mod spark;
mod steps;
mod summary;
mod table;
mod tags;
mod throughput;
mod validation;

use plimsoll_model::{Comparison, Set};

pub(crate) use cell::{Cell, Mark, Tone};
pub(crate) use headline::Headline;
#[cfg(feature = "html")]
pub(crate) use matrix::Matrix;
pub(crate) use observation::Observation;
pub(crate) use pointer::Pointer;
pub(crate) use runs::label as run_label;
pub(crate) use table::{Align, Column, Table};
pub(crate) use validation::Score;

/// A whole report.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) headline: Headline,
    pub(crate) sections: Vec<Section>,
}

/// A part of a report under its own title.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block>,
}

/// What a section is made of.
#[derive(Debug, Clone)]
#[cfg_attr(
    feature = "html",
    derive(serde::Serialize),
    serde(rename_all = "lowercase", tag = "kind", content = "it")
)]
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
#[cfg_attr(feature = "html", derive(serde::Serialize))]
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
        let sections = [
            about::place_section(set),
            overview::section(set),
            protocol::section(set),
            advice::section(set),
            caveats::section(set),
        ];
        Page { headline: Headline::of_set(set), sections: sections.into_iter().flatten().collect() }
    }

    /// The report of what the analysis says alone.
    pub(crate) fn of_analysis(set: &Set) -> Page {
        Page { headline: Headline::of_set(set), sections: advice::section(set).into_iter().collect() }
    }

    /// The report of what passed and what did not alone.
    pub(crate) fn of_validation(set: &Set) -> Page {
        Page { headline: Headline::of_set(set), sections: validation::section(set).into_iter().collect() }
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

/// The sections of a report by what they are about, for a page that puts charts between them.
#[cfg(feature = "html")]
pub(crate) struct Parts {
    pub(crate) overview: Option<Section>,
    pub(crate) findings: Option<Section>,
    pub(crate) recommendations: Option<Section>,
    pub(crate) caveats: Option<Section>,
    pub(crate) latency: Vec<Section>,
    pub(crate) throughput: Vec<Section>,
    pub(crate) errors: Vec<Section>,
    pub(crate) resources: Vec<Section>,
    pub(crate) scaling: Vec<Section>,
    pub(crate) protocol: Vec<Section>,
    pub(crate) comparison: Vec<Section>,
    pub(crate) details: Vec<Section>,
    pub(crate) about: Option<Section>,
}

#[cfg(feature = "html")]
impl Parts {
    pub(crate) fn of(set: &Set) -> Parts {
        let several = |sections: Vec<Option<Section>>| sections.into_iter().flatten().collect();
        Parts {
            overview: overview::section(set),
            findings: advice::findings(set),
            recommendations: advice::recommendations(set),
            caveats: caveats::section(set),
            latency: several(vec![latency::section(set), steps::section(set)]),
            throughput: several(vec![throughput::section(set), operations::section(set)]),
            errors: several(vec![errors::section(set)]),
            resources: several(vec![resources::section(set), memory::section(set), advice::leaks(set)]),
            scaling: several(vec![advice::growth(set)]),
            protocol: several(vec![protocol::section(set)]),
            comparison: comparison::sections(&set.comparisons),
            details: several(vec![tags::section(set), iterations::section(set), generator::section(set)]),
            about: about::section(set),
        }
    }
}

impl Section {
    /// A section, unless there is nothing in it.
    fn new(title: &'static str, blocks: impl IntoIterator<Item = Block>) -> Option<Section> {
        let blocks: Vec<Block> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
        (!blocks.is_empty()).then_some(Section { title, blocks })
    }
}

#[cfg(feature = "html")]
impl Section {
    /// The section without the column of that title in its tables.
    pub(crate) fn without(mut self, title: &str) -> Section {
        let without = |block| match block {
            Block::Table(table) => Block::Table(table.without(title)),
            other => other,
        };
        self.blocks = self.blocks.into_iter().map(without).collect();
        self
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
