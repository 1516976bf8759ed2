//! When a sampler's rounds are due: a pure count along the timeline.

use std::time::Duration;

/// Rounds at an interval from the first one on. A round that takes too long costs the rounds that it covers;
/// they are never made up for in a burst, whose intervals next to zero would make rates of nothing.
#[derive(Debug, Clone)]
pub(super) struct Ticks {
    interval_ns: u64,
    next_ns: u64,
    counts: Counts,
}

/// What became of the rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    /// Rounds begun.
    pub(super) ticks: u64,
    /// Those of them that began more than a tenth of the interval late.
    pub(super) late: u64,
    /// Rounds left out because the one before was still going on.
    pub(super) missed: u64,
}

impl Ticks {
    /// Rounds from now on.
    pub(super) fn new(now_ns: u64, interval: Duration) -> Ticks {
        Ticks { interval_ns: nanos(interval), next_ns: now_ns, counts: Counts::default() }
    }

    /// How long to wait for the next round.
    pub(super) fn wait(&self, now_ns: u64) -> Duration {
        Duration::from_nanos(self.next_ns.saturating_sub(now_ns))
    }

    /// Another interval from now on, beginning with a round at once.
    pub(super) fn change(&mut self, now_ns: u64, interval: Duration) {
        self.interval_ns = nanos(interval);
        self.next_ns = now_ns;
    }

    /// A round that was due begins.
    pub(super) fn begin(&mut self, now_ns: u64) {
        self.counts.ticks += 1;
        let late_ns = now_ns.saturating_sub(self.next_ns);
        self.counts.late += u64::from(late_ns > self.interval_ns / 10);
    }

    /// The round is over: the next one is the first that is still to come.
    pub(super) fn end(&mut self, now_ns: u64) {
        let behind = now_ns.saturating_sub(self.next_ns) / self.interval_ns;
        self.counts.missed += behind;
        let step = self.interval_ns.saturating_mul(behind.saturating_add(1));
        self.next_ns = self.next_ns.saturating_add(step);
    }

    /// The rounds so far.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }
}

/// At least one nanosecond, so that there is always a next round.
fn nanos(interval: Duration) -> u64 {
    u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn ticks() -> Ticks {
        Ticks::new(0, Duration::from_millis(100))
    }

    #[test]
    fn the_first_round_is_at_once() {
        assert_eq!(ticks().wait(0), Duration::ZERO);
    }

    #[test]
    fn the_next_round_is_due_from_the_round_before_and_not_from_its_end() {
        let mut ticks = ticks();
        ticks.begin(3 * MS);
        ticks.end(40 * MS);
        assert_eq!(ticks.wait(40 * MS), Duration::from_millis(60));
        assert_eq!(ticks.counts(), Counts { ticks: 1, late: 0, missed: 0 });
    }

    #[test]
    fn a_round_that_takes_too_long_leaves_out_the_rounds_it_covers() {
        let mut ticks = ticks();
        ticks.begin(0);
        ticks.end(250 * MS);
        assert_eq!(ticks.counts().missed, 2);
        assert_eq!(ticks.wait(250 * MS), Duration::from_millis(50));
    }

    #[test]
    fn more_than_a_tenth_of_the_interval_is_late() {
        let mut ticks = ticks();
        ticks.begin(10 * MS);
        assert_eq!(ticks.counts().late, 0);
        ticks.begin(11 * MS);
        assert_eq!(ticks.counts().late, 1);
    }

    #[test]
    fn another_interval_begins_with_a_round_at_once() {
        let mut ticks = ticks();
        ticks.begin(0);
        ticks.end(MS);
        ticks.change(30 * MS, Duration::from_millis(400));
        assert_eq!(ticks.wait(30 * MS), Duration::ZERO);
        ticks.begin(30 * MS);
        ticks.end(31 * MS);
        assert_eq!(ticks.wait(31 * MS), Duration::from_millis(399));
    }

    #[test]
    fn an_interval_of_nothing_still_moves_on() {
        let mut ticks = Ticks::new(0, Duration::ZERO);
        ticks.begin(0);
        ticks.end(5);
        assert_eq!(ticks.wait(5), Duration::from_nanos(1));
    }
}
