//! Lengths of time that read like words.

use std::time::Duration;

/// A number of milliseconds.
#[must_use]
pub const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A number of seconds.
#[must_use]
pub const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A number of minutes.
#[must_use]
pub const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}
