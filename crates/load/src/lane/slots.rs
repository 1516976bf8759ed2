//! The operations in flight of a lane.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use plimsoll_metrics::Nanos;

use super::ready::{Ready, SlotWaker};
use crate::operation::Slot;
use crate::{Context, Operation, Outcome};

/// No neighbour in a list.
const NONE: u32 = u32::MAX;

/// One operation to be started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// Which entry of the mix.
    pub(crate) operation: usize,
    /// Index of its phase in the plan.
    pub(crate) phase: usize,
    /// Its number in its phase.
    pub(crate) iteration: u64,
    /// When it should have started.
    pub(crate) intended: Nanos,
    /// Whether it counts.
    pub(crate) is_measured: bool,
    /// By when it counts for throughput.
    pub(crate) in_time_until: Nanos,
    /// The user of a closed model, or the number that stands for one.
    pub(crate) user: u64,
    /// Whether its user goes on when it is over.
    pub(crate) is_closed: bool,
}

/// An operation in flight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flight {
    pub(crate) start: Start,
    pub(crate) started: Nanos,
}

/// What polling a slot came to.
pub(crate) enum Polled {
    Pending,
    Done(Outcome),
    Panicked(String),
}

/// Places for operations in flight. A place is used again for the same entry of the mix, and so is all of its
/// memory. Those that wait are in a list by start time, oldest first, so that timeouts need no timers.
pub(crate) struct Slots {
    operations: Vec<Operation>,
    places: Vec<Place>,
    /// For each operation, the places that are free.
    free: Vec<Vec<u32>>,
    active: u64,
    ready: Arc<Ready>,
    oldest: u32,
    newest: u32,
}

struct Place {
    slot: Pin<Box<dyn Slot>>,
    waker: Waker,
    rearm: Arc<SlotWaker>,
    flight: Option<Flight>,
    is_listed: bool,
    older: u32,
    newer: u32,
}

impl Slots {
    pub(crate) fn new(operations: Vec<Operation>, ready: Arc<Ready>) -> Slots {
        let free = operations.iter().map(|_| Vec::new()).collect();
        Slots { operations, places: Vec::new(), free, active: 0, ready, oldest: NONE, newest: NONE }
    }

    /// Operations in flight.
    pub(crate) fn active(&self) -> u64 {
        self.active
    }

    /// Begins an operation; it wants polling next.
    #[inline]
    pub(crate) fn start(&mut self, start: Start, now: Nanos, cx: Context) -> u32 {
        let index = self.free[start.operation].pop().unwrap_or_else(|| self.add_place(start.operation));
        let place = &mut self.places[index as usize];
        place.flight = Some(Flight { start, started: now });
        place.slot.as_mut().start(cx);
        self.active += 1;
        index
    }

    /// Goes on with an operation. A wake-up that comes too late, for an operation that is over, is harmless.
    pub(crate) fn poll(&mut self, index: u32) -> Polled {
        let place = &mut self.places[index as usize];
        place.rearm.rearm();
        if place.flight.is_none() {
            return Polled::Pending;
        }
        let mut cx = task::Context::from_waker(&place.waker);
        match catch_unwind(AssertUnwindSafe(|| place.slot.as_mut().poll(&mut cx))) {
            Ok(Poll::Pending) => {
                self.list(index);
                Polled::Pending
            }
            Ok(Poll::Ready(outcome)) => Polled::Done(outcome),
            Err(payload) => Polled::Panicked(panic_text(&*payload)),
        }
    }

    /// Ends an operation and frees its place. What is left of it is dropped here; a panic in that is swallowed,
    /// since the operation has been counted already.
    pub(crate) fn end(&mut self, index: u32) -> Option<Flight> {
        let place = &mut self.places[index as usize];
        let flight = place.flight.take()?;
        let _ = catch_unwind(AssertUnwindSafe(|| place.slot.as_mut().clear()));
        self.unlist(index);
        self.free[flight.start.operation].push(index);
        self.active -= 1;
        Some(flight)
    }

    /// The operations in flight, in no order.
    pub(crate) fn in_flight(&self) -> Vec<u32> {
        let indices = 0..u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        indices.filter(|index| self.places[*index as usize].flight.is_some()).collect()
    }

    /// The users of closed phases that have an operation in flight.
    pub(crate) fn users(&self) -> impl Iterator<Item = u64> {
        let starts = self.places.iter().filter_map(|place| Some(place.flight?.start));
        starts.filter(|start| start.is_closed).map(|start| start.user)
    }

    /// The operation that has been waiting longest.
    pub(crate) fn oldest(&self) -> Option<(u32, Flight)> {
        let place = self.places.get(self.oldest as usize)?;
        place.flight.map(|flight| (self.oldest, flight))
    }

    fn add_place(&mut self, operation: usize) -> u32 {
        let index =
            u32::try_from(self.places.len()).expect("fewer than four billion operations are in flight");
        let rearm = SlotWaker::new(index, Arc::clone(&self.ready));
        self.places.push(Place {
            slot: self.operations[operation].make_slot(),
            waker: Waker::from(Arc::clone(&rearm)),
            rearm,
            flight: None,
            is_listed: false,
            older: NONE,
            newer: NONE,
        });
        index
    }

    /// Puts a place at the end of the list, unless it is in it.
    fn list(&mut self, index: u32) {
        let newest = self.newest;
        let place = &mut self.places[index as usize];
        if place.is_listed {
            return;
        }
        (place.is_listed, place.older, place.newer) = (true, newest, NONE);
        self.newest = index;
        match self.places.get_mut(newest as usize) {
            Some(before) => before.newer = index,
            None => self.oldest = index,
        }
    }

    fn unlist(&mut self, index: u32) {
        let place = &mut self.places[index as usize];
        if !place.is_listed {
            return;
        }
        place.is_listed = false;
        let (older, newer) = (place.older, place.newer);
        match self.places.get_mut(older as usize) {
            Some(before) => before.newer = newer,
            None => self.oldest = newer,
        }
        match self.places.get_mut(newer as usize) {
            Some(after) => after.older = older,
            None => self.newest = older,
        }
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "not a text".to_owned())
}
