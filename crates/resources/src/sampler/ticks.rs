//! When a sampler's rounds are due: a pure count along the timeline.

use std::time::Duration;

use super::pace::Pace;

/// Rounds at a pace from the first one on. A round that takes too long costs the rounds that it covers; they
/// are never made up for in a burst, whose intervals next to zero would make rates of nothing.
#[derive(Debug, Clone)]
pub(super) struct Ticks {
    pace: Pace,
    /// When the round that is to begin, or is going on, was due.
    due_ns: u64,
    /// How long after the round before that is.
    planned: Duration,
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
    pub(super) fn new(now_ns: u64, pace: Pace) -> Ticks {
        let planned = pace.at(now_ns);
        Ticks { pace, due_ns: now_ns, planned, counts: Counts::default() }
    }

    /// How long to wait for the next round.
    pub(super) fn wait(&self, now_ns: u64) -> Duration {
        Duration::from_nanos(self.due_ns.saturating_sub(now_ns))
    }

    /// The interval that holds for the round.
    pub(super) fn interval(&self) -> Duration {
        self.pace.at(self.due_ns)
    }

    /// The time that should have passed since the round before.
    pub(super) fn planned(&self) -> Duration {
        self.planned
    }

    /// Another pace from now on, beginning with a round at once.
    pub(super) fn change(&mut self, now_ns: u64, pace: Pace) {
        self.pace = pace;
        self.due_ns = now_ns;
    }

    /// A round that was due begins.
    pub(super) fn begin(&mut self, now_ns: u64) {
        self.counts.ticks += 1;
        let late_ns = now_ns.saturating_sub(self.due_ns);
        self.counts.late += u64::from(late_ns > nanos(self.interval()) / 10);
    }

    /// The round is over: the next one is the first that is still to come, or the one that a change begins with.
    pub(super) fn end(&mut self, now_ns: u64) {
        let interval_ns = nanos(self.interval());
        let behind = now_ns.saturating_sub(self.due_ns) / interval_ns;
        self.counts.missed += behind;
        let step_ns = interval_ns.saturating_mul(behind.saturating_add(1));
        let next_ns = self.due_ns.saturating_add(step_ns);
        let change_ns = self.pace.next_change(self.due_ns).unwrap_or(u64::MAX);
        self.planned = Duration::from_nanos(interval_ns.min(change_ns - self.due_ns));
        self.due_ns = next_ns.min(change_ns);
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

    fn every_ms(interval: u64) -> Pace {
        Pace::every(Duration::from_millis(interval))
    }

    fn ticks() -> Ticks {
        Ticks::new(0, every_ms(100))
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
        ticks.change(30 * MS, every_ms(400));
        assert_eq!(ticks.wait(30 * MS), Duration::ZERO);
        ticks.begin(30 * MS);
        ticks.end(31 * MS);
        assert_eq!(ticks.wait(31 * MS), Duration::from_millis(399));
    }

    /// When rounds that take no time begin, until `end_ns`.
    fn begun(pace: Pace, end_ns: u64) -> Vec<u64> {
        let mut ticks = Ticks::new(0, pace);
        let mut begun = Vec::new();
        while ticks.due_ns <= end_ns {
            begun.push(ticks.due_ns);
            ticks.begin(ticks.due_ns);
            ticks.end(ticks.due_ns);
        }
        begun
    }

    #[test]
    fn each_phase_has_its_own_interval_and_begins_with_a_round() {
        let secs = Duration::from_secs;
        let pace = Pace::every(secs(2)).then(9_000 * MS, secs(4)).then(20_000 * MS, secs(8));
        let seconds: Vec<u64> = begun(pace, 40_000 * MS).iter().map(|ns| ns / (1_000 * MS)).collect();
        assert_eq!(seconds, [0, 2, 4, 6, 8, 9, 13, 17, 20, 28, 36]);
    }

    #[test]
    fn a_round_that_a_change_brings_forward_was_planned_so() {
        let mut ticks = Ticks::new(0, every_ms(100).then(30 * MS, Duration::from_millis(400)));
        ticks.begin(0);
        ticks.end(MS);
        assert_eq!((ticks.wait(0), ticks.planned()), (Duration::from_millis(30), Duration::from_millis(30)));
        assert_eq!(ticks.interval(), Duration::from_millis(400));
    }

    #[test]
    fn a_change_that_a_long_round_covers_is_made_up_for_once() {
        let mut ticks = Ticks::new(0, every_ms(100).then(30 * MS, Duration::from_millis(400)));
        ticks.begin(0);
        ticks.end(150 * MS);
        assert_eq!(ticks.wait(150 * MS), Duration::ZERO);
        ticks.begin(150 * MS);
        ticks.end(150 * MS);
        assert_eq!(ticks.wait(150 * MS), Duration::from_millis(280));
    }
}
