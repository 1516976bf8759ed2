//! Ending a run before its time.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_model::{Stop, StopCause};

use crate::lane::Ready;

const GO_ON: u8 = 0;
const DRAIN: u8 = 1;
const GIVE_UP: u8 = 2;

/// Ends a run before its time, from anywhere.
#[derive(Debug, Clone, Default)]
pub struct StopHandle {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    level: AtomicU8,
    reason: Mutex<Option<Stop>>,
    lanes: Mutex<Vec<Arc<Ready>>>,
}

/// What a lane is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    /// As planned.
    GoOn,
    /// Start nothing more, wait for what is in flight.
    Drain,
    /// Start nothing more, give up what is in flight.
    GiveUp,
}

impl StopHandle {
    /// Starts nothing more, waits for the operations in flight up to the drain time, and reports; as a first
    /// Ctrl-C would.
    pub fn interrupt(&self) {
        self.stop(DRAIN, Stop::plain(StopCause::Interrupt, 0));
    }

    /// Starts nothing more, gives up the operations in flight, and reports them as cancelled.
    pub fn cancel(&self) {
        self.stop(GIVE_UP, Stop::plain(StopCause::Cancelled, 0));
    }

    /// Ends the run as [`StopHandle::interrupt`] does, for a reason that stands in its result: which target met
    /// which limit. The time in it does not count; the run notes when it really stopped.
    pub fn stop_for(&self, reason: Stop) {
        self.stop(DRAIN, reason);
    }

    fn stop(&self, level: u8, reason: Stop) {
        if self.shared.level.fetch_max(level, Ordering::AcqRel) < level {
            // The first reason is the one that ended the run; a second call only hurries it.
            self.shared.reason.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
            let lanes = self.shared.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            lanes.iter().for_each(|lane| lane.wake());
        }
    }

    pub(crate) fn attach(&self, lane: Arc<Ready>) {
        self.shared.lanes.lock().unwrap_or_else(PoisonError::into_inner).push(lane);
    }

    pub(crate) fn request(&self) -> Request {
        match self.shared.level.load(Ordering::Acquire) {
            GO_ON => Request::GoOn,
            DRAIN => Request::Drain,
            _ => Request::GiveUp,
        }
    }

    pub(crate) fn reason(&self) -> Option<Stop> {
        self.shared.reason.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
