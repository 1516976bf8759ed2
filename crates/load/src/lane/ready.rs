//! Which slots of a lane can go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// The slots of a lane that were woken, and the lane's own waker.
///
/// The lock is held for a push or a swap, and only the thread that wakes and the lane's own ever meet there.
#[derive(Debug, Default)]
pub(crate) struct Ready {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    woken: Vec<u32>,
    lane: Option<Waker>,
}

impl Ready {
    /// Wakes the lane itself, for a reason other than a slot.
    pub(crate) fn wake(&self) {
        let lane = self.state.lock().unwrap_or_else(PoisonError::into_inner).lane.clone();
        if let Some(lane) = lane {
            lane.wake();
        }
    }

    /// Notes the waker to use from now on.
    pub(crate) fn register(&self, waker: &Waker) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.lane.as_ref().is_some_and(|lane| lane.will_wake(waker)) {
            state.lane = Some(waker.clone());
        }
    }

    /// Moves the woken slots to the end of a list.
    pub(crate) fn take(&self, into: &mut Vec<u32>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        into.append(&mut state.woken);
    }

    fn push(&self, slot: u32) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = state.woken.is_empty();
        state.woken.push(slot);
        // The lane takes all of them at once: only the first needs to wake it.
        let lane = if is_first { state.lane.clone() } else { None };
        drop(state);
        if let Some(lane) = lane {
            lane.wake();
        }
    }
}

/// Wakes one slot.
#[derive(Debug)]
pub(crate) struct SlotWaker {
    slot: u32,
    is_queued: AtomicBool,
    ready: Arc<Ready>,
}

impl SlotWaker {
    pub(crate) fn new(slot: u32, ready: Arc<Ready>) -> Arc<SlotWaker> {
        Arc::new(SlotWaker { slot, is_queued: AtomicBool::new(false), ready })
    }

    /// To be called before the slot is polled, so that a wake-up from then on counts.
    pub(crate) fn rearm(&self) {
        self.is_queued.store(false, Ordering::Release);
    }
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::AcqRel) {
            self.ready.push(self.slot);
        }
    }
}
