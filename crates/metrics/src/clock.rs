//! The one place that reads time.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use plimsoll_model::Timestamp;

use crate::VirtualClock;

/// Nanoseconds, mostly from the start of a run. 584 years fit.
pub type Nanos = u64;

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: Nanos = 1_000_000_000;

/// A source of time.
///
/// The system clock is monotonic and does not follow the wall clock. The virtual clock stands still until it
/// is moved, and is exact to the nanosecond.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// Time as the operating system counts it.
    #[default]
    System,
    /// Time that moves only when everything waits for it.
    Virtual(Arc<VirtualClock>),
}

impl Clock {
    /// Wall time now; 1970 under the virtual clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    pub fn wall(&self) -> Timestamp {
        match self {
            Clock::System => SystemTime::now().into(),
            Clock::Virtual(_) => Timestamp::EPOCH,
        }
    }

    /// Whether no real time passes.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        matches!(self, Clock::Virtual(_))
    }
}

/// A point of monotonic time.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the monotonic clock")]
pub(crate) fn system_now() -> Instant {
    Instant::now()
}

/// CPU time that the calling thread has used so far; `None` where the platform does not say.
#[must_use]
pub fn thread_cpu_ns() -> Option<Nanos> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        let seconds = u64::try_from(time.tv_sec).ok()?;
        let nanos = u64::try_from(time.tv_nsec).ok()?;
        Some(seconds * NANOS_PER_SECOND + nanos)
    }
    #[cfg(not(unix))]
    {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn work_costs_thread_cpu_time() {
        let before = thread_cpu_ns().unwrap();
        let mut sum = 0u64;
        while thread_cpu_ns().unwrap() == before {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(thread_cpu_ns().unwrap() > before);
    }
}
