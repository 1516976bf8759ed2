//! Reading printed figures back.

use plimsoll_model::Unit;
use plimsoll_model::human::MINUS;

/// A figure as it was printed: its value in base units, and how far the true one may lie from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// In the base unit; of a signed percentage the ratio that it means, 1.32 for `+32 %`.
    pub value: f64,
    /// Half a unit of the last printed digit.
    pub tolerance: f64,
    /// The base unit; `None` for a bare number.
    pub unit: Option<Unit>,
}

impl Shown {
    /// Whether a stored value prints as this figure, within its printed precision.
    #[must_use]
    pub fn agrees_with(&self, stored: f64) -> bool {
        // The sums and products on the way here cost some last bits.
        let slack = (self.value.abs() + self.tolerance) * 1e-9;
        (self.value - stored).abs() <= self.tolerance + slack
    }
}

/// Suffixes with their units and sizes in base units; where one begins another, the longer first.
const SUFFIXES: [(&str, Unit, f64); 20] = [
    ("TiB/s", Unit::BytesPerSecond, 1_099_511_627_776.0),
    ("GiB/s", Unit::BytesPerSecond, 1_073_741_824.0),
    ("MiB/s", Unit::BytesPerSecond, 1_048_576.0),
    ("KiB/s", Unit::BytesPerSecond, 1024.0),
    ("B/s", Unit::BytesPerSecond, 1.0),
    ("TiB", Unit::Bytes, 1_099_511_627_776.0),
    ("GiB", Unit::Bytes, 1_073_741_824.0),
    ("MiB", Unit::Bytes, 1_048_576.0),
    ("KiB", Unit::Bytes, 1024.0),
    ("B", Unit::Bytes, 1.0),
    ("ns", Unit::Nanoseconds, 1.0),
    ("µs", Unit::Nanoseconds, 1e3),
    ("us", Unit::Nanoseconds, 1e3),
    ("ms", Unit::Nanoseconds, 1e6),
    ("s", Unit::Nanoseconds, 1e9),
    ("m", Unit::Nanoseconds, 6e10),
    ("h", Unit::Nanoseconds, 3.6e12),
    ("%", Unit::Ratio, 0.01),
    ("/s", Unit::PerSecond, 1.0),
    ("/min", Unit::Count, 1.0),
];

/// The figure that a text holds, if that is all it holds.
///
/// It reads what the other functions of this module print, `≥` or `>=` before it included.
///
/// ```
/// use plimsoll_report::format;
///
/// let shown = format::parse("≥ 4,812/s").unwrap();
/// assert_eq!((shown.value, shown.tolerance), (4812.0, 0.5));
/// assert_eq!(format::parse("p99"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<Shown> {
    let text = text.trim().trim_start_matches(['≥', '>', '=']).trim_start();
    figure(text).filter(|(_, rest)| rest.is_empty()).map(|(shown, _)| shown)
}

/// All figures in a text, in order. Digits inside a word, as in `p99` or `v2`, are no figure.
#[must_use]
pub fn numbers(text: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(next) = rest.chars().next() {
        match figure(rest).filter(|_| !is_word(before)) {
            Some((shown, after)) => {
                found.push(shown);
                rest = after;
                before = '0';
            }
            None => {
                before = next;
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    found
}

/// What a digit continues, rather than starts a number.
fn is_word(before: char) -> bool {
    before.is_alphanumeric() || matches!(before, '_' | '.' | ',' | ':')
}

/// The figure at the start of a text, and what follows it.
fn figure(text: &str) -> Option<(Shown, &str)> {
    let (first, mut rest) = term(text)?;
    let mut sum = first.shown;
    let mut last = first.suffix;
    while matches!(last, "h" | "m")
        && let Some((next, after)) = rest.strip_prefix(' ').and_then(term)
        && matches!((last, next.suffix), ("h", "m" | "s") | ("m", "s"))
    {
        sum.value += next.shown.value;
        sum.tolerance = next.shown.tolerance;
        (last, rest) = (next.suffix, after);
    }
    if matches!(last, "h" | "m") {
        // A clock reading is rounded to whole seconds, whatever its last part is.
        sum.tolerance = 0.5e9;
    }
    Some((sum, rest))
}

/// One number with its suffix.
struct Term {
    shown: Shown,
    suffix: &'static str,
}

fn term(text: &str) -> Option<(Term, &str)> {
    let (sign, digits) = sign(text);
    let (number, step, rest) = decimal(digits)?;
    let spaced = rest.strip_prefix(' ').unwrap_or(rest);
    let fits = |(suffix, unit, size): &(&'static str, Unit, f64)| {
        let after = spaced.strip_prefix(suffix)?;
        let ends = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        ends.then_some((*suffix, *unit, *size, after))
    };
    let Some((suffix, unit, size, rest)) = SUFFIXES.iter().find_map(fits) else {
        let value = number * sign.unwrap_or(1.0);
        return Some((Term { shown: Shown { value, tolerance: step / 2.0, unit: None }, suffix: "" }, rest));
    };
    let is_slope = suffix != "/min" && rest.starts_with("/min");
    let is_change = sign.is_some() && unit == Unit::Ratio && !is_slope;
    let value = number * size * sign.unwrap_or(1.0) + if is_change { 1.0 } else { 0.0 };
    let shown = Shown { value, tolerance: step / 2.0 * size, unit: Some(unit) };
    Some((Term { shown, suffix }, rest.strip_prefix("/min").filter(|_| is_slope).unwrap_or(rest)))
}

fn sign(text: &str) -> (Option<f64>, &str) {
    let Some(first) = text.chars().next() else { return (None, text) };
    match first {
        '+' | '±' => (Some(1.0), &text[first.len_utf8()..]),
        '-' | MINUS => (Some(-1.0), &text[first.len_utf8()..]),
        _ => (None, text),
    }
}

/// A number with separators, the worth of its last digit, and what follows.
fn decimal(text: &str) -> Option<(f64, f64, &str)> {
    let whole = digits(text, true);
    if whole.is_empty() {
        return None;
    }
    let fraction = text[whole.len()..].strip_prefix('.').map_or("", |rest| digits(rest, false));
    let length = if fraction.is_empty() { whole.len() } else { whole.len() + 1 + fraction.len() };
    let number = text[..length].replace(',', "").parse().ok()?;
    Some((number, 10_f64.powi(-i32::try_from(fraction.len()).ok()?), &text[length..]))
}

/// The digits that a text starts with; a separator counts only between digits.
fn digits(text: &str, grouped: bool) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_digit() || grouped && c == ',')).unwrap_or(text.len());
    let run = text[..end].trim_end_matches(',');
    if run.starts_with(',') { "" } else { run }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{bytes, change, count, number, per_minute, rate, share, span, time, value};
    use super::*;

    proptest! {
        #[test]
        fn every_form_reads_back_within_its_precision(mantissa in 0.0..1.0_f64, exponent in 0..13_i32) {
            let stored = mantissa * 10_f64.powi(exponent);
            for text in [time(stored), bytes(stored), rate(stored), number(stored), share(stored)] {
                let shown = parse(&text).unwrap_or_else(|| panic!("{text}"));
                prop_assert!(shown.agrees_with(stored), "{stored} {text} {shown:?}");
            }
            prop_assert!(parse(&change(stored)).unwrap().agrees_with(stored));
            prop_assert!(parse(&count(stored as u64)).unwrap().agrees_with((stored as u64) as f64));
            prop_assert!(parse(&span(stored as u64)).unwrap().agrees_with((stored as u64) as f64));
            for unit in [Unit::Bytes, Unit::BytesPerSecond, Unit::Ratio] {
                for slope in [stored, -stored] {
                    let text = per_minute(slope, unit);
                    prop_assert!(parse(&text).unwrap().agrees_with(slope), "{slope} {text}");
                }
                prop_assert!(parse(&value(stored, unit)).unwrap().agrees_with(stored));
            }
        }

        #[test]
        fn any_text_is_read_without_harm(text in "\\PC{0,40}") {
            let _ = (parse(&text), numbers(&text));
        }
    }

    #[test]
    fn figures_are_found_among_words() {
        let values: Vec<f64> = numbers("p99 of 1,200 (v2.1) was 31.8 ms, +32 % [−1 %, 5], took 2m 5s")
            .iter()
            .map(|s| s.value)
            .collect();
        assert_eq!(values, [1200.0, 31_800_000.0, 1.32, 0.99, 5.0, 125e9]);
    }

    #[test]
    fn another_value_does_not_agree() {
        let shown = parse("31.8 ms").unwrap();
        assert!(shown.agrees_with(31_849_999.0));
        assert!(!shown.agrees_with(31_851_000.0));
    }
}
