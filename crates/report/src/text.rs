//! Text from outside, made harmless, and measured as a terminal shows it.
//!
//! Names, labels and messages may hold anything. Whatever a renderer prints has gone through [`visible`]
//! first, which leaves nothing that moves a cursor, hides or turns text around; each format then escapes
//! what is special to itself.

use unicode_width::UnicodeWidthStr;

/// Ends a text that was cut.
pub(crate) const ELLIPSIS: char = '…';

/// Joins several emoji into one.
const JOINER: char = '\u{200d}';

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
    // Half of a joined sign would join the ellipsis.
    let mut kept = kept.trim_end_matches(JOINER).to_owned();
    if columns > 0 {
        kept.push(ELLIPSIS);
    }
    kept
}

/// A text in at most that many columns, with an ellipsis within it where something is missing: what it begins and
/// what it ends with.
pub(crate) fn cut_within(text: &str, columns: usize) -> String {
    if width(text) <= columns || columns < 3 {
        return cut(text, columns);
    }
    let start = cut(text, columns.div_ceil(2));
    let mut end = String::new();
    for c in text.chars().rev() {
        end.insert(0, c);
        if width(&start) + width(&end) > columns {
            end.remove(0);
            break;
        }
    }
    format!("{start}{}", end.trim_start_matches(JOINER))
}

/// A text in lines, broken at spaces where there are any: the first has `first` columns, the others `rest`.
///
/// There is always a first line, empty when nothing fits into it.
pub(crate) fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = first;
    for piece in words(text).iter().flat_map(|word| pieces(word, rest)) {
        let line = lines.last_mut().expect("there is one from the start");
        let gap = usize::from(!line.is_empty());
        if width(line) + gap + width(&piece) <= room {
            line.push_str(&" ".repeat(gap));
            line.push_str(&piece);
        } else {
            lines.push(piece);
            room = rest;
        }
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
    // Marks without a width of their own can be stacked without end; a few for each column are plenty.
    let most = columns * 4;
    match text.char_indices().nth(most) {
        Some((end, _)) => cut(&format!("{}{ELLIPSIS}", visible(&text[..end])), columns),
        None => cut(&visible(text), columns),
    }
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

/// Whether a character shows nothing, or changes how others are shown. Marks that belong to a letter and the
/// joiner of emoji are left alone: they are seen in what they join.
fn is_unseen(c: char) -> bool {
    let turns_text =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
    let fills_nothing = matches!(c,
        '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{2060}'..='\u{2065}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || turns_text || fills_nothing
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
        assert_eq!(cut_within("checkout", 8), "checkout");
        assert_eq!(cut_within("checkout", 5), "ch…ut");
        assert_eq!(cut_within("漢字漢字", 5), "漢…字");
        assert_eq!(cut_within("checkout", 2), "c…");
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text = "a recommendation that names aVeryLongRuleNameIndeed and its numbers";
        for columns in 4..70 {
            let lines = wrap(text, columns, columns);
            assert!(lines.iter().all(|line| width(line) <= columns), "{columns} {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn the_first_line_has_a_room_of_its_own() {
        assert_eq!(wrap("one two three", 4, 9), ["one", "two three"]);
        assert_eq!(wrap("one", 2, 9), ["", "one"]);
        assert_eq!(wrap("", 2, 9), [""]);
    }

    #[test]
    fn ascii_keeps_the_meaning_of_our_own_signs() {
        assert_eq!(ascii("≥ 2 µs · ±0 % → ▁▄█ 漢"), ">= 2 us - +/-0 % -> _=# ?");
    }

    #[test]
    fn a_figure_stays_with_its_unit() {
        assert_eq!(
            wrap("it took 31.8 ms, and then 25 %: more", 12, 12),
            ["it took", "31.8 ms, and", "then 25 %:", "more"]
        );
    }

    #[test]
    fn ten_thousand_characters_become_a_name() {
        assert_eq!(width(&name(&"x".repeat(10_000))), NAME);
        let stacked = name(&"e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".repeat(1_000));
        assert!(stacked.ends_with(ELLIPSIS) && stacked.len() < 1_000, "{stacked}");
    }
}
