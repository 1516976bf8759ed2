//! The open input of a lane: arrivals of its phases, in order.

use std::collections::VecDeque;

use plimsoll_metrics::Nanos;
use plimsoll_model::{DropCause, Overload};

use super::books::Start;
use super::plan::{LanePhase, LanePlan};
use crate::{RateSchedule, Shard};

/// The arrivals that are this lane's, over all open phases.
pub(crate) struct Arrivals {
    /// Open phases still to come, last first.
    phases: Vec<OpenPhase>,
    lane: u64,
    lanes: u64,
    next: Option<Start>,
}

struct OpenPhase {
    schedule: RateSchedule,
    index: usize,
    /// Arrivals of this lane taken so far; it has every n-th of the machine's.
    taken: u64,
    /// Number of the next arrival in the schedule.
    next: u64,
    /// What to add to the number of an arrival, so that no two of the run have the same.
    first_user: u64,
}

impl Arrivals {
    pub(crate) fn new(plan: &LanePlan, lane: usize, lanes: usize) -> Arrivals {
        // Numbers below are those of the users of closed phases.
        let users = plan.phases.iter().filter_map(|phase| phase.crowd.as_ref());
        let mut first_user = users.map(|crowd| crowd.users).max().unwrap_or(0);
        let open_phase = |(index, phase): (usize, &LanePhase)| {
            let schedule = phase.schedule.clone()?;
            let open_phase = OpenPhase { index, taken: 0, next: 0, first_user, schedule };
            first_user += open_phase.schedule.total();
            Some(open_phase)
        };
        let mut phases: Vec<_> = plan.phases.iter().enumerate().filter_map(open_phase).collect();
        phases.reverse();
        let mut arrivals = Arrivals { phases, lane: lane as u64, lanes: lanes as u64, next: None };
        arrivals.next = arrivals.advance(plan);
        arrivals
    }

    /// When the next arrival is due.
    pub(crate) fn next_at(&self) -> Option<Nanos> {
        self.next.map(|start| start.intended)
    }

    /// The next arrival, if it is due before a point of time.
    pub(crate) fn take_before(&mut self, plan: &LanePlan, before: Nanos) -> Option<Start> {
        let start = self.next.filter(|start| start.intended < before)?;
        self.next = self.advance(plan);
        Some(start)
    }

    /// Forgets all that is to come.
    pub(crate) fn stop(&mut self) {
        self.phases.clear();
        self.next = None;
    }

    fn advance(&mut self, plan: &LanePlan) -> Option<Start> {
        while let Some(phase) = self.phases.last_mut() {
            if let Some((k, at)) = phase.next_of(&plan.shard, self.lane, self.lanes) {
                return Some(Start {
                    operation: plan.mix.pick(k),
                    phase: phase.index,
                    iteration: k,
                    intended: plan.phases[phase.index].start + at,
                    user: phase.first_user + k,
                });
            }
            self.phases.pop();
        }
        None
    }
}

impl OpenPhase {
    /// The next arrival of a lane: every n-th of those that the shard owns.
    fn next_of(&mut self, shard: &Shard, lane: u64, lanes: u64) -> Option<(u64, Nanos)> {
        let k = shard.nth(lane + self.taken * lanes);
        let at = self.schedule.nth(usize::try_from(k - self.next).ok()?)?;
        self.taken += 1;
        self.next = k + 1;
        Some((k, at))
    }
}

/// Arrivals that were due and found no free place.
pub(crate) struct Backlog {
    policy: Overload,
    waiting: VecDeque<Start>,
}

impl Backlog {
    pub(crate) fn new(policy: Overload, lanes: usize) -> Backlog {
        let policy = match policy {
            Overload::Queue { limit } => Overload::Queue { limit: limit.div_ceil(lanes as u64) },
            other => other,
        };
        Backlog { policy, waiting: VecDeque::new() }
    }

    /// Takes an arrival in; gives back the one that is dropped for it, and why.
    pub(crate) fn push(&mut self, start: Start) -> Option<(Start, DropCause)> {
        match self.policy {
            Overload::Drop => return Some((start, DropCause::InFlightCap)),
            Overload::Queue { limit } if self.waiting.len() as u64 >= limit => {
                return Some((start, DropCause::QueueFull));
            }
            Overload::Queue { .. } => self.waiting.push_back(start),
            Overload::Skip => {
                self.waiting.push_back(start);
                if self.waiting.len() > 1 {
                    return self.waiting.pop_front().map(|older| (older, DropCause::Skipped));
                }
            }
        }
        None
    }

    pub(crate) fn pop(&mut self) -> Option<Start> {
        self.waiting.pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Forgets all that wait: they count as not started.
    pub(crate) fn stop(&mut self) {
        self.waiting.clear();
    }
}
