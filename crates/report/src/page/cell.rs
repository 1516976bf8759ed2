//! The smallest parts of a page: a text with a tone, and the mark of a conclusion.

use plimsoll_model::{ComparisonVerdict, Severity, Status};

use super::Pointer;
use crate::format;

/// What a text means to the reader; a terminal shows it as a colour, never only as a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "html", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub(crate) enum Tone {
    /// As any other.
    Plain,
    /// As wanted.
    Good,
    /// Not as wanted.
    Bad,
    /// Not decided, or to be kept in mind.
    Doubt,
    /// Less important.
    Faint,
    /// More important.
    Strong,
}

/// A conclusion as a sign and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Mark {
    pub(crate) glyph: char,
    pub(crate) word: &'static str,
    pub(crate) tone: Tone,
}

impl From<Status> for Mark {
    fn from(status: Status) -> Mark {
        let (glyph, tone) = match status {
            Status::Pass => ('✓', Tone::Good),
            Status::Fail => ('✗', Tone::Bad),
            Status::Invalid => ('!', Tone::Bad),
            Status::Inconclusive => ('?', Tone::Doubt),
            Status::Interrupted => ('■', Tone::Doubt),
        };
        Mark { glyph, word: status.word(), tone }
    }
}

impl From<ComparisonVerdict> for Mark {
    fn from(verdict: ComparisonVerdict) -> Mark {
        match verdict {
            ComparisonVerdict::Pass => Mark::from(Status::Pass),
            ComparisonVerdict::Regression => Mark { glyph: '✗', word: "WORSE", tone: Tone::Bad },
            ComparisonVerdict::Improvement => Mark { glyph: '▲', word: "BETTER", tone: Tone::Good },
            ComparisonVerdict::Inconclusive => Mark { glyph: '?', word: "UNSURE", tone: Tone::Doubt },
            ComparisonVerdict::Invalid => Mark { glyph: '!', word: "INVALID", tone: Tone::Doubt },
        }
    }
}

impl From<Severity> for Mark {
    fn from(severity: Severity) -> Mark {
        let (word, tone) = match severity {
            Severity::Low => ("LOW", Tone::Faint),
            Severity::Medium => ("MEDIUM", Tone::Doubt),
            Severity::High => ("HIGH", Tone::Bad),
            Severity::Critical => ("CRITICAL", Tone::Bad),
        };
        Mark { glyph: '●', word, tone }
    }
}

/// One place of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Cell {
    /// The sign before the text, left out where only ASCII is shown.
    pub(crate) glyph: Option<char>,
    pub(crate) text: String,
    pub(crate) tone: Tone,
    /// Where its figure is in the document, unless it follows from several.
    pub(crate) pointer: Option<Pointer>,
}

impl Cell {
    /// A cell in its own tone.
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Cell {
        Cell { glyph: None, text: text.into(), tone, pointer: None }
    }

    /// A cell without a figure.
    pub(crate) fn empty() -> Cell {
        Cell::toned(format::EMPTY, Tone::Faint)
    }

    /// A figure, or the sign that there is none.
    pub(crate) fn figure<T>(figure: Option<T>, form: impl FnOnce(T) -> String) -> Cell {
        figure.map_or_else(Cell::empty, |figure| Cell::from(form(figure)))
    }

    /// The cell with the place of its figure, where it has one.
    pub(crate) fn at(self, pointer: Pointer) -> Cell {
        let pointer = (self.text != format::EMPTY).then_some(pointer);
        Cell { pointer, ..self }
    }

    /// A number of things that should be zero.
    pub(crate) fn unwanted(count: u64) -> Cell {
        Cell::toned(format::count(count), if count > 0 { Tone::Bad } else { Tone::Plain })
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::toned(text, Tone::Plain)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::toned(text, Tone::Plain)
    }
}

impl From<Mark> for Cell {
    fn from(mark: Mark) -> Cell {
        Cell { glyph: Some(mark.glyph), text: mark.word.to_owned(), tone: mark.tone, pointer: None }
    }
}
