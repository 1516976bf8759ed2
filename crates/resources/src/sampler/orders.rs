//! What the sampler's thread is told.

use std::time::Duration;

use super::pace::Pace;

/// A source that takes longer than this is not worth waiting for, however long the interval is.
const LONGEST_READ: Duration = Duration::from_secs(5);

/// What the thread is told. Only the newest counts, so that nothing can pile up.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    pub(super) pace: Pace,
    pub(super) stop: bool,
}

/// How long one source may take, of an interval.
pub(super) fn read_limit(interval: Duration) -> Duration {
    (interval * 3 / 4).min(LONGEST_READ)
}
