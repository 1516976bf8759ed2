//! A point of wall time.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// A point of wall time, RFC 3339 in UTC at the wire (`2026-11-20T18:00:00.000000000Z`).
///
/// Wall time dates a document; it never measures. Everything measured is nanoseconds from the start of the
/// run on one monotonic timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(SystemTime);

impl Timestamp {
    /// 1970-01-01T00:00:00Z, the wall time of every run under the virtual clock.
    pub const EPOCH: Timestamp = Timestamp(SystemTime::UNIX_EPOCH);

    /// The time a duration later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Timestamp {
        Timestamp(self.0 + duration)
    }

    /// Time since 1970, zero for anything before.
    #[must_use]
    pub fn since_epoch(self) -> Duration {
        self.0.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }

    /// Time between two points, zero when `earlier` is not earlier.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> Duration {
        self.0.duration_since(earlier.0).unwrap_or_default()
    }

    /// A form for file names, to the millisecond: `20261120T180000123Z`.
    #[must_use]
    pub fn compact(self) -> String {
        humantime::format_rfc3339_millis(self.0).to_string().replace(['-', ':', '.'], "")
    }

    /// A form for people, to the second: `2026-11-20 18:00:00 UTC`.
    #[must_use]
    pub fn human(self) -> String {
        let text = humantime::format_rfc3339_seconds(self.0).to_string();
        text.replace('T', " ").replace('Z', " UTC")
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Timestamp {
        Timestamp(time.max(SystemTime::UNIX_EPOCH))
    }
}

impl Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_nanos(self.0).fmt(f)
    }
}

/// A text that is not an RFC 3339 instant in UTC.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("time {found:?} is not an RFC 3339 instant in UTC, such as 2026-11-20T18:00:00Z")]
pub struct TimestampError {
    found: String,
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let error = |_| TimestampError { found: text.to_owned() };
        humantime::parse_rfc3339(text).map(Timestamp).map_err(error)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, TimestampError> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> String {
        timestamp.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_to_the_nanosecond() {
        let time = Timestamp::EPOCH.after(Duration::new(1_795_000_000, 123_456_789));
        assert_eq!(time.to_string().parse(), Ok(time));
    }

    #[test]
    fn forms_for_files_are_to_the_millisecond_and_those_for_people_to_the_second() {
        let time = Timestamp::EPOCH.after(Duration::from_millis(86_400_999));
        assert_eq!(time.compact(), "19700102T000000999Z");
        assert_eq!(time.human(), "1970-01-02 00:00:00 UTC");
    }
}
