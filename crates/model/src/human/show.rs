//! One function for each kind of figure.

use super::number::{DIGITS, MINUS, fixed, group, rounded, significant};
use crate::Unit;

/// Stands where there is no figure. The reason belongs beside it.
pub const EMPTY: &str = "\u{2013}";

const SECOND_NS: u64 = 1_000_000_000;
const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;

/// Names of a unit and their sizes in the base unit, ascending.
type Scale = [(&'static str, f64)];

const TIMES: &Scale = &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)];
const BYTES: &Scale = &[
    ("B", 1.0),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// A length of time that was measured: `31.8 ms`.
#[must_use]
pub fn time(ns: f64) -> String {
    scaled(ns, TIMES, DIGITS)
}

/// A length of time that was planned or waited for: `2m 5s`, and as [`time`] below a minute.
#[must_use]
pub fn span(ns: u64) -> String {
    let seconds = ns / SECOND_NS + u64::from(ns % SECOND_NS >= SECOND_NS / 2);
    let (hours, minutes, rest) = (seconds / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE);
    let parts = [(hours, 'h'), (minutes, 'm'), (rest, 's')];
    if seconds < MINUTE {
        return time(ns as f64);
    }
    let shown: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{}{unit}", count(number)))
        .collect();
    shown.join(" ")
}

/// An amount of memory or traffic: `1.5 MiB`.
#[must_use]
pub fn bytes(bytes: f64) -> String {
    scaled(bytes, BYTES, DIGITS)
}

/// Events in each second: `4,812/s`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    with_suffix(per_second, DIGITS, "/s")
}

/// A number of things: `480,000`.
#[must_use]
pub fn count(count: u64) -> String {
    group(&count.to_string())
}

/// A number without a unit: `0.987`.
#[must_use]
pub fn number(value: f64) -> String {
    with_suffix(value, DIGITS, "")
}

/// A share of one in percent: `0.02 %`, `99.98 %`.
///
/// Near 0 and near 100 it takes as many decimals as it needs: nothing rounds to `0 %` but zero, nothing to
/// `100 %` but one.
#[must_use]
pub fn share(ratio: f64) -> String {
    if !ratio.is_finite() {
        return EMPTY.to_owned();
    }
    percent(ratio * 100.0, 0)
}

/// A ratio current / baseline as the change it means, always with its sign: `+32 %`, `−0.1 %`, `±0 %`.
///
/// Two digits: a change is never known better than that.
#[must_use]
pub fn change(ratio: f64) -> String {
    if !ratio.is_finite() {
        return EMPTY.to_owned();
    }
    // Away from the noise of the subtraction: 1.1 − 1 is not quite 0.1.
    let change = (ratio - 1.0) * 100.0;
    let size = significant(change.abs(), 2);
    match size.as_str() {
        "0" => "±0 %".to_owned(),
        _ if change < 0.0 => format!("{MINUS}{size} %"),
        _ => format!("+{size} %"),
    }
}

/// A value in its base unit, in the form of its unit.
#[must_use]
pub fn value(value: f64, unit: Unit) -> String {
    shown(value, unit, DIGITS)
}

/// A change of a value in each minute, with its sign: `+1.5 MiB/min`.
#[must_use]
pub fn per_minute(slope: f64, unit: Unit) -> String {
    match value(slope, unit) {
        text if text == EMPTY => text,
        text if slope > 0.0 => format!("+{text}/min"),
        text => format!("{text}/min"),
    }
}

/// A value, with as many digits as it takes to tell it from a limit: 25.04 ms against 25 ms is `25.04 ms`.
#[must_use]
pub fn apart(value: f64, limit: f64, unit: Unit) -> String {
    const MOST: usize = 12;
    let is_told =
        |digits: &usize| value == limit || shown(value, unit, *digits) != shown(limit, unit, *digits);
    let digits = (DIGITS..MOST).find(is_told).unwrap_or(MOST);
    shown(value, unit, digits)
}

/// The form of a figure, or [`EMPTY`] when there is none.
pub fn or_empty<T>(figure: Option<T>, form: impl FnOnce(T) -> String) -> String {
    figure.map_or_else(|| EMPTY.to_owned(), form)
}

fn shown(value: f64, unit: Unit, digits: usize) -> String {
    match unit {
        Unit::Nanoseconds => scaled(value, TIMES, digits),
        Unit::Bytes => scaled(value, BYTES, digits),
        Unit::BytesPerSecond => match scaled(value, BYTES, digits) {
            text if text == EMPTY => text,
            text => format!("{text}/s"),
        },
        Unit::Ratio if value.is_finite() => percent(value * 100.0, digits - DIGITS),
        Unit::PerSecond => with_suffix(value, digits, "/s"),
        _ => with_suffix(value, digits, ""),
    }
}

fn with_suffix(value: f64, digits: usize, suffix: &str) -> String {
    if value.is_finite() { format!("{}{suffix}", significant(value, digits)) } else { EMPTY.to_owned() }
}

/// In the largest unit that leaves something before the point.
fn scaled(value: f64, scale: &Scale, digits: usize) -> String {
    if !value.is_finite() {
        return EMPTY.to_owned();
    }
    let reaches = |(_, size): &&(&str, f64)| rounded(value / size, digits).abs() >= 1.0;
    let (unit, size) = scale.iter().rev().find(reaches).unwrap_or(&scale[0]);
    format!("{} {unit}", significant(value / size, digits))
}

/// A percentage with the decimals that its distance from 0 and from 100 asks for, and some more.
fn percent(percent: f64, more: usize) -> String {
    const MOST: i32 = 9;
    let near_full = percent > 99.0 && percent < 100.0;
    let distance = if near_full { 100.0 - percent } else { percent.abs() };
    let decimals = match distance {
        d if d >= 100.0 || d == 0.0 => 0,
        d if d >= 10.0 => 1,
        d if d >= 0.01 => 2,
        d => (-d.log10()).ceil().min(f64::from(MOST)) as usize,
    };
    format!("{} %", fixed(percent, decimals + more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_follows_the_rounded_value() {
        let cases = [
            (0.0, "0 ns"),
            (950.0, "950 ns"),
            (999.6, "1 µs"),
            (31_840_000.0, "31.8 ms"),
            (999_960_000.0, "1 s"),
            (75.2e9, "75.2 s"),
            (3_600e9, "3,600 s"),
            (-1_500.0, "\u{2212}1.5 µs"),
        ];
        for (ns, text) in cases {
            assert_eq!(time(ns), text);
        }
        assert_eq!(bytes(1023.7 * 1024.0), "1 MiB");
        assert_eq!(bytes(8.0 * 1024.0 * 1024.0 * 1024.0), "8 GiB");
    }

    #[test]
    fn long_times_read_as_on_a_clock() {
        let second = 1_000_000_000;
        let cases = [(59, "59 s"), (60, "1m"), (125, "2m 5s"), (3_605, "1h 5s"), (90_000, "25h")];
        for (seconds, text) in cases {
            assert_eq!(span(seconds * second), text);
        }
    }

    #[test]
    fn no_share_is_rounded_to_nothing_or_to_everything() {
        let cases = [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.0002, "0.02 %"),
            (0.000_004, "0.0004 %"),
            (0.999_8, "99.98 %"),
            (0.999_999, "99.9999 %"),
            (0.318_4, "31.8 %"),
            (2.0, "200 %"),
        ];
        for (ratio, text) in cases {
            assert_eq!(share(ratio), text);
        }
    }

    #[test]
    fn a_change_always_has_a_sign() {
        let cases = [(1.32, "+32 %"), (0.999, "\u{2212}0.1 %"), (1.0, "±0 %"), (13.0, "+1,200 %")];
        for (ratio, text) in cases {
            assert_eq!(change(ratio), text);
        }
    }

    #[test]
    fn a_value_is_told_from_its_limit() {
        assert_eq!(apart(25_040_000.0, 25_000_000.0, Unit::Nanoseconds), "25.04 ms");
        assert_eq!(apart(31_840_000.0, 25_000_000.0, Unit::Nanoseconds), "31.8 ms");
        assert_eq!(apart(0.010_000_3, 0.01, Unit::Ratio), "1.00003 %");
    }

    #[test]
    fn what_is_not_finite_is_empty() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let forms = [time(odd), bytes(odd), rate(odd), number(odd), share(odd), change(odd)];
            assert!(forms.iter().all(|form| form == EMPTY), "{forms:?}");
            assert_eq!(per_minute(odd, Unit::BytesPerSecond), EMPTY);
        }
    }
}
