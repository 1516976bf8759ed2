//! How often a sampler reads, from one point of the timeline to the next.

use std::time::Duration;

/// Shorter intervals would measure the clock ticks of the system.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

/// How often sources are read: one interval for all of a run, or one for each of its phases.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_resources::Pace;
///
/// // Every 2 s, from the tenth second on every 8 s.
/// let pace = Pace::every(Duration::from_secs(2)).then(10_000_000_000, Duration::from_secs(8));
/// assert_eq!(pace.at(9_999_999_999), Duration::from_secs(2));
/// assert_eq!(pace.at(10_000_000_000), Duration::from_secs(8));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    first: Duration,
    /// From when on, and the interval; ascending.
    changes: Vec<(u64, Duration)>,
}

impl Pace {
    /// One interval all the time; less than 10 ms counts as 10 ms.
    #[must_use]
    pub fn every(interval: Duration) -> Pace {
        Pace { first: interval.max(SHORTEST_INTERVAL), changes: Vec::new() }
    }

    /// Another interval from a point of the timeline on, beginning with a round at that point.
    #[must_use]
    pub fn then(mut self, from_ns: u64, interval: Duration) -> Pace {
        self.changes.push((from_ns, interval.max(SHORTEST_INTERVAL)));
        self.changes.sort_by_key(|(from_ns, _)| *from_ns);
        self
    }

    /// The interval at a point of the timeline.
    #[must_use]
    pub fn at(&self, now_ns: u64) -> Duration {
        let before = self.changes.iter().rev().find(|(from_ns, _)| *from_ns <= now_ns);
        before.map_or(self.first, |(_, interval)| *interval)
    }

    /// The longest of its intervals.
    pub(super) fn longest(&self) -> Duration {
        self.changes.iter().map(|(_, interval)| *interval).fold(self.first, Duration::max)
    }

    /// The first change after a point of the timeline.
    pub(super) fn next_change(&self, after_ns: u64) -> Option<u64> {
        self.changes.iter().map(|(from_ns, _)| *from_ns).find(|from_ns| *from_ns > after_ns)
    }
}

impl From<Duration> for Pace {
    fn from(interval: Duration) -> Pace {
        Pace::every(interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_change_holds_until_the_next_whatever_the_order_they_were_given_in() {
        let pace = Pace::every(secs(2)).then(90, secs(8)).then(30, secs(4));
        assert_eq!([0, 29, 30, 89, 90, 1_000].map(|now_ns| pace.at(now_ns).as_secs()), [2, 2, 4, 4, 8, 8]);
    }

    #[test]
    fn each_change_is_met_once() {
        let pace = Pace::every(secs(2)).then(30, secs(4)).then(90, secs(8));
        assert_eq!([0, 30, 90].map(|after_ns| pace.next_change(after_ns)), [Some(30), Some(90), None]);
    }

    #[test]
    fn no_interval_is_shorter_than_a_clock_tick() {
        let pace = Pace::every(Duration::ZERO).then(5, Duration::ZERO);
        assert_eq!((pace.at(0), pace.at(5)), (SHORTEST_INTERVAL, SHORTEST_INTERVAL));
    }
}
