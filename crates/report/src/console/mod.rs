//! Text for a terminal.

mod grid;
mod layout;
mod paint;

use std::io;

use plimsoll_model::{Comparison, Set};

use crate::Renderer;
use crate::page::Page;

/// What the terminal can show. The caller finds out; nothing here asks the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsoleOptions {
    /// Columns; 40 to 120 are used, whatever it says.
    pub width: usize,
    /// Whether to colour: the 16 colours that every terminal has, never alone in saying something.
    pub color: bool,
    /// Whether signs beyond ASCII may be printed; otherwise `PASS` stands for `✓ PASS`.
    pub unicode: bool,
}

impl Default for ConsoleOptions {
    /// 80 columns, no colour, all signs: right for a file.
    fn default() -> Self {
        ConsoleOptions { width: 80, color: false, unicode: true }
    }
}

impl ConsoleOptions {
    /// The narrowest that is laid out.
    pub const MIN_WIDTH: usize = 40;
    /// The widest that is laid out.
    pub const MAX_WIDTH: usize = 120;

    fn columns(&self) -> usize {
        self.width.clamp(ConsoleOptions::MIN_WIDTH, ConsoleOptions::MAX_WIDTH)
    }
}

/// Prints a set for a terminal: the verdict first, then its reasons, then the detail.
///
/// No line is wider than the terminal. A table that is too wide drops its least important columns; it never
/// wraps. Everything left out is in the JSON document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Console {
    /// What the terminal can show.
    pub options: ConsoleOptions,
}

impl Renderer for Console {
    fn name(&self) -> &str {
        "text"
    }

    fn file_name(&self, _set: &Set) -> String {
        "report.txt".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        print(&Page::of_set(set), &self.options, out)
    }
}

/// Prints many results in one set in short: a row for each scenario and component, and what follows from all of
/// them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overview {
    /// What the terminal can show.
    pub options: ConsoleOptions,
}

impl Renderer for Overview {
    fn name(&self) -> &str {
        "overview"
    }

    fn file_name(&self, _set: &Set) -> String {
        "overview.txt".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        print(&Page::of_many(set), &self.options, out)
    }
}

/// Prints the analysis of a set, and nothing else of it: findings, recommendations, scaling, leaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnalysisText {
    /// What the terminal can show.
    pub options: ConsoleOptions,
}

impl Renderer for AnalysisText {
    fn name(&self) -> &str {
        "analysis"
    }

    fn file_name(&self, _set: &Set) -> String {
        "analysis.txt".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        print(&Page::of_analysis(set), &self.options, out)
    }
}

/// Prints every target and every compared metric of a set as a check that passed or did not, and the share that passed.
#[derive(Debug, Clone, Copy, Default)]
pub struct ValidationText {
    /// What the terminal can show.
    pub options: ConsoleOptions,
}

impl Renderer for ValidationText {
    fn name(&self) -> &str {
        "validation"
    }

    fn file_name(&self, _set: &Set) -> String {
        "validation_report.txt".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        print(&Page::of_validation(set), &self.options, out)
    }
}

/// Prints the comparisons of a set, and nothing else of it: `comparison_report.txt`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ComparisonText {
    /// What the terminal can show.
    pub options: ConsoleOptions,
}

impl ComparisonText {
    /// Prints one comparison.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn render_one(&self, comparison: &Comparison, out: &mut dyn io::Write) -> io::Result<()> {
        print(&Page::of_comparison(comparison), &self.options, out)
    }
}

impl Renderer for ComparisonText {
    fn name(&self) -> &str {
        "comparison"
    }

    fn file_name(&self, _set: &Set) -> String {
        "comparison_report.txt".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        print(&Page::of_comparisons(set), &self.options, out)
    }
}

fn print(page: &Page, options: &ConsoleOptions, out: &mut dyn io::Write) -> io::Result<()> {
    for line in layout::lines(page, options) {
        paint::write(&line, options, out)?;
    }
    Ok(())
}
