//! Operations that follow on each other without a wait.

use plimsoll_metrics::{Ending, Nanos};

use super::books::{Books, Flight, Start, Turn};
use crate::{Context, Outcome};

/// Operations that follow on each other in one place, as long as none has to wait: where one ends the next
/// begins, and one reading of the clock serves both.
///
/// The place itself drives it, so that the operation and all this are compiled into one loop.
pub(crate) struct Course<'a> {
    books: &'a mut Books,
    flight: &'a mut Option<Flight>,
    /// The entry of the mix that the place is for.
    operation: usize,
    /// How many operations may follow.
    left: &'a mut u32,
    horizon: Nanos,
    state: CourseState,
    /// Whether an operation has begun to count later than it began.
    is_put_off: bool,
}

/// How a course stands, or how it ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CourseState {
    /// An operation is in flight.
    Flies,
    /// None is; this wants to go on.
    Landed(Turn),
    /// What follows needs another place.
    Changes(Start),
    /// Nothing follows.
    Rests,
    /// Nothing follows for this user.
    Leaves(u64),
}

impl<'a> Course<'a> {
    pub(crate) fn new(
        books: &'a mut Books,
        flight: &'a mut Option<Flight>,
        operation: usize,
        left: &'a mut u32,
        horizon: Nanos,
    ) -> Course<'a> {
        Course { books, flight, operation, left, horizon, state: CourseState::Flies, is_put_off: false }
    }

    /// What the operation in flight is told; nothing when there is none.
    #[inline]
    pub(crate) fn context(&self) -> Option<Context> {
        self.flight.as_ref().map(|flight| self.books.context(flight))
    }

    /// The operation in flight came to its end. True when the next has begun here.
    #[inline]
    pub(crate) fn end(&mut self, ending: Ending, outcome: &Outcome) -> bool {
        self.books.look_after_step();
        let Some(flight) = self.flight else { return false };
        let may_go_on = *self.left > 0 && self.books.now < self.horizon;
        if may_go_on && outcome.is_plain() && self.books.lap(flight, outcome.items) {
            *self.left -= 1;
            return true;
        }
        let turn = self.books.end(flight, ending, outcome);
        *self.flight = None;
        self.state = CourseState::Landed(turn);
        may_go_on && self.goes_on(turn)
    }

    /// Its user has been set up: the operation in flight counts from now.
    pub(crate) fn count_from_now(&mut self) {
        self.books.look_after_step();
        if let Some(flight) = self.flight {
            self.books.note_set_up(flight);
            self.is_put_off = true;
        }
    }

    /// The operation in flight has to wait.
    pub(crate) fn wait(&mut self) {
        self.books.look_after_step();
    }

    /// Begins the operation that follows, if it is one for this place.
    fn goes_on(&mut self, turn: Turn) -> bool {
        *self.left -= 1;
        self.state = match self.books.next_on(turn) {
            Some(start) if start.operation == self.operation => {
                *self.flight = Some(self.books.begin(start));
                CourseState::Flies
            }
            Some(start) => CourseState::Changes(start),
            None => turn.user().map_or(CourseState::Rests, CourseState::Leaves),
        };
        self.flight.is_some()
    }

    pub(crate) fn state(&self) -> CourseState {
        self.state
    }

    pub(crate) fn is_put_off(&self) -> bool {
        self.is_put_off
    }
}
