//! The operations in flight of a lane.

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use plimsoll_metrics::{Ending, Nanos};

use super::books::{Books, Flight};
use super::course::{Course, CourseState};
use super::ready::{Ready, SlotWaker};
use crate::operation::Slot;
use crate::{Operation, Outcome};

/// No neighbour in a list.
const NONE: u32 = u32::MAX;

/// Places for operations in flight. A place is used again for the same entry of the mix, and so is all of its
/// memory. Those that wait are in a list by start time, oldest first, so that timeouts need no timers.
pub(crate) struct Slots {
    operations: Vec<Operation>,
    places: Vec<Place>,
    /// For each operation, the places that are free.
    free: Vec<Vec<u32>>,
    /// For each operation of users that hold something, the place of each user: it is nobody else's.
    homes: Vec<Option<HashMap<u64, u32>>>,
    /// Places whose users are being torn down.
    tearing_down: u64,
    ready: Arc<Ready>,
    oldest: u32,
    newest: u32,
}

struct Place {
    slot: Pin<Box<dyn Slot>>,
    operation: usize,
    waker: Waker,
    rearm: Arc<SlotWaker>,
    flight: Option<Flight>,
    tears_down: bool,
    is_listed: bool,
    older: u32,
    newer: u32,
}

/// Users that leave.
#[derive(Default)]
pub(crate) struct Parting {
    /// Places in which one is being torn down, which want to go on.
    pub(crate) places: Vec<u32>,
    /// Users whose tear-down failed at once.
    pub(crate) failed: u64,
}

impl Slots {
    pub(crate) fn new(operations: Vec<Operation>, ready: Arc<Ready>) -> Slots {
        let free = operations.iter().map(|_| Vec::new()).collect();
        let home = |operation: &Operation| operation.has_users().then(HashMap::new);
        Slots {
            homes: operations.iter().map(home).collect(),
            operations,
            places: Vec::new(),
            free,
            tearing_down: 0,
            ready,
            oldest: NONE,
            newest: NONE,
        }
    }

    /// A place for an operation that begins; it wants to go on next.
    #[inline]
    pub(crate) fn place(&mut self, flight: Flight) -> u32 {
        let operation = flight.start.operation;
        let home = self.homes[operation].as_ref().and_then(|homes| homes.get(&flight.start.user).copied());
        let index = home.or_else(|| self.free[operation].pop()).unwrap_or_else(|| self.add_place(operation));
        if let Some(homes) = &mut self.homes[operation] {
            homes.insert(flight.start.user, index);
        }
        self.places[index as usize].flight = Some(flight);
        index
    }

    /// Goes on with an operation, and with those that follow on it in its place. A wake-up that comes too
    /// late, for an operation that is over, is harmless.
    pub(crate) fn go_on(
        &mut self,
        index: u32,
        books: &mut Books,
        left: &mut u32,
        horizon: Nanos,
    ) -> CourseState {
        let place = &mut self.places[index as usize];
        place.rearm.rearm();
        if place.flight.is_none() {
            if place.tears_down {
                // A step as any other, of which only so many may take no virtual time.
                books.look_after_step();
                books.report.not_torn_down += u64::from(!self.tear_down(index));
            }
            return CourseState::Rests;
        }
        let left_before = *left;
        let mut course = Course::new(books, &mut place.flight, place.operation, left, horizon);
        let mut cx = task::Context::from_waker(&place.waker);
        while let Err(payload) =
            catch_unwind(AssertUnwindSafe(|| place.slot.as_mut().go_on(&mut cx, &mut course)))
        {
            let is_followed = course.end(Ending::Panicked, &Outcome::fail("panic", panic_text(&*payload)));
            clear(&mut place.slot);
            // The next one has begun here, and nobody else will ask it to go on.
            if !is_followed {
                break;
            }
        }
        let (state, is_put_off) = (course.state(), course.is_put_off());
        let is_another = *left != left_before || is_put_off;
        if place.flight.is_none() {
            self.release(index);
        } else if is_another || !place.is_listed {
            self.unlist(index);
            self.list(index);
        }
        state
    }

    /// Gives an operation up and frees its place.
    pub(crate) fn give_up(&mut self, index: u32) -> Option<Flight> {
        let place = &mut self.places[index as usize];
        let flight = place.flight.take()?;
        clear(&mut place.slot);
        self.release(index);
        Some(flight)
    }

    /// Whether any operation is one of users that hold something.
    #[inline]
    pub(crate) fn has_users(&self) -> bool {
        self.homes.iter().any(Option::is_some)
    }

    /// How many of some places are of users that hold something.
    pub(crate) fn of_users(&self, places: &[u32]) -> u64 {
        let is_of_users = |place: &&u32| self.homes[self.places[**place as usize].operation].is_some();
        places.iter().filter(is_of_users).count() as u64
    }

    /// The users that hold something and have nothing to do, in order.
    pub(crate) fn idle_users(&self) -> Vec<u64> {
        let homes = self.homes.iter().flatten().flatten();
        let idle = homes.filter(|(_, place)| self.places[**place as usize].flight.is_none());
        let mut users: Vec<u64> = idle.map(|(user, _)| *user).collect();
        // Each once, and in the same order every time.
        users.sort_unstable();
        users.dedup();
        users
    }

    /// Begins to tear a user down, in all operations in which it holds something.
    pub(crate) fn let_go(&mut self, user: u64) -> Parting {
        let mut parting = Parting::default();
        for operation in 0..self.homes.len() {
            let Some(index) = self.homes[operation].as_mut().and_then(|homes| homes.remove(&user)) else {
                continue;
            };
            let place = &mut self.places[index as usize];
            match catch_unwind(AssertUnwindSafe(|| place.slot.as_mut().begin_tear_down())) {
                Ok(true) => {
                    place.tears_down = true;
                    self.tearing_down += 1;
                    parting.places.push(index);
                }
                Ok(false) => self.free[operation].push(index),
                Err(_) => {
                    parting.failed += 1;
                    clear(&mut place.slot);
                    self.free[operation].push(index);
                }
            }
        }
        parting
    }

    /// Goes on with the tear-down of a user. False when it panicked.
    fn tear_down(&mut self, index: u32) -> bool {
        let place = &mut self.places[index as usize];
        let mut cx = task::Context::from_waker(&place.waker);
        let polled = catch_unwind(AssertUnwindSafe(|| place.slot.as_mut().tear_down(&mut cx)));
        if matches!(polled, Ok(Poll::Pending)) {
            return true;
        }
        place.tears_down = false;
        if polled.is_err() {
            clear(&mut place.slot);
        }
        self.tearing_down -= 1;
        self.free[place.operation].push(index);
        polled.is_ok()
    }

    /// Whether a user is being torn down.
    pub(crate) fn is_tearing_down(&self) -> bool {
        self.tearing_down > 0
    }

    /// Drops whatever users hold. Gives how many of them were not torn down.
    pub(crate) fn abandon_users(&mut self) -> u64 {
        let mut abandoned = std::mem::take(&mut self.tearing_down);
        for (_, index) in self.homes.iter_mut().flatten().flat_map(HashMap::drain) {
            let slot = &mut self.places[index as usize].slot;
            let held = catch_unwind(AssertUnwindSafe(|| slot.as_mut().begin_tear_down()));
            abandoned += u64::from(held.unwrap_or(true));
            clear(slot);
        }
        for place in self.places.iter_mut().filter(|place| place.tears_down) {
            place.tears_down = false;
            clear(&mut place.slot);
        }
        abandoned
    }

    /// The operations in flight, in no order.
    pub(crate) fn in_flight(&self) -> Vec<u32> {
        let indices = 0..u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        indices.filter(|index| self.places[*index as usize].flight.is_some()).collect()
    }

    /// The numbers of the operations in flight: in a closed phase, of its users.
    pub(crate) fn users(&self) -> impl Iterator<Item = u64> {
        self.places.iter().filter_map(|place| Some(place.flight?.start.user))
    }

    /// The operation that has been waiting longest, and since when.
    pub(crate) fn oldest(&self) -> Option<(u32, Nanos)> {
        let place = self.places.get(self.oldest as usize)?;
        place.flight.map(|flight| (self.oldest, flight.started))
    }

    fn add_place(&mut self, operation: usize) -> u32 {
        let index =
            u32::try_from(self.places.len()).expect("fewer than four billion operations are in flight");
        let rearm = SlotWaker::new(index, Arc::clone(&self.ready));
        self.places.push(Place {
            slot: self.operations[operation].make_slot(),
            operation,
            waker: Waker::from(Arc::clone(&rearm)),
            rearm,
            flight: None,
            tears_down: false,
            is_listed: false,
            older: NONE,
            newer: NONE,
        });
        index
    }

    fn release(&mut self, index: u32) {
        self.unlist(index);
        let operation = self.places[index as usize].operation;
        if self.homes[operation].is_none() {
            self.free[operation].push(index);
        }
    }

    /// Puts a place at the end of the list.
    fn list(&mut self, index: u32) {
        let newest = self.newest;
        let place = &mut self.places[index as usize];
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

/// Drops what is left of an operation. A panic in that is swallowed: the operation is counted elsewhere.
fn clear(slot: &mut Pin<Box<dyn Slot>>) {
    let _ = catch_unwind(AssertUnwindSafe(|| slot.as_mut().clear()));
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "not a text".to_owned())
}
