//! The summary of a step.

use std::io;

use plimsoll_model::Set;

use crate::page::Page;
use crate::{Renderer, format, markdown};

/// Prints a set as Markdown that fits into the summary of a step: `github_summary.md`.
///
/// GitHub takes 1 MiB a step and drops all of it when it is more. So whole sections are left out from the end until
/// the rest fits, and the summary says which; the verdict and its reasons stay.
///
/// ```
/// use plimsoll_report::GithubSummary;
///
/// assert_eq!(GithubSummary::default().budget, 900_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GithubSummary {
    /// Most bytes that may be printed.
    pub budget: usize,
}

impl Default for GithubSummary {
    /// 900,000 bytes, which leaves others of the same step some room.
    fn default() -> Self {
        GithubSummary { budget: 900_000 }
    }
}

impl Renderer for GithubSummary {
    fn name(&self) -> &str {
        "github-summary"
    }

    fn file_name(&self, _set: &Set) -> String {
        "github_summary.md".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page::of_set(set);
        let mut cut = Vec::new();
        loop {
            let mut text = Vec::new();
            markdown::print(&page, &mut text)?;
            text.extend(remark(&cut).into_bytes());
            let left_out = if text.len() <= self.budget { None } else { page.sections.pop() };
            match left_out {
                Some(section) => cut.insert(0, section.title),
                None if text.len() <= self.budget => return out.write_all(&text),
                None => return out.write_all(&text[..boundary(&text, self.budget)]),
            }
        }
    }
}

/// Which sections are not there.
fn remark(cut: &[&str]) -> String {
    match cut {
        [] => String::new(),
        cut => format!(
            "\n{} sections were left out to fit: {}. The JSON document has everything.\n",
            format::count(cut.len() as u64),
            cut.join(", ")
        ),
    }
}

/// The longest start of a text that ends with a whole line.
fn boundary(text: &[u8], most: usize) -> usize {
    text[..most.min(text.len())].iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1)
}
