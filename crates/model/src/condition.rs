//! A condition on one measured figure.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{MetricError, MetricRef, Unit};

/// How the observed value must stand to the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// The value that must not be passed, in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Finite, in `unit`.
    pub value: f64,
    /// Its base unit.
    pub unit: Unit,
}

/// A condition on a metric: `p99(write) < 20ms`, `error_rate < 0.1%`, `p99 < 1s over 10s`.
///
/// Limits are written with their unit: `ns us ms s m h` for times, `%` or a bare share for ratios, `/s` or a
/// bare number for rates, `B KB MB GB KiB MiB GiB` (with `/s` for traffic) for bytes, bare numbers for counts.
/// With `over`, the condition is about each stretch of that length, not about the whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    /// The figure.
    pub metric: MetricRef,
    /// How it must stand to the limit.
    pub op: Op,
    /// The limit.
    pub limit: Limit,
    /// Length of the stretches it is about; `None` for the whole measured time.
    pub window: Option<Duration>,
}

impl Condition {
    /// The same about each stretch of that length, not about the whole run; of no length, about the whole run.
    #[must_use]
    pub fn over(self, window: Duration) -> Condition {
        Condition { window: (!window.is_zero()).then_some(window), ..self }
    }

    /// Whether a value, in the limit's base unit, satisfies the condition. NaN never does.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        match self.op {
            Op::Less => value < self.limit.value,
            Op::AtMost => value <= self.limit.value,
            Op::Greater => value > self.limit.value,
            Op::AtLeast => value >= self.limit.value,
        }
    }
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConditionError {
    /// No operator in it.
    #[error(
        "condition {found:?} has no operator; expected METRIC OP LIMIT, such as \"p99(write) < 20ms\", with OP one of < <= > >="
    )]
    NoOperator {
        /// The whole text.
        found: String,
    },
    /// The left side names no metric.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// The right side is no limit of the metric's unit.
    #[error("limit {found:?} of {metric} is not {expected}")]
    Limit {
        /// The metric on the left side.
        metric: String,
        /// The text of the limit.
        found: String,
        /// What a limit of this metric looks like.
        expected: &'static str,
    },
    /// What follows `over` is no duration.
    #[error("{found:?} after \"over\" is not a length of time above zero, such as 10s")]
    Window {
        /// The text after `over`.
        found: String,
    },
}

/// Suffixes of a limit, the larger first within a unit: each with its unit and its size in base units.
const SUFFIXES: [(&str, Unit, f64); 24] = [
    ("h", Unit::Nanoseconds, 3.6e12),
    ("m", Unit::Nanoseconds, 6e10),
    ("s", Unit::Nanoseconds, 1e9),
    ("ms", Unit::Nanoseconds, 1e6),
    ("us", Unit::Nanoseconds, 1e3),
    ("µs", Unit::Nanoseconds, 1e3),
    ("ns", Unit::Nanoseconds, 1.0),
    ("%", Unit::Ratio, 0.01),
    ("", Unit::Ratio, 1.0),
    ("GiB", Unit::Bytes, 1_073_741_824.0),
    ("MiB", Unit::Bytes, 1_048_576.0),
    ("KiB", Unit::Bytes, 1024.0),
    ("GB", Unit::Bytes, 1e9),
    ("MB", Unit::Bytes, 1e6),
    ("KB", Unit::Bytes, 1e3),
    ("B", Unit::Bytes, 1.0),
    ("GB/s", Unit::BytesPerSecond, 1e9),
    ("MB/s", Unit::BytesPerSecond, 1e6),
    ("KB/s", Unit::BytesPerSecond, 1e3),
    ("B/s", Unit::BytesPerSecond, 1.0),
    ("/s", Unit::PerSecond, 1.0),
    ("", Unit::PerSecond, 1.0),
    ("", Unit::Count, 1.0),
    ("MiB/s", Unit::BytesPerSecond, 1_048_576.0),
];

impl Limit {
    /// A limit from its text, for a metric of the given unit; `None` lets the suffix decide, as for resources.
    fn parse(text: &str, unit: Option<Unit>) -> Option<Limit> {
        let split =
            text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
        // An exponent is a number too; "e" starts no suffix.
        let split = match text[split..].strip_prefix(['e', 'E']) {
            Some(rest) => {
                let digits = rest
                    .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+')))
                    .unwrap_or(rest.len());
                split + 1 + digits
            }
            None => split,
        };
        let (number, suffix) = text.split_at(split);
        let suffix = suffix.trim();
        let number: f64 = number.parse().ok()?;
        let (_, unit, size) =
            SUFFIXES.iter().find(|(known, of, _)| *known == suffix && unit.is_none_or(|unit| unit == *of))?;
        let value = if *size < 1.0 { number / (1.0 / size) } else { number * size };
        value.is_finite().then_some(Limit { value, unit: *unit })
    }
}

impl Display for Limit {
    /// The largest unit in which the text still says exactly this value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = SUFFIXES
            .iter()
            .filter(|(suffix, unit, size)| {
                let is_large_enough = self.value.abs() >= *size || *size <= 1.0;
                let is_plain_rate = *unit == Unit::PerSecond && suffix.is_empty();
                *unit == self.unit && is_large_enough && !is_plain_rate && *suffix != "µs"
            })
            .map(|(suffix, _, size)| {
                let number = if *size < 1.0 { self.value * (1.0 / size) } else { self.value / size };
                format!("{number}{suffix}")
            })
            .filter(|text| Limit::parse(text, Some(self.unit)).is_some_and(|limit| limit.value == self.value))
            .min_by_key(String::len);
        match exact {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}", self.value),
        }
    }
}

/// What a limit of that unit looks like, for an error.
fn expected_limit(unit: Option<Unit>) -> &'static str {
    match unit {
        Some(Unit::Nanoseconds) => "a time with its unit, such as 20ms (ns, us, ms, s, m, h)",
        Some(Unit::Ratio) => "a share, such as 0.1% or 0.001",
        Some(Unit::PerSecond) => "a rate, such as 500/s",
        Some(Unit::Count) => "a number",
        Some(Unit::Bytes | Unit::BytesPerSecond) | None => {
            "a number with its unit, such as 80%, 512MiB or 10MB/s"
        }
    }
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let no_operator = || ConditionError::NoOperator { found: text.to_owned() };
        // From the right: a scenario's name may hold an operator, a limit never does.
        let at = text.rfind(['<', '>']).ok_or_else(no_operator)?;
        let (op, width) = match &text[at..] {
            rest if rest.starts_with("<=") => (Op::AtMost, 2),
            rest if rest.starts_with(">=") => (Op::AtLeast, 2),
            rest if rest.starts_with('<') => (Op::Less, 1),
            _ => (Op::Greater, 1),
        };
        let metric: MetricRef = text[..at].parse()?;
        let (limit, window) = match text[at + width..].split_once(" over ") {
            Some((limit, window)) => (limit.trim(), Some(parse_window(window.trim())?)),
            None => (text[at + width..].trim(), None),
        };
        let unit = metric.metric.unit();
        let limit = Limit::parse(limit, unit).ok_or_else(|| ConditionError::Limit {
            metric: metric.to_string(),
            found: limit.to_owned(),
            expected: expected_limit(unit),
        })?;
        Ok(Condition { metric, op, limit, window })
    }
}

fn parse_window(text: &str) -> Result<Duration, ConditionError> {
    let error = || ConditionError::Window { found: text.to_owned() };
    let window = humantime::parse_duration(text).map_err(|_| error())?;
    if window.is_zero() { Err(error()) } else { Ok(window) }
}

impl Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Op::Less => "<",
            Op::AtMost => "<=",
            Op::Greater => ">",
            Op::AtLeast => ">=",
        })
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.metric, self.op, self.limit)?;
        match self.window {
            Some(window) => write!(f, " over {}", humantime::format_duration(window)),
            None => Ok(()),
        }
    }
}

impl TryFrom<String> for Condition {
    type Error = ConditionError;

    fn try_from(text: String) -> Result<Self, ConditionError> {
        text.parse()
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> String {
        condition.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_comes_back_as_it_went_in() {
        for text in [
            "p99(write) < 20ms",
            "error_rate < 0.1%",
            "throughput >= 500/s",
            "p95 <= 1.5s",
            "started > 1000",
            "memory.peak(process) < 512MiB",
            "cpu.mean(host) < 80%",
            "p99 < 1s over 10s",
            "max < 1ns",
            "p50(a<b) < 1ms",
            "success_rate > 99.9%",
            "p99.9 >= 2h",
        ] {
            let condition: Condition = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(condition.to_string(), text);
        }
    }

    #[test]
    fn limits_are_kept_in_base_units() {
        let limit = |text: &str| text.parse::<Condition>().unwrap().limit;
        assert_eq!(limit("p99 < 20 ms"), Limit { value: 2e7, unit: Unit::Nanoseconds });
        assert_eq!(limit("p99<5µs"), Limit { value: 5e3, unit: Unit::Nanoseconds });
        assert_eq!(limit("error_rate < 0.5%"), Limit { value: 0.005, unit: Unit::Ratio });
        assert_eq!(limit("error_rate < 0.005"), Limit { value: 0.005, unit: Unit::Ratio });
        assert_eq!(limit("throughput > 2.5e3"), Limit { value: 2500.0, unit: Unit::PerSecond });
    }

    #[test]
    fn edges_belong_to_the_operator() {
        let holds = |text: &str, value| text.parse::<Condition>().unwrap().holds(value);
        assert!(!holds("started < 5", 5.0) && holds("started <= 5", 5.0));
        assert!(!holds("started > 5", 5.0) && holds("started >= 5", 5.0));
        assert!(!holds("started < 5", f64::NAN) && !holds("started >= 5", f64::NAN));
    }

    #[test]
    fn each_mistake_is_named() {
        let message = |text: &str| text.parse::<Condition>().unwrap_err().to_string();
        let mistakes = [
            "p99 20ms",
            "p98x < 1ms",
            "p99 < 20",
            "p99 < 5%",
            "error_rate < 3ms",
            "p99 < NaN ms",
            "p99 < 1e999s",
            "p99 < 1s over 0s",
            "cpu.mean(host) < fast",
        ];
        insta::assert_snapshot!(mistakes.map(message).join("\n"));
    }

    proptest! {
        #[test]
        fn any_limit_survives_its_text_form(value in prop_oneof![0.0..1e18, 0.0..1e3, (0u64..1_000_000_000_000).prop_map(|v| v as f64)]) {
            for unit in [Unit::Nanoseconds, Unit::Ratio, Unit::Bytes, Unit::PerSecond, Unit::Count, Unit::BytesPerSecond] {
                let limit = Limit { value, unit };
                prop_assert_eq!(Limit::parse(&limit.to_string(), Some(unit)), Some(limit));
            }
        }
    }
}
