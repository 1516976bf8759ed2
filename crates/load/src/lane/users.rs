//! The closed input of a lane: users that start again when they are done.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::ops::Range;

use plimsoll_metrics::Nanos;

use super::books::Start;
use super::plan::{LanePhase, LanePlan, Work};
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
    /// How many users it has now, on all machines.
    users: u64,
    /// When it has more or fewer, next.
    next_change: Option<Nanos>,
    /// Users that it does not have and that still end an operation or a wait.
    lingering: HashSet<u64>,
    /// Operations of each user, and how many each has started.
    each: Option<(u64, HashMap<u64, u64>)>,
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
        now: Nanos,
    ) -> impl Iterator<Item = u64> {
        let LanePhase { start, end, crowd, .. } = &plan.phases[index];
        let attendance = crowd.as_ref().and_then(|crowd| crowd.attendance.as_ref());
        let elapsed = now - start;
        let most = crowd.as_ref().map_or(0, |crowd| crowd.users);
        let users = attendance.map_or(most, |attendance| attendance.at(elapsed));
        let next_change = attendance.and_then(|attendance| attendance.next_change(elapsed));
        let work = crowd.as_ref().map_or(Work::Endless, |crowd| crowd.work);
        let mine = self.part_of(plan.shard.count(users));
        let share = match work {
            // Nobody here to do them.
            Work::Shared(_) if mine == 0 => 0,
            Work::Shared(iterations) => self.part_of(plan.shard.count(iterations)),
            Work::Each(iterations) => mine * iterations,
            Work::Endless => u64::MAX,
        };
        let each = if let Work::Each(each) = work { Some((each, HashMap::new())) } else { None };
        self.current = Some(Current {
            phase: index,
            end: *end,
            users,
            next_change: next_change.map(|at| start + at),
            lingering: busy.iter().copied().filter(|user| *user >= users).collect(),
            started: 0,
            share,
            // A user that waits between its operations, counts them or is a tenant's takes no step to the next.
            laps: if plan.pause.is_some() || each.is_some() || plan.tenants.is_some() { 0 } else { share },
            each,
            in_flight: 0,
        });
        self.mine(&plan.shard, 0..users).filter(|user| !busy.contains(user))
    }

    /// Whether there is no closed phase that goes on.
    pub(crate) fn is_between_phases(&self, now: Nanos) -> bool {
        self.current.as_ref().is_none_or(|current| now >= current.end)
    }

    /// Whether the phase that goes on has a user.
    pub(crate) fn has(&self, user: u64) -> bool {
        self.current.as_ref().is_some_and(|current| user < current.users)
    }

    /// When there are more users or fewer, next.
    pub(crate) fn next_change(&self) -> Option<Nanos> {
        self.current.as_ref()?.next_change
    }

    /// Users come and go. Gives those of this lane that are to begin; those who go end their operation first, and
    /// who is wanted again before that goes on as if nothing had been.
    pub(crate) fn change(&mut self, plan: &LanePlan, now: Nanos) -> Vec<u64> {
        let Some(mut current) = self.current.take() else { return Vec::new() };
        let LanePhase { start, crowd, .. } = &plan.phases[current.phase];
        let attendance = crowd.as_ref().and_then(|crowd| crowd.attendance.as_ref());
        let (before, elapsed) = (current.users, now - start);
        current.users = attendance.map_or(0, |attendance| attendance.at(elapsed));
        current.next_change =
            attendance.and_then(|attendance| attendance.next_change(elapsed)).map(|at| start + at);
        let coming = if current.users < before {
            current.lingering.extend(self.mine(&plan.shard, current.users..before));
            // From now on each has to be asked whether it is to go.
            current.laps = 0;
            Vec::new()
        } else {
            let coming = self.mine(&plan.shard, before..current.users);
            coming.filter(|user| !current.lingering.remove(user)).collect()
        };
        self.current = Some(current);
        coming
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
        if user >= current.users {
            current.lingering.remove(&user);
            return None;
        }
        if current.started >= current.share || now >= current.end {
            return None;
        }
        let iteration = match &mut current.each {
            Some((each, started)) => next_of_each(*each, started, user)?,
            None => plan.shard.nth(lane + current.started * lanes),
        };
        current.started += 1;
        current.in_flight += 1;
        Some(Start {
            operation: plan.mix.pick_for(user, iteration),
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
        if plan.mix.pick_for(start.user, iteration) != start.operation {
            return false;
        }
        current.started += 1;
        start.iteration = iteration;
        start.intended = now;
        true
    }

    /// Those of some users that are this lane's.
    fn mine<'a>(&self, shard: &'a Shard, users: Range<u64>) -> impl Iterator<Item = u64> + use<'a> {
        let (lane, lanes) = (self.lane, self.lanes);
        let below = |users| self.part_of(shard.count(users));
        (below(users.start)..below(users.end)).map(move |n| shard.nth(lane + n * lanes))
    }

    /// This lane's part of a number that all lanes of the machine share.
    fn part_of(&self, whole: u64) -> u64 {
        whole / self.lanes + u64::from(self.lane < whole % self.lanes)
    }
}

/// The number of a user's next operation where each has so many: those of a user follow on each other, so that it
/// gets its part of the mix, and they are the same on any number of threads.
#[cold]
fn next_of_each(each: u64, started: &mut HashMap<u64, u64>, user: u64) -> Option<u64> {
    let count = started.entry(user).or_default();
    let next = (*count < each).then_some(user * each + *count)?;
    *count += 1;
    Some(next)
}
