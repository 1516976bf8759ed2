//! What a lane is told, and what it has to say at its end.

use std::sync::Arc;

use plimsoll_metrics::{Nanos, Timeline};
use plimsoll_model::{Overload, Profile};

use super::pause::Pause;
use crate::collector::Collector;
use crate::control::StopHandle;
use crate::progress::Gauges;
use crate::schedule::Attendance;
use crate::tenants::Tenants;
use crate::{Mix, Operation, RateSchedule, Shard};

/// What all lanes of a run have in common.
pub(crate) struct LanePlan {
    pub(crate) operations: Vec<Operation>,
    pub(crate) mix: Mix,
    pub(crate) tenants: Option<Tenants>,
    pub(crate) phases: Vec<LanePhase>,
    pub(crate) shard: Shard,
    pub(crate) seed: u64,
    pub(crate) in_flight: u64,
    pub(crate) overload: Overload,
    pub(crate) timeout: Option<Nanos>,
    pub(crate) drain: Nanos,
    /// What users wait for between two operations.
    pub(crate) pause: Option<Pause>,
    /// How long before its time an arrival is waited for by looking at the clock again and again.
    pub(crate) spin: Nanos,
    /// How long a lane goes on without letting anything else run on its thread.
    pub(crate) slice: Nanos,
    pub(crate) window_origin: Nanos,
    pub(crate) window_length: Nanos,
}

/// A phase on the run's timeline.
pub(crate) struct LanePhase {
    pub(crate) start: Nanos,
    /// `Nanos::MAX` for one that ends when its operations are done.
    pub(crate) end: Nanos,
    pub(crate) is_measured: bool,
    /// Until when its operations count for throughput: its end, or that of the last measured phase that
    /// follows on it without a gap.
    pub(crate) in_time_until: Nanos,
    /// The schedule of an open phase.
    pub(crate) schedule: Option<RateSchedule>,
    /// The users of a closed phase.
    pub(crate) crowd: Option<Crowd>,
}

/// The users of a closed phase, and what they do.
pub(crate) struct Crowd {
    /// The most users at a time.
    pub(crate) users: u64,
    pub(crate) work: Work,
    /// How many there are when, where they come and go.
    pub(crate) attendance: Option<Attendance>,
}

/// What the users of a phase do before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// As much as they manage in its time.
    Endless,
    /// So many operations altogether.
    Shared(u64),
    /// So many operations each.
    Each(u64),
}

impl Crowd {
    /// The users of a profile; `None` for an open one.
    pub(crate) fn of(profile: &Profile) -> Option<Crowd> {
        let (work, attendance) = match profile {
            Profile::Users { .. } => (Work::Endless, None),
            Profile::Iterations { iterations, .. } => (Work::Shared(*iterations), None),
            Profile::PerUser { iterations, .. } => (Work::Each(*iterations), None),
            Profile::RampUsers { stages } => (Work::Endless, Some(Attendance::new(stages))),
            _ => return None,
        };
        Some(Crowd { users: profile.most_users()?, work, attendance })
    }

    /// How many operations there are; `None` when that is whatever the users manage.
    pub(crate) fn planned(&self) -> Option<u64> {
        match self.work {
            Work::Endless => None,
            Work::Shared(iterations) => Some(iterations),
            Work::Each(iterations) => Some(self.users * iterations),
        }
    }

    /// The numbers of a shard's operations; none when that is whatever the users manage.
    pub(crate) fn owned<'a>(&self, shard: &'a Shard) -> Box<dyn Iterator<Item = u64> + 'a> {
        match self.work {
            Work::Endless => Box::new(std::iter::empty()),
            Work::Shared(iterations) => Box::new((0..shard.count(iterations)).map(|n| shard.nth(n))),
            Work::Each(each) => {
                let users = (0..shard.count(self.users)).map(|n| shard.nth(n));
                Box::new(users.flat_map(move |user| (0..each).map(move |n| user * each + n)))
            }
        }
    }
}

/// What a lane is made of besides its plan.
pub(crate) struct LaneParts {
    pub(crate) plan: Arc<LanePlan>,
    pub(crate) index: usize,
    pub(crate) lanes: usize,
    pub(crate) timeline: Timeline,
    pub(crate) control: StopHandle,
    pub(crate) collector: Arc<Collector>,
    pub(crate) gauges: Arc<Gauges>,
}

impl LaneParts {
    /// This lane's part of a number that all lanes of the machine share.
    pub(crate) fn part_of(&self, whole: u64) -> u64 {
        let (index, lanes) = (self.index as u64, self.lanes as u64);
        whole / lanes + u64::from(index < whole % lanes)
    }
}

/// What a lane has to say at its end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LaneReport {
    /// When it ended.
    pub(crate) ended: Nanos,
    /// When it heard that it should stop before its time.
    pub(crate) stopped: Option<Nanos>,
    /// When its part of a closed phase without a planned end was done.
    pub(crate) work_done: Option<Nanos>,
    /// Whether it gave up because no virtual time passed.
    pub(crate) stood_still: bool,
    /// How long it did nothing but look at the clock.
    pub(crate) spun: Nanos,
    /// Users that were set up within the measured time, and how long that took altogether.
    pub(crate) set_ups: u64,
    pub(crate) set_up_time: Nanos,
    /// Users that were never torn down, or not to the end.
    pub(crate) not_torn_down: u64,
}
