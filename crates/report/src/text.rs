//! Text from outside, made harmless, and measured as a terminal shows it.
//!
//! Names, labels and messages may hold anything. Whatever a renderer prints has gone through [`visible`]
//! first, which leaves nothing that moves a cursor, hides or turns text around; each format then escapes
//! what is special to itself.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Ends a text that was cut.
pub(crate) const ELLIPSIS: char = '…';

/// Longest name from outside that a report for people shows, in columns.
pub(crate) const NAME: usize = 80;

/// Longest sentence from outside that a report for people shows, in columns.
pub(crate) const SENTENCE: usize = 500;

/// A text in which every character can be seen: white space becomes a space, and a character that controls
/// the terminal, the reading order or nothing at all becomes its code: `\u{1b}`.
pub(crate) fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => seen.push(' '),
            c if is_unseen(c) => seen.extend(c.escape_unicode()),
            c => seen.push(c),
        }
    }
    seen
}

/// A name from outside: visible, and not longer than a report has room for.
pub(crate) fn name(text: &str) -> String {
    outside(text, NAME)
}

/// A sentence from outside: visible, and not longer than a report has room for.
pub(crate) fn sentence(text: &str) -> String {
    outside(text, SENTENCE)
}

/// Columns that a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A text in at most that many columns, with an ellipsis where something is missing.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept) + 1 > columns {
            kept.pop();
            break;
        }
    }
    if columns > 0 {
        kept.push(ELLIPSIS);
    }
    kept
}

/// A text in lines of at most that many columns, broken at spaces where there are any.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        for piece in pieces(&word, columns) {
            let room = width(&line) + 1 + width(&piece) <= columns;
            if !line.is_empty() && !room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&piece);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A text in ASCII: our own signs by what they mean, everything else from outside by `?`.
pub(crate) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => plain.push(c),
            'µ' => plain.push('u'),
            '–' | '—' | '\u{2212}' | '─' => plain.push('-'),
            '·' => plain.push('-'),
            '≥' => plain.push_str(">="),
            '≤' => plain.push_str("<="),
            '±' => plain.push_str("+/-"),
            '×' => plain.push('x'),
            '→' => plain.push_str("->"),
            ELLIPSIS => plain.push('~'),
            '▁'..='█' => plain.push(ascii_bar(c)),
            _ => plain.push('?'),
        }
    }
    plain
}

/// The eight bars by what looks as full.
fn ascii_bar(bar: char) -> char {
    let step = u32::from(bar) - u32::from('▁');
    "_.-=+*%#".chars().nth(step as usize).unwrap_or('#')
}

fn outside(text: &str, columns: usize) -> String {
    // A character takes no more than ten columns once it is visible; the rest need not be looked at.
    let end = text.char_indices().nth(columns + 1).map_or(text.len(), |(index, _)| index);
    cut(&visible(&text[..end]), columns)
}

/// The words of a text; a figure and its unit are one.
fn words(text: &str) -> Vec<String> {
    const UNITS: [&str; 11] = ["ns", "µs", "us", "ms", "s", "%", "B", "KiB", "MiB", "GiB", "TiB"];
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let unit = word.trim_end_matches([',', '.', ';', ':', ')', ']']);
        match words
            .last_mut()
            .filter(|last| UNITS.contains(&unit) && last.ends_with(|c: char| c.is_ascii_digit()))
        {
            Some(figure) => figure.extend([" ", word]),
            None => words.push(word.to_owned()),
        }
    }
    words
}

/// A word in pieces of at most that many columns.
fn pieces(word: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        let last = pieces.last_mut().expect("there is one from the start");
        last.push(c);
        if width(last) > columns.max(2) {
            last.pop();
            pieces.push(c.to_string());
        }
    }
    pieces
}

/// Whether a character shows nothing, or changes how others are shown. The joiner of emoji is left alone.
fn is_unseen(c: char) -> bool {
    const JOINER: char = '\u{200d}';
    const EMOJI_STYLE: char = '\u{fe0f}';
    let turns_text = matches!(c,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let has_no_width = c.width().unwrap_or(0) == 0 && !matches!(c, JOINER | EMOJI_STYLE);
    // Marks of a script have no width of their own, but they belong to a letter.
    let is_tag = matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{feff}' | '\u{00ad}' | '\u{200b}' | '\u{200c}');
    c.is_control() || turns_text || is_tag || (has_no_width && matches!(c, '\u{2060}'..='\u{2064}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_left() {
        assert_eq!(visible("a\u{1b}[31mb\0\n\u{202e}c"), "a\\u{1b}[31mb\\u{0} \\u{202e}c");
        assert_eq!(visible("👩\u{200d}👧 é e\u{301}"), "👩\u{200d}👧 é e\u{301}");
    }

    #[test]
    fn a_cut_text_fits_and_says_so() {
        assert_eq!(cut("checkout", 8), "checkout");
        assert_eq!(cut("checkout", 5), "chec…");
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(cut("x", 0), "");
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text = "a recommendation that names aVeryLongRuleNameIndeed and its numbers";
        for columns in 4..70 {
            let lines = wrap(text, columns);
            assert!(lines.iter().all(|line| width(line) <= columns), "{columns} {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn ascii_keeps_the_meaning_of_our_own_signs() {
        assert_eq!(ascii("≥ 2 µs · ±0 % → ▁▄█ 漢"), ">= 2 us - +/-0 % -> _=# ?");
    }

    #[test]
    fn a_figure_stays_with_its_unit() {
        assert_eq!(
            wrap("it took 31.8 ms, and then 25 %: more", 12),
            ["it took", "31.8 ms, and", "then 25 %:", "more"]
        );
    }

    #[test]
    fn ten_thousand_characters_become_a_name() {
        assert_eq!(width(&name(&"x".repeat(10_000))), NAME);
    }
}
