//! Ending a run before its time.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_model::StopCause;

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
    cause: Mutex<Option<StopCause>>,
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
        self.stop(DRAIN, StopCause::Interrupt);
    }

    /// Starts nothing more, gives up the operations in flight, and reports them as cancelled.
    pub fn cancel(&self) {
        self.stop(GIVE_UP, StopCause::Cancelled);
    }

    /// Starts nothing more and waits for the operations in flight up to the drain time; for a run that has done
    /// what it was for, and is as good as one that went on to its end.
    pub fn finish(&self) {
        self.stop(DRAIN, StopCause::Finished);
    }

    fn stop(&self, level: u8, cause: StopCause) {
        if self.shared.level.fetch_max(level, Ordering::AcqRel) < level {
            // The first cause is the one that ended the run; a second call only hurries it.
            self.shared.cause.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(cause);
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

    pub(crate) fn cause(&self) -> Option<StopCause> {
        *self.shared.cause.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
