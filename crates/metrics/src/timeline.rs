//! The same zero for everybody.

use std::time::{Duration, Instant};

use plimsoll_model::Timestamp;

use crate::clock::system_now;
use crate::{Clock, Nanos};

/// The time of one run: nanoseconds from its start, the same for load, samplers and events.
///
/// Cheap to clone and to send. Times before the zero read as 0.
///
/// ```
/// use plimsoll_metrics::{Clock, Timeline};
///
/// let timeline = Timeline::start(Clock::System);
/// let first = timeline.now();
/// assert!(timeline.now() >= first);
/// ```
#[derive(Debug, Clone)]
pub struct Timeline {
    clock: Clock,
    origin: Instant,
    started_at: Timestamp,
    virtual_origin: Nanos,
}

impl Timeline {
    /// A timeline whose zero is now.
    #[must_use]
    pub fn start(clock: Clock) -> Timeline {
        let virtual_origin = match &clock {
            Clock::System => 0,
            Clock::Virtual(clock) => clock.now(),
        };
        Timeline { origin: system_now(), started_at: clock.wall(), virtual_origin, clock }
    }

    /// Nanoseconds since the zero.
    #[inline]
    #[must_use]
    pub fn now(&self) -> Nanos {
        match &self.clock {
            Clock::System => nanos(system_now().saturating_duration_since(self.origin)),
            Clock::Virtual(clock) => clock.now().saturating_sub(self.virtual_origin),
        }
    }

    /// Wall time of the zero; 1970 under the virtual clock.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// The clock it runs on.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The monotonic instant of a point of the timeline, for timers of the operating system.
    ///
    /// It has no meaning under the virtual clock.
    #[must_use]
    pub fn instant(&self, at: Nanos) -> Instant {
        self.origin + Duration::from_nanos(at)
    }

    /// How far the wall clock has moved against this timeline since the zero: positive when it was set forward.
    ///
    /// Beyond a second somebody has set it, and times of other machines no longer line up.
    #[must_use]
    pub fn wall_drift_ns(&self) -> i64 {
        let wall = i128::try_from(self.clock.wall().since_epoch().as_nanos()).unwrap_or(i128::MAX);
        let start = i128::try_from(self.started_at.since_epoch().as_nanos()).unwrap_or(i128::MAX);
        let elapsed = if self.clock.is_virtual() { 0 } else { i128::from(self.now()) };
        i64::try_from(wall - start - elapsed).unwrap_or(i64::MAX)
    }
}

/// A duration in nanoseconds; the largest count for more than 584 years.
fn nanos(duration: Duration) -> Nanos {
    // Two multiplications, where `as_nanos` goes through 128 bits: this is the hot path of every iteration.
    duration.as_secs().saturating_mul(crate::NANOS_PER_SECOND) + Nanos::from(duration.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::VirtualClock;

    #[test]
    fn a_virtual_timeline_moves_only_by_hand() {
        let clock = Arc::new(VirtualClock::new());
        clock.advance_to(500);
        let timeline = Timeline::start(Clock::Virtual(Arc::clone(&clock)));
        assert_eq!((timeline.now(), timeline.started_at()), (0, Timestamp::EPOCH));
        clock.advance_to(1_500);
        assert_eq!((timeline.now(), timeline.wall_drift_ns()), (1_000, 0));
    }

    #[test]
    fn nanoseconds_of_a_duration_are_exact() {
        assert_eq!(nanos(Duration::new(3, 7)), 3_000_000_007);
    }
}
