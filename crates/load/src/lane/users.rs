//! The closed input of a lane: users that start again when they are done.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use plimsoll_metrics::Nanos;

use super::books::Start;
use super::plan::{LanePhase, LanePlan};
use crate::Shard;

/// The users of a lane, in the closed phase that is going on.
///
/// Of the users of a machine each lane has every n-th, and of their operations too. A user is the same in all
/// phases: one that is still busy when a phase begins goes on in it, and one that the phase does not have
/// leaves after its operation.
pub(crate) struct Users {
    lane: u64,
    lanes: u64,
    current: Option<Current>,
    /// Users that wait between two operations, and until when.
    resting: BinaryHeap<Reverse<(Nanos, u64)>>,
}

/// A closed phase that is going on.
struct Current {
    phase: usize,
    end: Nanos,
    /// How many users it has, on all machines.
    users: u64,
    /// Its operations started so far in this lane, and the most that may be.
    started: u64,
    share: u64,
    /// As `share`, but of those that follow on another in one step.
    laps: u64,
    /// Its operations in flight in this lane.
    in_flight: u64,
}

impl Users {
    pub(crate) fn new(lane: usize, lanes: usize) -> Users {
        Users { lane: lane as u64, lanes: lanes as u64, current: None, resting: BinaryHeap::new() }
    }

    /// Enters a closed phase. Gives the users that are to begin: all of this lane but those who are busy.
    pub(crate) fn enter(
        &mut self,
        plan: &LanePlan,
        index: usize,
        busy: &HashSet<u64>,
    ) -> impl Iterator<Item = u64> {
        let LanePhase { end, users, .. } = &plan.phases[index];
        let (users, iterations) = users.unwrap_or((0, None));
        let mine = self.part_of(plan.shard.count(users));
        let share = match iterations {
            // Nobody here to do them.
            Some(_) if mine == 0 => 0,
            Some(iterations) => self.part_of(plan.shard.count(iterations)),
            None => u64::MAX,
        };
        // A user that waits between its operations takes no step to the next.
        let laps = if plan.pause.is_some() { 0 } else { share };
        self.current =
            Some(Current { phase: index, end: *end, users, started: 0, share, laps, in_flight: 0 });
        let mine = (0..mine).map(|n| self.nth(&plan.shard, n));
        mine.filter(|user| !busy.contains(user))
    }

    /// Leaves the closed phase: nobody starts again.
    pub(crate) fn leave(&mut self) {
        self.current = None;
    }

    /// A user waits until a point of time.
    pub(crate) fn rest(&mut self, user: u64, until: Nanos) {
        self.resting.push(Reverse((until, user)));
    }

    /// The next user that has waited for long enough.
    #[inline]
    pub(crate) fn next_rested(&mut self, now: Nanos) -> Option<u64> {
        self.resting.peek().filter(|Reverse((until, _))| *until <= now)?;
        self.resting.pop().map(|Reverse((_, user))| user)
    }

    /// When the next user has waited for long enough.
    #[inline]
    pub(crate) fn next_at(&self) -> Option<Nanos> {
        self.resting.peek().map(|Reverse((until, _))| *until)
    }

    /// The users that wait between two operations.
    pub(crate) fn resting(&self) -> impl Iterator<Item = u64> {
        self.resting.iter().map(|Reverse((_, user))| *user)
    }

    /// When the closed phase that is going on ends; `Nanos::MAX` for one that ends when its operations are
    /// done.
    pub(crate) fn phase_end(&self) -> Option<Nanos> {
        self.current.as_ref().map(|current| current.end)
    }

    /// Whether everything that the phase asks of this lane has been started and is over.
    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        self.current
            .as_ref()
            .is_some_and(|current| current.started >= current.share && current.in_flight == 0)
    }

    /// Notes that an operation of a phase is over.
    #[inline]
    pub(crate) fn end(&mut self, phase: usize) {
        if let Some(current) = self.current.as_mut().filter(|current| current.phase == phase) {
            current.in_flight -= 1;
        }
    }

    /// The next operation of a user, unless the phase has none for it.
    #[inline]
    pub(crate) fn next_of(&mut self, plan: &LanePlan, user: u64, now: Nanos) -> Option<Start> {
        let (lane, lanes) = (self.lane, self.lanes);
        let current = self.current.as_mut()?;
        if user >= current.users || current.started >= current.share || now >= current.end {
            return None;
        }
        let iteration = plan.shard.nth(lane + current.started * lanes);
        current.started += 1;
        current.in_flight += 1;
        Some(Start {
            operation: plan.mix.pick(iteration),
            phase: current.phase,
            iteration,
            intended: now,
            user,
        })
    }

    /// Passes on to the next operation of a user, if that is as the one before but for its number. Not to be
    /// asked once the phase is over.
    #[inline]
    pub(crate) fn lap(&mut self, plan: &LanePlan, start: &mut Start, now: Nanos) -> bool {
        let (lane, lanes) = (self.lane, self.lanes);
        let current = self.current.as_mut().filter(|current| current.phase == start.phase);
        let Some(current) = current.filter(|current| current.started < current.laps) else { return false };
        let iteration = plan.shard.nth(lane + current.started * lanes);
        if plan.mix.pick(iteration) != start.operation {
            return false;
        }
        current.started += 1;
        start.iteration = iteration;
        start.intended = now;
        true
    }

    fn nth(&self, shard: &Shard, n: u64) -> u64 {
        shard.nth(self.lane + n * self.lanes)
    }

    /// This lane's part of a number that all lanes of the machine share.
    fn part_of(&self, whole: u64) -> u64 {
        whole / self.lanes + u64::from(self.lane < whole % self.lanes)
    }
}
