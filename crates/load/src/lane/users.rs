//! The closed input of a lane: users that start again when they are done.

use plimsoll_metrics::Nanos;

use super::LanePlan;
use super::slots::Start;

/// The users of a lane. The user with number u is in lane u mod n.
pub(crate) struct Users {
    lane: u64,
    lanes: u64,
    /// Index of the closed phase that is going on.
    phase: Option<usize>,
    /// How many may be active now.
    target: u64,
    active: u64,
    /// Numbers of users that are not active, smallest last.
    idle: Vec<u64>,
    /// Operations of the phase started so far in this lane.
    started: u64,
    /// Most operations of the phase in this lane.
    share: u64,
}

impl Users {
    pub(crate) fn new(lane: usize, lanes: usize) -> Users {
        Users {
            lane: lane as u64,
            lanes: lanes as u64,
            phase: None,
            target: 0,
            active: 0,
            idle: Vec::new(),
            started: 0,
            share: 0,
        }
    }

    /// Enters a closed phase.
    pub(crate) fn enter(&mut self, phase: usize, users: u64, iterations: Option<u64>) {
        self.phase = Some(phase);
        self.target = self.part_of(users);
        self.share = iterations.map_or(u64::MAX, |iterations| self.part_of(iterations));
        self.started = 0;
        self.idle = (0..self.target).rev().map(|n| self.lane + n * self.lanes).collect();
        // Users of the phase before that are still busy keep their numbers; theirs are not given out twice.
        self.idle.truncate(usize::try_from(self.target.saturating_sub(self.active)).unwrap_or(usize::MAX));
    }

    /// Leaves the closed phase: nobody starts again.
    pub(crate) fn leave(&mut self) {
        self.phase = None;
        self.target = 0;
        self.idle.clear();
    }

    /// The closed phase that is going on.
    pub(crate) fn phase(&self) -> Option<usize> {
        self.phase
    }

    /// Whether everything that the phase asks of this lane has been started and is over.
    pub(crate) fn is_done(&self) -> bool {
        self.phase.is_none() || (self.started >= self.share && self.active == 0)
    }

    /// A first operation for a user that has none, if there is one.
    pub(crate) fn next_idle(&mut self, plan: &LanePlan, now: Nanos) -> Option<Start> {
        if self.phase.is_none() || self.started >= self.share {
            return None;
        }
        let user = self.idle.pop()?;
        self.active += 1;
        Some(self.begin(plan, user, now))
    }

    /// The next operation of a user whose last one is over, unless the phase has no more for it.
    #[inline]
    pub(crate) fn next_of(&mut self, plan: &LanePlan, user: u64, now: Nanos) -> Option<Start> {
        let goes_on = self.phase.is_some() && self.active <= self.target && self.started < self.share;
        if !goes_on {
            self.active -= 1;
            return None;
        }
        Some(self.begin(plan, user, now))
    }

    #[inline]
    fn begin(&mut self, plan: &LanePlan, user: u64, now: Nanos) -> Start {
        let phase = &plan.phases[self.phase.expect("users begin only in a phase")];
        let iteration = self.lane + self.started * self.lanes;
        self.started += 1;
        Start {
            operation: plan.mix.pick(iteration),
            iteration,
            intended: now,
            is_measured: phase.is_measured,
            in_time_until: phase.end,
            user: Some(user),
        }
    }

    /// This lane's part of a number that all lanes share.
    fn part_of(&self, whole: u64) -> u64 {
        whole / self.lanes + u64::from(self.lane < whole % self.lanes)
    }
}
