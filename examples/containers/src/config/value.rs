//! Values that a file and a flag write alike.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A length of time above zero: `30s`, `2m`, `500ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length(pub Duration);

/// A share of what a target can have, above 0 % and up to 100 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percent(f64);

/// A whole number above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub NonZeroU64);

/// What of a container's memory is held against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryMetric {
    /// Without page cache: what cannot be given back when memory runs out.
    Hard,
    /// As `docker stats` shows it: without page cache that was not used for long.
    WorkingSet,
    /// All that is charged.
    Usage,
}

impl Percent {
    /// As a share, 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        self.0 / 100.0
    }
}

impl MemoryMetric {
    const WORDS: [(&'static str, MemoryMetric); 3] = [
        ("hard", MemoryMetric::Hard),
        ("working_set", MemoryMetric::WorkingSet),
        ("usage", MemoryMetric::Usage),
    ];

    /// The metric of a container.
    #[must_use]
    pub fn metric(self) -> &'static str {
        match self {
            MemoryMetric::Hard => "memory_hard",
            MemoryMetric::WorkingSet => "memory",
            MemoryMetric::Usage => "memory_usage",
        }
    }
}

impl FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Length, String> {
        plimsoll_cli::length(text).map(Length)
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Percent, String> {
        let number = text.trim().trim_end_matches('%').trim().parse().ok();
        let percent = number.filter(|number| *number > 0.0 && *number <= 100.0).map(Percent);
        percent.ok_or_else(|| "expected a percentage above 0 and up to 100, such as 90".to_owned())
    }
}

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Count, String> {
        let count = text.trim().parse().map(Count);
        count.map_err(|_| "expected a whole number above 0".to_owned())
    }
}

impl FromStr for MemoryMetric {
    type Err = String;

    fn from_str(text: &str) -> Result<MemoryMetric, String> {
        let found = MemoryMetric::WORDS.into_iter().find(|(word, _)| *word == text.trim());
        found.map(|(_, metric)| metric).ok_or_else(|| "expected hard, working_set or usage".to_owned())
    }
}

impl Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plimsoll::model::human::span(u64::try_from(self.0.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Display for MemoryMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = MemoryMetric::WORDS.into_iter().find(|(_, metric)| metric == self);
        f.write_str(found.map_or("hard", |(word, _)| word))
    }
}

/// A number or a text in a file is the text of the flag.
struct Written<T>(PhantomData<T>);

impl<T: FromStr<Err = String>> Written<T> {
    fn read<E: Error>(text: &str) -> Result<T, E> {
        text.parse().map_err(|expected| E::custom(format!("{text:?} cannot be used; {expected}")))
    }
}

impl<T: FromStr<Err = String>> Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Written::read(text)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Written::read(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Written::read(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Written::read(&number.to_string())
    }
}

macro_rules! read_as_text {
    ($($value:ty),+) => {$(
        impl<'de> Deserialize<'de> for $value {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Written(PhantomData))
            }
        }
    )+};
}

read_as_text!(Length, Percent, Count, MemoryMetric);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_above_nothing_and_not_above_all() {
        let share = |text: &str| text.parse::<Percent>().map(Percent::share);
        assert_eq!([share("90"), share("90 %"), share("100")], [Ok(0.9), Ok(0.9), Ok(1.0)]);
        assert!(["0", "-1", "101", "NaN", "much", ""].iter().all(|text| share(text).is_err()));
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        for text in ["30s", "2m 30s", "500ms"] {
            let length: Length = text.parse().unwrap();
            assert_eq!(length.to_string().parse(), Ok(length), "{text}");
        }
        for (word, metric) in MemoryMetric::WORDS {
            assert_eq!((metric.to_string().as_str(), word.parse()), (word, Ok(metric)));
        }
    }
}
