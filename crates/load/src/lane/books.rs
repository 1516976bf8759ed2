//! The books of a lane: what is to start, what has ended, and when.

use std::collections::VecDeque;
use std::sync::Arc;

use plimsoll_metrics::{Ending, Finish, MAX_LATENCY_NS, Nanos, Shard as Recorder, Timeline};

use super::arrivals::{Arrivals, Backlog};
use super::plan::{LaneParts, LanePhase, LanePlan, LaneReport};
use super::users::Users;
use crate::collector::Collector;
use crate::outcome::Detail;
use crate::progress::Progress;
use crate::{Context, Outcome};

/// Most arrivals that are taken out of the schedule before they are handed out.
const MOST_DUE: usize = 4_096;

/// One operation to be started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// Which entry of the mix.
    pub(crate) operation: usize,
    /// Index of its phase in the plan.
    pub(crate) phase: usize,
    /// Its number in its phase.
    pub(crate) iteration: u64,
    /// When it should start.
    pub(crate) intended: Nanos,
    /// The user of a closed model, or the number that stands for one.
    pub(crate) user: u64,
}

/// An operation in flight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flight {
    pub(crate) start: Start,
    pub(crate) started: Nanos,
}

/// What a lane has to go on with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Turn {
    /// An operation in flight.
    Poll(u32),
    /// A user that wants its next operation. It starts when its turn comes: to wait for the others of the
    /// lane is no service time.
    User(u64),
    /// An arrival that waits for a place.
    Waiting,
}

impl Turn {
    /// The user whose turn it is.
    pub(crate) fn user(self) -> Option<u64> {
        match self {
            Turn::User(user) => Some(user),
            _ => None,
        }
    }
}

/// Everything of a lane but the operations in flight themselves: its part of the schedule, its users, its
/// recorder, and the last reading of its clock.
pub(crate) struct Books {
    pub(crate) plan: Arc<LanePlan>,
    lane: usize,
    timeline: Timeline,
    /// The last reading of the clock.
    pub(crate) now: Nanos,
    /// Steps of operations since virtual time last moved.
    pub(crate) standstill: u64,
    /// Operations in flight, and how many may be.
    pub(crate) in_flight: u64,
    cap: u64,
    pub(crate) arrivals: Arrivals,
    /// Arrivals that are due and not handed out yet.
    pub(crate) due: VecDeque<Start>,
    pub(crate) backlog: Backlog,
    pub(crate) users: Users,
    /// The next phase to enter.
    next_phase: usize,
    recorder: Recorder,
    /// The figures of each tenant of each operation, over all windows.
    by_tenant: Option<Recorder>,
    window: u64,
    pub(crate) window_end: Nanos,
    collector: Arc<Collector>,
    pub(crate) progress: Progress,
    pub(crate) report: LaneReport,
}

impl Books {
    pub(crate) fn new(parts: &LaneParts) -> Books {
        let LaneParts { plan, index, lanes, timeline, collector, .. } = parts;
        Books {
            lane: *index,
            now: timeline.now(),
            timeline: timeline.clone(),
            standstill: 0,
            in_flight: 0,
            cap: parts.part_of(plan.in_flight).max(1),
            arrivals: Arrivals::new(plan, *index, *lanes),
            due: VecDeque::new(),
            backlog: Backlog::new(plan.overload, *lanes),
            users: Users::new(*index, *lanes),
            next_phase: 0,
            recorder: collector.fresh(),
            by_tenant: collector.fresh_by_tenant(),
            window: 0,
            window_end: plan.window_origin + plan.window_length,
            collector: Arc::clone(collector),
            progress: Progress::default(),
            report: LaneReport::default(),
            plan: Arc::clone(plan),
        }
    }

    #[inline]
    fn phase_of(&self, start: &Start) -> &LanePhase {
        &self.plan.phases[start.phase]
    }

    /// Reads the clock.
    #[inline]
    pub(crate) fn look(&mut self) {
        let now = self.timeline.now();
        if now != self.now {
            self.standstill = 0;
        }
        self.now = now;
    }

    /// Reads the clock after a step of an operation.
    #[inline]
    pub(crate) fn look_after_step(&mut self) {
        self.standstill += 1;
        self.look();
    }

    /// Takes the arrivals that are due and belong to the current window out of the schedule.
    ///
    /// Of a rate beyond reach only so many at once: the rest stays in the schedule, where it takes no memory
    /// and keeps nobody from a stop.
    pub(crate) fn collect_due(&mut self) {
        let before = self.window_end.min(self.now.saturating_add(1));
        while self.due.len() < MOST_DUE {
            let Some(start) = self.arrivals.take_before(&self.plan, before) else { return };
            if self.phase_of(&start).is_measured {
                self.recorder.offer(start.operation);
                self.of_tenant(&start, Recorder::offer);
            }
            self.due.push_back(start);
        }
    }

    /// Passes the windows that have ended.
    #[inline]
    pub(crate) fn roll(&mut self) {
        while self.now >= self.window_end {
            self.next_window();
        }
    }

    /// Delivers the current window, with all arrivals that belong to it, and begins the next.
    #[cold]
    fn next_window(&mut self) {
        self.collect_due();
        self.collector.deliver(self.lane, self.window, &mut self.recorder);
        self.window += 1;
        self.window_end += self.plan.window_length;
        self.collect_due();
    }

    /// The next arrival that is due, on its way now: how late it is goes into the books.
    pub(crate) fn next_due(&mut self) -> Option<Start> {
        let start = self.due.pop_front()?;
        self.look();
        self.roll();
        if self.phase_of(&start).is_measured {
            self.recorder.lag(self.now - start.intended);
        }
        Some(start)
    }

    /// Lets an arrival through if it has a place; otherwise it waits, or one is dropped.
    pub(crate) fn admit(&mut self, start: Start) -> Option<Start> {
        if self.in_flight < self.cap && self.backlog.is_empty() {
            return Some(start);
        }
        if let Some((dropped, cause)) = self.backlog.push(start) {
            self.progress.dropped += 1;
            if self.phase_of(&dropped).is_measured {
                self.recorder.drop_arrival(dropped.operation, cause);
                self.of_tenant(&dropped, |recorder, part| recorder.drop_arrival(part, cause));
            }
        }
        None
    }

    /// The operation to start in a turn, if there is one: the user's next, or an arrival that has waited for a
    /// place.
    #[inline]
    pub(crate) fn next_on(&mut self, turn: Turn) -> Option<Start> {
        let of_user = match turn {
            Turn::User(user) => self.users.next_of(&self.plan, user, self.now),
            _ => None,
        };
        of_user.or_else(|| if self.in_flight < self.cap { self.backlog.pop() } else { None })
    }

    /// An operation starts now.
    #[inline]
    pub(crate) fn begin(&mut self, start: Start) -> Flight {
        if self.phase_of(&start).is_measured {
            self.recorder.start(start.operation);
            self.of_tenant(&start, Recorder::start);
        }
        self.progress.started += 1;
        self.in_flight += 1;
        Flight { start, started: self.now }
    }

    /// What an operation is told.
    #[inline]
    pub(crate) fn context(&self, flight: &Flight) -> Context {
        let start = &flight.start;
        Context {
            user: start.user,
            iteration: start.iteration,
            intended: start.intended,
            started: flight.started,
            seed: self.plan.seed,
            tenant: self.tenant_of(start),
            timeline: self.timeline.clone(),
        }
    }

    /// Whose operation it is.
    #[inline]
    fn tenant_of(&self, start: &Start) -> usize {
        self.plan.tenants.as_ref().map_or(0, |tenants| {
            let is_of_user = self.phase_of(start).crowd.is_some();
            tenants.at(if is_of_user { start.user } else { start.iteration })
        })
    }

    /// Records something in the figures of an operation's tenant too, where there are tenants.
    #[inline]
    fn of_tenant(&mut self, start: &Start, record: impl FnOnce(&mut Recorder, usize)) {
        let Some(tenants) = &self.plan.tenants else { return };
        let part = start.operation * tenants.count() + self.tenant_of(start);
        if let Some(recorder) = &mut self.by_tenant {
            record(recorder, part);
        }
    }

    /// A user is set up: its operation counts from now.
    pub(crate) fn note_set_up(&mut self, flight: &mut Flight) {
        if self.phase_of(&flight.start).is_measured {
            self.report.set_ups += 1;
            self.report.set_up_time += self.now - flight.started;
        }
        flight.started = self.now;
        flight.start.intended = self.now;
    }

    /// Whether a user for whom there is nothing to do now may have something to do in a phase to come.
    pub(crate) fn may_come_back(&self) -> bool {
        self.users.is_between_phases(self.now) && self.next_phase < self.plan.phases.len()
    }

    /// Passes from an operation of a user that went well to its next one in one step, where they differ in
    /// nothing but their number. False, and nothing has happened, where there is more to it.
    ///
    /// It does what [`Books::end`], [`Books::next_on`] and [`Books::begin`] would do before the next event, and
    /// is the reason why an empty iteration costs less than two readings of the clock.
    #[inline]
    pub(crate) fn lap(&mut self, flight: &mut Flight, items: u64) -> bool {
        let took = self.now - flight.started;
        if took > MAX_LATENCY_NS || !self.users.lap(&self.plan, &mut flight.start, self.now) {
            return false;
        }
        if self.phase_of(&flight.start).is_measured {
            self.recorder.lap(flight.start.operation, took, items);
        }
        self.progress.started += 1;
        self.progress.completed += 1;
        flight.started = self.now;
        true
    }

    /// An operation is over. Gives whose turn it is then.
    #[inline]
    pub(crate) fn end(&mut self, flight: &Flight, ending: Ending, outcome: &Outcome) -> Turn {
        self.roll();
        let start = &flight.start;
        if ending == Ending::Refused {
            self.progress.started -= 1;
            self.progress.dropped += 1;
        } else {
            self.progress.completed += 1;
        }
        self.in_flight -= 1;
        let phase = &self.plan.phases[start.phase];
        let is_closed = phase.crowd.is_some();
        if phase.is_measured {
            let finish = Finish {
                intended: start.intended,
                started: flight.started,
                ended: self.now,
                ending,
                items: outcome.items,
                in_time: self.now <= phase.in_time_until && self.report.stopped.is_none(),
            };
            self.recorder.finish(start.operation, &finish);
            self.of_tenant(start, |recorder, part| recorder.finish(part, &finish));
            if !outcome.is_plain() && ending != Ending::Refused {
                self.record_details(start.operation, outcome, &finish);
            }
        }
        self.progress.errors += u64::from(outcome.failure.is_some());
        if !is_closed {
            return Turn::Waiting;
        }
        self.users.end(start.phase);
        self.note_work_done();
        match &self.plan.pause {
            Some(pause) => self.pause(flight, pause.end(flight, self.now)),
            None => Turn::User(start.user),
        }
    }

    /// A user waits before its next operation, if there is time left to wait for.
    fn pause(&mut self, flight: &Flight, until: Nanos) -> Turn {
        if until <= self.now {
            return Turn::User(flight.start.user);
        }
        self.users.rest(flight.start.user, until);
        Turn::Waiting
    }

    #[cold]
    fn record_details(&mut self, operation: usize, outcome: &Outcome, finish: &Finish) {
        for detail in &outcome.details {
            match *detail {
                Detail::Step { name, took, bytes } => {
                    let took = Nanos::try_from(took.as_nanos()).unwrap_or(Nanos::MAX);
                    self.recorder.step(operation, name, took, bytes, finish);
                }
                Detail::Own { name, observation } => {
                    self.recorder.observe(operation, name, observation, self.now);
                }
            }
        }
        if let Some(failure) = &outcome.failure {
            self.recorder.error(operation, &failure.kind, &failure.message, self.now);
        }
    }

    /// Leaves a phase that ends when its operations are done, if they are.
    #[inline]
    pub(crate) fn note_work_done(&mut self) {
        if self.users.is_done() {
            self.report.work_done = Some(self.now);
            self.users.leave();
        }
    }

    /// Enters the next phase that has begun and has users; those without need nobody to enter.
    pub(crate) fn enter_phase(&mut self) -> Option<usize> {
        while let Some(phase) = self.plan.phases.get(self.next_phase).filter(|phase| phase.start <= self.now)
        {
            self.next_phase += 1;
            if phase.crowd.is_some() {
                return Some(self.next_phase - 1);
            }
        }
        None
    }

    /// Forgets all that is to start.
    pub(crate) fn start_nothing_more(&mut self) {
        self.arrivals.stop();
        self.due.clear();
        self.backlog.stop();
        self.users.leave();
        self.next_phase = self.plan.phases.len();
    }

    /// Whether nothing is in flight, is to come, or waits.
    pub(crate) fn is_done(&self) -> bool {
        let nothing_waits = self.backlog.is_empty() && self.due.is_empty();
        self.in_flight == 0 && nothing_waits && self.arrivals.next_at().is_none()
    }

    /// When what is in flight is given up, once the plan has asked for its last start.
    pub(crate) fn drain_end(&self) -> Option<Nanos> {
        if self.users.phase_end().is_some() || self.next_phase < self.plan.phases.len() {
            return None;
        }
        let planned = self.plan.phases.last().map_or(0, |phase| phase.end);
        // Of all, the first: to be stopped while it drains gives a run no more time.
        let end =
            [self.report.stopped, self.report.work_done].into_iter().flatten().fold(planned, Nanos::min);
        (self.now >= end).then(|| end.saturating_add(self.plan.drain))
    }

    /// The next point of time at which the plan has something to do.
    pub(crate) fn next_event(&self) -> Nanos {
        let phases = &self.plan.phases;
        let events = [
            self.arrivals.next_at(),
            phases.get(self.next_phase).map(|phase| phase.start),
            self.users.phase_end(),
            self.users.next_change(),
            self.users.next_at(),
            phases.last().map(|phase| phase.end).filter(|end| *end > self.now),
            self.drain_end(),
        ];
        events.into_iter().flatten().fold(self.window_end, Nanos::min)
    }

    /// Delivers the last window.
    pub(crate) fn close(&mut self) -> LaneReport {
        self.report.ended = self.now;
        self.collector.deliver(self.lane, self.window, &mut self.recorder);
        self.collector.deliver_by_tenant(self.by_tenant.take());
        self.collector.lane_done(self.lane);
        self.report
    }
}
