//! Lines of toned text, with colours or without.

use std::io;

use super::ConsoleOptions;
use crate::page::Tone;
use crate::text;

/// A stretch of a line in one tone.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) tone: Tone,
}

impl Span {
    pub(super) fn new(text: impl Into<String>, tone: Tone) -> Span {
        Span { text: text.into(), tone }
    }

    pub(super) fn plain(text: impl Into<String>) -> Span {
        Span::new(text, Tone::Plain)
    }

    pub(super) fn spaces(columns: usize) -> Span {
        Span::plain(" ".repeat(columns))
    }
}

/// Prints a line, without spaces at its end and never wider than the terminal.
pub(super) fn write(line: &[Span], options: &ConsoleOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let visible = line.iter().rposition(|span| !span.text.trim().is_empty()).map_or(0, |last| last + 1);
    let mut room = options.columns();
    for (index, span) in line[..visible].iter().enumerate() {
        let is_last = index + 1 == visible;
        let text = text::cut(if is_last { span.text.trim_end() } else { &span.text }, room);
        let text = if options.unicode { text } else { text::ascii(&text) };
        room -= text::width(&text).min(room);
        match code(span.tone).filter(|_| options.color && !text.trim().is_empty()) {
            Some(code) => write!(out, "\u{1b}[{code}m{text}\u{1b}[0m")?,
            None => out.write_all(text.as_bytes())?,
        }
    }
    writeln!(out)
}

/// The tone among the 16 colours.
fn code(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Good => Some("32"),
        Tone::Bad => Some("31"),
        Tone::Doubt => Some("33"),
        Tone::Faint => Some("2"),
        Tone::Strong => Some("1"),
    }
}
