//! What the sampler's thread is told.

use std::time::Duration;

/// Shorter intervals would measure the clock ticks of the system.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

/// A source that takes longer than this is not worth waiting for, however long the interval is.
const LONGEST_READ: Duration = Duration::from_secs(5);

/// What the thread is told. Only the newest counts, so that nothing can pile up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Orders {
    pub(super) interval: Duration,
    pub(super) stop: bool,
}

impl Orders {
    pub(super) fn new(interval: Duration) -> Orders {
        Orders { interval: bounded(interval), stop: false }
    }

    pub(super) fn read_limit(&self) -> Duration {
        (self.interval * 3 / 4).min(LONGEST_READ)
    }
}

pub(super) fn bounded(interval: Duration) -> Duration {
    interval.max(SHORTEST_INTERVAL)
}
