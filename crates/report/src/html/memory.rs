//! What memory did, alone.

use std::io::{self, Write};

use plimsoll_model::Set;

use super::figure::{Figure, within};
use super::report::{about, footer, missing};
use super::sheet::{Part, Sheet};
use crate::page::{Headline, Parts};
use crate::{Gallery, Renderer};

/// Bytes that charts may take.
const BUDGET: usize = 400_000;

/// Prints what memory did in a set as one page for a browser, offline: its charts, leaks and falls of a collector.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemoryPage;

impl Renderer for MemoryPage {
    fn name(&self) -> &str {
        "memory"
    }

    fn file_name(&self, _set: &Set) -> String {
        "memory_analysis.html".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn Write) -> io::Result<()> {
        let is_about = |name: &str| name.contains("memory") || name.contains("duration_timeline");
        let charts = Gallery::standard().charts(set).into_iter().filter(|chart| is_about(&chart.name));
        let (kept, left_out) = within(charts.map(|chart| (chart, String::new())), BUDGET);
        let figures: Vec<Figure> = kept.into_iter().map(|(_, figure)| figure).collect();
        let is_empty = figures.is_empty();
        let sections = Parts::of(set).resources.into_iter().filter(|section| section.title != "Resources");
        let none = if is_empty { "No memory was sampled." } else { "" };
        let mut parts = vec![
            Part {
                intro: none.to_owned(),
                ..Part::new("memory", "Memory").charts(figures).sections(sections)
            },
            Part { intro: missing(set, left_out), ..Part::new("missing", "Not shown") },
        ];
        parts.retain(|part| !part.is_empty());
        let headline = Headline::of_set(set);
        let sheet = Sheet {
            title: format!("{} memory", headline.name),
            kind: "memory",
            about: about(set),
            headline: Some(headline),
            parts,
            footer: footer(set),
            ..Sheet::default()
        };
        sheet.print(out)
    }
}
