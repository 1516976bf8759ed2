//! A page as lines.

use super::ConsoleOptions;
use super::grid;
use super::paint::Span;
use crate::page::{Block, Headline, Mark, Note, Page, Section, Table, Tone};
use crate::text;

type Line = Vec<Span>;

/// Spaces before what stands under a title.
const INDENT: usize = 2;

/// Spaces before the further lines of a remark.
const HANG: usize = 4;

/// A label takes no more than this.
const LABEL: usize = 12;

/// The lines of a page, none of them wider than the terminal.
pub(super) fn lines(page: &Page, options: &ConsoleOptions) -> Vec<Line> {
    let mut lines = headline(&page.headline, options);
    for section in &page.sections {
        lines.push(Line::new());
        lines.push(title(section, options));
        for (index, block) in section.blocks.iter().enumerate() {
            if index > 0 {
                lines.push(Line::new());
            }
            lines.extend(match block {
                Block::Facts(facts) => {
                    facts.iter().flat_map(|(label, value)| fact(label, value, options)).collect()
                }
                Block::Table(table) => table_lines(table, options),
                Block::Notes(notes) => notes.iter().flat_map(|note| note_lines(note, options)).collect(),
            });
        }
    }
    lines
}

/// A text as this terminal shows it.
pub(super) fn say(text: &str, options: &ConsoleOptions) -> String {
    if options.unicode { text.to_owned() } else { text::ascii(text) }
}

fn headline(headline: &Headline, options: &ConsoleOptions) -> Vec<Line> {
    let mark = mark_span(headline.mark, options);
    let name = Span::new(say(&headline.name, options), Tone::Strong);
    let mut lines = vec![vec![mark, Span::spaces(2), name]];
    if !headline.reasons.is_empty() {
        lines.push(Line::new());
    }
    for reason in &headline.reasons {
        lines.extend(paragraph(vec![Span::spaces(INDENT)], reason, Tone::Plain, INDENT, options));
    }
    lines
}

fn title(section: &Section, options: &ConsoleOptions) -> Line {
    let title = section.title.to_uppercase();
    let rule = if options.unicode { "─" } else { "-" };
    let rest = options.columns().saturating_sub(text::width(&title) + 1);
    vec![Span::new(title, Tone::Strong), Span::spaces(1), Span::new(rule.repeat(rest), Tone::Faint)]
}

fn fact(label: &str, value: &str, options: &ConsoleOptions) -> Vec<Line> {
    let label = text::cut(&say(label, options), LABEL - INDENT - 1);
    let padding = LABEL - INDENT - text::width(&label);
    let start = vec![Span::spaces(INDENT), Span::new(label, Tone::Faint), Span::spaces(padding)];
    paragraph(start, value, Tone::Plain, LABEL, options)
}

fn table_lines(table: &Table, options: &ConsoleOptions) -> Vec<Line> {
    let mut lines = grid::lines(table, options);
    if table.left_out > 0 {
        let more = format!(
            "… and {} more rows; the JSON document has them all",
            crate::format::count(table.left_out as u64)
        );
        lines.extend(paragraph(vec![Span::spaces(INDENT)], &more, Tone::Faint, INDENT, options));
    }
    lines
}

fn note_lines(note: &Note, options: &ConsoleOptions) -> Vec<Line> {
    let mut start = vec![Span::spaces(INDENT)];
    if let Some(mark) = note.mark {
        // As in the headline: `NOW CPU of host` would read as one phrase.
        start.extend([mark_span(mark, options), Span::spaces(2)]);
    }
    let hang = if note.mark.is_some() { HANG } else { INDENT };
    let tone = if note.mark.is_some() { Tone::Plain } else { Tone::Faint };
    let mut lines = paragraph(start, &note.text, tone, hang, options);
    for figure in &note.evidence {
        let start = vec![Span::spaces(HANG), Span::new(say("· ", options), Tone::Faint)];
        lines.extend(paragraph(start, figure, Tone::Faint, HANG + 2, options));
    }
    lines
}

fn mark_span(mark: Mark, options: &ConsoleOptions) -> Span {
    let text = if options.unicode { format!("{} {}", mark.glyph, mark.word) } else { mark.word.to_owned() };
    Span::new(text, mark.tone)
}

/// A text after the start of its first line, wrapped at the terminal's width.
fn paragraph(start: Line, value: &str, tone: Tone, hang: usize, options: &ConsoleOptions) -> Vec<Line> {
    let taken: usize = start.iter().map(|span| text::width(&span.text)).sum();
    let columns = options.columns();
    let pieces = text::wrap(&say(value, options), columns.saturating_sub(taken), columns - hang);
    let starts = std::iter::once(start).chain(std::iter::repeat_with(|| vec![Span::spaces(hang)]));
    let line = |(mut line, piece): (Line, String)| {
        line.push(Span::new(piece, tone));
        line
    };
    starts.zip(pieces).map(line).collect()
}
