//! Markdown as GitHub shows it.

use std::io::{self, Write};

use plimsoll_model::Set;

use crate::page::{Align, Block, Cell, Headline, Note, Page, Section, Table};
use crate::{Renderer, format};

/// Prints a set as a Markdown page with tables.
///
/// Whatever a name or a message holds is shown as text: it makes no markup, no link, no mention.
#[derive(Debug, Clone, Copy, Default)]
pub struct Markdown;

impl Renderer for Markdown {
    fn name(&self) -> &str {
        "markdown"
    }

    fn file_name(&self, _set: &Set) -> String {
        "report.md".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn Write) -> io::Result<()> {
        print(&Page::of_set(set), out)
    }
}

/// Prints a page.
pub(crate) fn print(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    headline(&page.headline, out)?;
    page.sections.iter().try_for_each(|part| section(part, out))
}

fn headline(headline: &Headline, out: &mut dyn Write) -> io::Result<()> {
    let mark = headline.mark;
    writeln!(out, "# {} {} – {}", mark.glyph, mark.word, escape(&headline.name))?;
    if !headline.reasons.is_empty() {
        writeln!(out)?;
    }
    headline.reasons.iter().try_for_each(|reason| writeln!(out, "- {}", escape(reason)))
}

fn section(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {}", section.title)?;
    for block in &section.blocks {
        writeln!(out)?;
        match block {
            Block::Facts(facts) => facts
                .iter()
                .try_for_each(|(label, value)| writeln!(out, "- **{}:** {}", escape(label), escape(value)))?,
            Block::Table(table) => table_lines(table, out)?,
            Block::Notes(notes) => notes.iter().try_for_each(|note| note_lines(note, out))?,
        }
    }
    Ok(())
}

fn table_lines(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let titles = table.columns.iter().map(|column| escape(column.title));
    let rules = table.columns.iter().map(|column| match column.align {
        Align::Left => "---".to_owned(),
        Align::Right => "---:".to_owned(),
    });
    row(titles, out)?;
    row(rules, out)?;
    table.rows.iter().try_for_each(|cells| row(cells.iter().map(cell), out))?;
    if table.left_out > 0 {
        writeln!(
            out,
            "\n… and {} more rows; the JSON document has them all",
            format::count(table.left_out as u64)
        )?;
    }
    Ok(())
}

fn row(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "|")?;
    for cell in cells {
        write!(out, " {cell} |")?;
    }
    writeln!(out)
}

fn cell(cell: &Cell) -> String {
    match cell.glyph {
        Some(glyph) => format!("{glyph} {}", escape(&cell.text)),
        None => escape(&cell.text),
    }
}

fn note_lines(note: &Note, out: &mut dyn Write) -> io::Result<()> {
    match note.mark {
        Some(mark) => writeln!(out, "- {} **{}** {}", mark.glyph, mark.word, escape(&note.text))?,
        None => writeln!(out, "- {}", escape(&note.text))?,
    }
    note.evidence.iter().try_for_each(|figure| writeln!(out, "  - {}", escape(figure)))
}

/// A text that Markdown shows as it is.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    for (index, c) in text.char_indices() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // A number after it would become a link to an issue.
            '#' if text[index + 1..].starts_with(|c: char| c.is_ascii_digit()) => {
                escaped.push_str("\\#\u{2060}");
            }
            '\\' | '`' | '*' | '[' | ']' | '#' | '|' | '~' | '$' => escaped.extend(['\\', c]),
            // Inside a word an underscore is only itself; elsewhere it would start emphasis.
            '_' if !before.is_alphanumeric() => escaped.push_str("\\_"),
            '_' if !text[index + 1..].starts_with(char::is_alphanumeric) => escaped.push_str("\\_"),
            // A mention would call somebody, an address would become a link: a joiner of no width stops both.
            '@' => escaped.push_str("@\u{2060}"),
            ':' if text[index..].starts_with("://") => escaped.push_str(":\u{2060}"),
            '.' if text[..index].to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            // At the start these would open a list or draw a rule; before a figure they are a sign.
            '-' | '+' if index == 0 && !text[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                escaped.extend(['\\', c]);
            }
            c => escaped.push(c),
        }
        before = c;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        let cases = [
            ("a|b `c` *d*", "a\\|b \\`c\\` \\*d\\*"),
            ("<img onerror>", "&lt;img onerror&gt;"),
            ("[x](http://h)", "\\[x\\](http:\u{2060}//h)"),
            ("@team snake_case _it_", "@\u{2060}team snake_case \\_it\\_"),
            ("- = +", "\\- = +"),
            ("+32 %", "+32 %"),
            ("#12", "\\#\u{2060}12"),
            ("${{7*7}}", "\\${{7\\*7}}"),
            ("&lt;", "&amp;lt;"),
        ];
        for (text, expected) in cases {
            assert_eq!(escape(text), expected);
        }
    }
}
