//! A length of time, as people write it.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// A length of time above zero: `30s`, `2m`, `500ms`. A bare number would leave its unit to guessing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Length(pub(super) Duration);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Length, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Length;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time above 0 with its unit, such as 30s, 2m or 500ms")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Length, E> {
        match humantime::parse_duration(text.trim()) {
            Ok(length) if !length.is_zero() => Ok(Length(length)),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}
