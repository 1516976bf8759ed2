//! Decimal digits: how many, and how they are grouped.

/// Digits that matter to a reader; the histograms hold three.
pub(super) const DIGITS: usize = 3;

/// The minus sign, as wide as a plus.
pub const MINUS: char = '\u{2212}';

/// A finite number to at least that many significant digits: thousands separated, trailing zeros dropped.
///
/// Whole digits are never rounded away: 4,812 stays 4,812.
pub(super) fn significant(value: f64, digits: usize) -> String {
    fixed(value, decimals(value, digits))
}

/// A finite number with at most that many decimals.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_zero = fraction.is_empty() && whole.bytes().all(|digit| digit == b'0');
    let mut number = String::new();
    if value < 0.0 && !is_zero {
        number.push(MINUS);
    }
    number.push_str(&group(whole));
    if !fraction.is_empty() {
        number.push('.');
        number.push_str(fraction);
    }
    number
}

/// Digits with a comma before every third from the right.
pub(super) fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number rounded to significant digits: what decides which unit it is shown in, so that 999.9 µs becomes
/// 1 ms and not 1,000 µs.
pub(super) fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}

/// How many decimals show that many significant digits.
fn decimals(value: f64, digits: usize) -> usize {
    // More would only show the noise of the binary form; nothing that is measured is that small.
    const MOST: i32 = 15;
    let rounded = rounded(value, digits).abs();
    if rounded == 0.0 {
        return 0;
    }
    let whole_digits = rounded.log10().floor() as i32 + 1;
    usize::try_from((digits as i32 - whole_digits).min(MOST)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_matter_and_whole_ones_always_stay() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (0.012_34, "0.0123"),
            (1.0, "1"),
            (1.206, "1.21"),
            (31.84, "31.8"),
            (999.96, "1,000"),
            (4_812.4, "4,812"),
            (1_234_567.0, "1,234,567"),
            (-31.84, "\u{2212}31.8"),
            (1e-300, "0"),
        ];
        for (value, text) in cases {
            assert_eq!(significant(value, DIGITS), text);
        }
    }
}
