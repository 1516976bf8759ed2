//! The executor: one loop for open and closed models.
//!
//! A lane is one future that owns everything it touches: the operations in flight, their histograms, its part
//! of the schedule. Nothing is shared between lanes while they run but a flag to stop; a window's figures
//! change hands once in a window. Each worker thread carries one lane.
//!
//! The lane polls its operations itself. So there is no task, no channel and no lock for each of them, an
//! operation that never yields cannot keep the lane from its clock, and recording needs no synchronisation.

mod arrivals;
mod books;
mod course;
mod pause;
mod plan;
mod ready;
mod slots;
mod users;

use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use plimsoll_metrics::{Ending, Nanos, Timeline};

use self::books::{Books, Start, Turn};
pub(crate) use self::course::Course;
use self::course::CourseState;
pub(crate) use self::pause::Pause;
pub(crate) use self::plan::{Crowd, LaneParts, LanePhase, LanePlan, LaneReport, Work};
pub(crate) use self::ready::Ready;
use self::slots::Slots;
use crate::Outcome;
use crate::control::{Request, StopHandle};
use crate::progress::Gauges;
use crate::timer::Timer;

/// How many operations may follow on one before it is the next one's turn.
const BURST: u32 = 31;

/// How many bursts a lane goes through before it yields, however little time they took.
const BURSTS: usize = 64;

/// Steps of operations at one instant of virtual time, besides one for each in flight, after which it is clear
/// that the time will never move.
const STANDSTILL: u64 = 1_000_000;

/// One thread's part of a run.
pub(crate) struct Lane {
    timeline: Timeline,
    control: StopHandle,
    ready: Arc<Ready>,
    slots: Slots,
    books: Books,
    /// Who is to go on, in turn.
    queue: VecDeque<Turn>,
    /// Whether the users that had nothing to do when nothing was to come any more have been let go.
    has_parted: bool,
    woken: Vec<u32>,
    gauges: Arc<Gauges>,
    timer: Timer,
}

impl Lane {
    /// A lane on the current runtime.
    pub(crate) fn new(parts: LaneParts) -> Lane {
        let ready = Arc::new(Ready::default());
        parts.control.attach(Arc::clone(&ready));
        Lane {
            slots: Slots::new(parts.plan.operations.clone(), Arc::clone(&ready)),
            books: Books::new(&parts),
            ready,
            queue: VecDeque::new(),
            has_parted: false,
            woken: Vec::new(),
            timer: Timer::new(parts.timeline.clone(), parts.plan.spin),
            timeline: parts.timeline,
            control: parts.control,
            gauges: parts.gauges,
        }
    }

    /// One turn of the loop: what is due, then what was woken. True when the lane is at its end.
    fn turn(&mut self, slice_end: Nanos) -> bool {
        self.books.look();
        self.heed_control();
        self.books.collect_due();
        self.books.roll();
        self.enter_phases();
        self.change_users();
        self.call_rested();
        self.time_out(slice_end);
        self.ready.take(&mut self.woken);
        self.queue.extend(self.woken.drain(..).map(Turn::Poll));
        if self.has_work() {
            self.timer.work_begins();
        }
        self.hand_out(slice_end);
        let horizon = self.next_event().min(slice_end);
        for _ in 0..self.queue.len().min(BURSTS) {
            let Some(turn) = self.queue.pop_front() else { break };
            self.take(turn, horizon);
            if self.books.now >= horizon {
                break;
            }
        }
        self.is_over()
    }

    fn take(&mut self, turn: Turn, horizon: Nanos) {
        if let Turn::Poll(slot) = turn {
            // What follows waits until all that were woken have been heard: requests that leave one after the other
            // wake a server once, and requests between two answers wake it each time.
            self.drive(slot, 0, horizon);
        } else if let Some(start) = self.books.next_on(turn) {
            self.begin(start, horizon);
        } else if let Some(user) = turn.user() {
            self.let_go(user);
        }
    }

    /// Lets a user go who has nothing to do, unless a phase to come may have something for it.
    fn let_go(&mut self, user: u64) {
        if self.slots.has_users() && !self.books.may_come_back() {
            let parting = self.slots.let_go(user);
            self.books.report.not_torn_down += parting.failed;
            self.queue.extend(parting.places.into_iter().map(Turn::Poll));
        }
    }

    /// Lets those users go who have nothing to do, of whom that is true.
    fn let_go_of(&mut self, is_to_go: impl Fn(&Books, u64) -> bool) {
        if self.slots.has_users() {
            let mut users = self.slots.idle_users();
            users.retain(|user| is_to_go(&self.books, *user));
            users.into_iter().for_each(|user| self.let_go(user));
        }
    }

    /// Starts draining, or gives up, when asked to.
    fn heed_control(&mut self) {
        let request = self.control.request();
        if request == Request::GoOn {
            return;
        }
        if self.books.report.stopped.is_none() {
            self.books.report.stopped = Some(self.books.now);
            self.books.start_nothing_more();
        }
        if request == Request::GiveUp {
            self.give_all_up(Ending::Cancelled);
        }
    }

    /// Enters the closed phases that have begun, and leaves the one that is over.
    fn enter_phases(&mut self) {
        if self.books.users.phase_end().is_some_and(|end| self.books.now >= end) {
            self.books.users.leave();
        }
        while let Some(phase) = self.books.enter_phase() {
            let busy = self.busy_users();
            let users = self.books.users.enter(&self.books.plan, phase, &busy, self.books.now);
            self.queue.extend(users.map(Turn::User));
            // Those who wait between two operations are asked when it is their turn.
            self.let_go_of(|books, user| !books.users.has(user) && !busy.contains(&user));
            // A lane may have no part in so few operations.
            self.books.note_work_done();
        }
    }

    /// Calls the users that come, where users come and go.
    fn change_users(&mut self) {
        if self.books.users.next_change().is_some_and(|at| self.books.now >= at) {
            let coming = self.books.users.change(&self.books.plan, self.books.now);
            self.queue.extend(coming.into_iter().map(Turn::User));
        }
    }

    /// Calls the users that have waited for long enough.
    fn call_rested(&mut self) {
        while let Some(user) = self.books.users.next_rested(self.books.now) {
            self.queue.push_back(Turn::User(user));
        }
    }

    /// Users that need not be told to begin: their operation is in flight, it is their turn soon, or they wait
    /// between two operations.
    fn busy_users(&self) -> HashSet<u64> {
        let waiting = self.queue.iter().filter_map(|turn| match turn {
            Turn::User(user) => Some(*user),
            _ => None,
        });
        self.slots.users().chain(waiting).chain(self.books.users.resting()).collect()
    }

    /// Hands out the arrivals that are due: each starts, waits for a place, or is dropped.
    fn hand_out(&mut self, slice_end: Nanos) {
        while let Some(start) = self.books.next_due() {
            if let Some(start) = self.books.admit(start) {
                self.begin(start, self.books.now);
            }
            if self.books.now >= slice_end {
                return;
            }
        }
    }

    fn begin(&mut self, start: Start, horizon: Nanos) {
        let flight = self.books.begin(start);
        let slot = self.slots.place(flight);
        self.drive(slot, BURST, horizon);
    }

    /// Goes on with an operation, and with so many that follow on it, until one has to wait or the horizon is
    /// reached.
    fn drive(&mut self, mut slot: u32, mut left: u32, horizon: Nanos) {
        loop {
            match self.slots.go_on(slot, &mut self.books, &mut left, horizon) {
                CourseState::Flies | CourseState::Rests => return,
                CourseState::Leaves(user) => return self.let_go(user),
                CourseState::Landed(turn) => return self.queue.push_back(turn),
                CourseState::Changes(start) => {
                    let flight = self.books.begin(start);
                    slot = self.slots.place(flight);
                }
            }
        }
    }

    /// Gives up the operations that have taken too long.
    fn time_out(&mut self, slice_end: Nanos) {
        let Some(timeout) = self.books.plan.timeout else { return };
        while let Some((slot, started)) = self.slots.oldest()
            && started.saturating_add(timeout) <= self.books.now
            && self.books.now < slice_end
        {
            let message = format!("no answer after {:?}", Duration::from_nanos(timeout));
            let turn = self.give_up(slot, Ending::TimedOut, &Outcome::fail("timeout", message));
            let Some(turn) = turn else { continue };
            match self.books.next_on(turn) {
                Some(start) => self.begin(start, self.books.now),
                None => turn.user().into_iter().for_each(|user| self.let_go(user)),
            }
        }
    }

    /// Gives an operation up. Gives whose turn it is then; nothing when it was over already.
    fn give_up(&mut self, slot: u32, ending: Ending, outcome: &Outcome) -> Option<Turn> {
        let flight = self.slots.give_up(slot)?;
        Some(self.books.end(&flight, ending, outcome))
    }

    fn give_all_up(&mut self, ending: Ending) {
        self.books.start_nothing_more();
        let slots = self.slots.in_flight();
        self.books.report.not_torn_down += self.slots.of_users(&slots);
        for slot in slots {
            self.give_up(slot, ending, &Outcome::default());
        }
        self.books.report.not_torn_down += self.slots.abandon_users();
    }

    /// Whether all is done; once the drain is over, whatever is left is given up.
    fn is_over(&mut self) -> bool {
        if self.books.standstill > STANDSTILL + self.books.in_flight && self.timeline.clock().is_virtual() {
            self.books.report.stood_still = true;
            self.give_all_up(Ending::Cancelled);
            return true;
        }
        let Some(drain_end) = self.books.drain_end() else { return false };
        if self.books.now >= drain_end {
            self.give_all_up(Ending::Unfinished);
        } else if !self.has_parted {
            self.has_parted = true;
            self.let_go_of(|_, _| true);
        }
        self.books.is_done() && !self.slots.is_tearing_down()
    }

    /// The next point of time at which there is something to do.
    fn next_event(&self) -> Nanos {
        let deadline = |timeout| Some(self.slots.oldest()?.1.saturating_add(timeout));
        let deadline = self.books.plan.timeout.and_then(deadline);
        deadline.map_or(self.books.next_event(), |deadline| deadline.min(self.books.next_event()))
    }

    /// Whether there is work that needs no waking.
    fn has_work(&self) -> bool {
        !self.queue.is_empty() || !self.books.due.is_empty()
    }

    fn close(&mut self) -> LaneReport {
        self.books.report.spun = self.timer.spun();
        self.publish();
        self.books.close()
    }

    fn publish(&self) {
        self.gauges.publish(&self.books.progress, self.books.in_flight);
    }
}

impl Future for Lane {
    type Output = LaneReport;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<LaneReport> {
        let lane = self.get_mut();
        lane.ready.register(cx.waker());
        let slice_end = lane.timeline.now().saturating_add(lane.books.plan.slice);
        loop {
            if lane.turn(slice_end) {
                return Poll::Ready(lane.close());
            }
            let goes_on = lane.has_work() || lane.timer.poll_until(lane.next_event(), cx).is_ready();
            if goes_on && lane.books.now < slice_end && !lane.timeline.clock().is_virtual() {
                continue;
            }
            if goes_on {
                // More than its share of the thread: let others have it first.
                cx.waker().wake_by_ref();
            }
            lane.publish();
            return Poll::Pending;
        }
    }
}
