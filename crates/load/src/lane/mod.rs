//! The executor: one loop for open and closed models.
//!
//! A lane is one future that owns everything it touches: the operations in flight, their histograms, its part
//! of the schedule. Nothing is shared between lanes while they run but a flag to stop; a window's figures
//! change hands once in a window. Each worker thread carries one lane.
//!
//! The lane polls its operations itself. So there is no task, no channel and no lock for each of them, an
//! operation that never yields cannot keep the lane from its clock, and recording needs no synchronisation.

mod arrivals;
mod ready;
mod slots;
mod users;

use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use plimsoll_metrics::{Ending, Finish, Nanos, Shard as Recorder, Timeline};
use plimsoll_model::Overload;

use self::arrivals::{Arrivals, Backlog};
pub(crate) use self::ready::Ready;
use self::slots::{Polled, Slots, Start};
use self::users::Users;
use crate::collector::Collector;
use crate::control::{Request, StopHandle};
use crate::progress::{Gauges, Progress};
use crate::timer::Timer;
use crate::{Context, Mix, Operation, Outcome, RateSchedule, Shard};

/// How long a lane goes on without letting anything else run on its thread.
const SLICE: Nanos = 100_000;

/// How many operations a user may do before it is the next one's turn.
const BURST: u32 = 32;

/// How many bursts a lane goes through before it yields, however little time they took.
const BURSTS: u32 = 64;

/// Most arrivals that are taken out of the schedule before they are handed out.
const MOST_DUE: usize = 4_096;

/// Steps of operations at one instant of virtual time, besides one for each in flight, after which it is clear
/// that the time will never move.
const STANDSTILL: u64 = 1_000_000;

/// What all lanes of a run have in common.
pub(crate) struct LanePlan {
    pub(crate) operations: Vec<Operation>,
    pub(crate) mix: Mix,
    pub(crate) phases: Vec<LanePhase>,
    pub(crate) shard: Shard,
    pub(crate) seed: u64,
    pub(crate) in_flight: u64,
    pub(crate) overload: Overload,
    pub(crate) timeout: Option<Nanos>,
    pub(crate) drain: Nanos,
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
    /// Users and, where they are limited, operations of a closed phase.
    pub(crate) users: Option<(u64, Option<u64>)>,
}

/// What a lane has to say at its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LaneReport {
    /// When it ended.
    pub(crate) ended: Nanos,
    /// When it heard that it should stop before its time.
    pub(crate) stopped: Option<Nanos>,
    /// When its part of a closed phase without a planned end was done.
    pub(crate) work_done: Option<Nanos>,
    /// Whether it gave up because no virtual time passed.
    pub(crate) stood_still: bool,
}

/// One thread's part of a run.
pub(crate) struct Lane {
    plan: Arc<LanePlan>,
    index: usize,
    timeline: Timeline,
    control: StopHandle,
    ready: Arc<Ready>,
    slots: Slots,
    cap: u64,
    arrivals: Arrivals,
    /// Arrivals that are due and not handed out yet.
    due: VecDeque<Start>,
    backlog: Backlog,
    users: Users,
    /// The next closed phase to enter.
    next_phase: usize,
    /// Who is to go on, in turn.
    queue: VecDeque<Turn>,
    woken: Vec<u32>,
    recorder: Recorder,
    window: u64,
    window_end: Nanos,
    collector: Arc<Collector>,
    progress: Progress,
    gauges: Arc<Gauges>,
    timer: Timer,
    report: LaneReport,
    standstill: u64,
    /// The last reading of the clock.
    now: Nanos,
}

/// What a lane has to go on with.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// An operation in flight.
    Poll(u32),
    /// A user that wants its next operation. It starts when its turn comes: to wait for the others of the
    /// lane is no service time.
    User(u64),
    /// An arrival that waits for a place.
    Waiting,
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

impl Lane {
    /// A lane on the current runtime.
    pub(crate) fn new(parts: LaneParts) -> Lane {
        let LaneParts { plan, index, lanes, timeline, control, collector, gauges } = parts;
        let ready = Arc::new(Ready::default());
        control.attach(Arc::clone(&ready));
        let part_of = |whole: u64| whole / lanes as u64 + u64::from((index as u64) < whole % lanes as u64);
        Lane {
            slots: Slots::new(plan.operations.clone(), Arc::clone(&ready)),
            cap: part_of(plan.in_flight).max(1),
            arrivals: Arrivals::new(&plan, index, lanes),
            due: VecDeque::new(),
            backlog: Backlog::new(plan.overload, lanes),
            users: Users::new(index, lanes),
            next_phase: 0,
            queue: VecDeque::new(),
            woken: Vec::new(),
            recorder: collector.fresh(),
            window: 0,
            window_end: plan.window_origin + plan.window_length,
            timer: Timer::new(timeline.clone()),
            report: LaneReport { ended: 0, stopped: None, work_done: None, stood_still: false },
            progress: Progress::default(),
            standstill: 0,
            now: timeline.now(),
            plan,
            index,
            timeline,
            control,
            ready,
            collector,
            gauges,
        }
    }

    /// One turn of the loop: what is due, then what was woken. True when the lane is at its end.
    fn turn(&mut self, slice_end: Nanos) -> bool {
        self.now = self.timeline.now();
        self.heed_control();
        self.collect_due();
        self.roll_to(self.now);
        self.enter_phases();
        self.time_out(slice_end);
        self.hand_out(slice_end);
        self.ready.take(&mut self.woken);
        self.queue.extend(self.woken.drain(..).map(Turn::Poll));
        let horizon = self.next_event().min(slice_end);
        for _ in 0..self.queue.len().min(BURSTS as usize) {
            let Some(turn) = self.queue.pop_front() else { break };
            self.take_turn(turn, horizon);
            if self.now >= horizon {
                break;
            }
        }
        self.is_over()
    }

    fn take_turn(&mut self, turn: Turn, horizon: Nanos) {
        if let Turn::Poll(slot) = turn {
            self.drive(slot, horizon);
        } else if let Some(start) = self.next_on(turn) {
            let slot = self.begin(start);
            self.drive(slot, horizon);
        }
    }

    /// Starts draining, or gives up, when asked to.
    fn heed_control(&mut self) {
        let request = self.control.request();
        if request == Request::GoOn {
            return;
        }
        if self.report.stopped.is_none() {
            self.report.stopped = Some(self.now);
            self.start_nothing_more();
        }
        if request == Request::GiveUp {
            self.give_up(Ending::Cancelled);
        }
    }

    /// Enters the closed phases that have begun, and leaves the one that is over.
    fn enter_phases(&mut self) {
        if self.users.phase_end().is_some_and(|end| self.now >= end) {
            self.users.leave();
        }
        while let Some(phase) = self.plan.phases.get(self.next_phase).filter(|phase| phase.start <= self.now)
        {
            if phase.users.is_some() {
                let busy = self.busy_users();
                self.queue.extend(self.users.enter(&self.plan, self.next_phase, &busy).map(Turn::User));
            }
            self.next_phase += 1;
            // A lane may have no part in so few operations.
            self.note_work_done();
        }
    }

    /// Users that need not be told to begin: their operation is in flight, or it is their turn soon.
    fn busy_users(&self) -> HashSet<u64> {
        let waiting = self.queue.iter().filter_map(|turn| match turn {
            Turn::User(user) => Some(*user),
            _ => None,
        });
        self.slots.users().chain(waiting).collect()
    }

    /// Takes the arrivals that are due and belong to the current window out of the schedule.
    ///
    /// Of a rate beyond reach only so many at once: the rest stays in the schedule, where it takes no memory
    /// and keeps nobody from a stop.
    fn collect_due(&mut self) {
        let before = self.window_end.min(self.now.saturating_add(1));
        while self.due.len() < MOST_DUE {
            let Some(start) = self.arrivals.take_before(&self.plan, before) else { return };
            if start.is_measured {
                self.recorder.offer(start.operation);
            }
            self.due.push_back(start);
        }
    }

    /// Passes the windows that have ended.
    #[inline]
    fn roll_to(&mut self, now: Nanos) {
        while now >= self.window_end {
            self.roll();
        }
    }

    /// Delivers the current window, with all arrivals that belong to it, and begins the next.
    #[cold]
    fn roll(&mut self) {
        self.collect_due();
        self.collector.deliver(self.index, self.window, &mut self.recorder);
        self.window += 1;
        self.window_end += self.plan.window_length;
        self.collect_due();
    }

    /// Hands out the arrivals that are due: each starts, waits for a place, or is dropped.
    fn hand_out(&mut self, slice_end: Nanos) {
        while let Some(start) = self.due.pop_front() {
            self.now = self.timeline.now();
            self.roll_to(self.now);
            if start.is_measured {
                self.recorder.lag(self.now - start.intended);
            }
            if self.slots.active() < self.cap && self.backlog.is_empty() {
                let slot = self.begin(start);
                self.drive(slot, self.now);
            } else if let Some((dropped, cause)) = self.backlog.push(start) {
                self.progress.dropped += 1;
                if dropped.is_measured {
                    self.recorder.drop_arrival(dropped.operation, cause);
                }
            }
            if self.now >= slice_end {
                return;
            }
        }
    }

    /// Starts an operation; it wants polling next.
    #[inline]
    fn begin(&mut self, start: Start) -> u32 {
        if start.is_measured {
            self.recorder.start(start.operation);
        }
        self.progress.started += 1;
        let cx = Context {
            user: start.user,
            iteration: start.iteration,
            intended: start.intended,
            seed: self.plan.seed,
            timeline: self.timeline.clone(),
        };
        self.slots.start(start, self.now, cx)
    }

    /// Goes on with an operation, and with those that follow on it, until one has to wait or the horizon is
    /// reached.
    fn drive(&mut self, mut slot: u32, horizon: Nanos) {
        for left in (0..BURST).rev() {
            let (ending, outcome) = match self.slots.poll(slot) {
                Polled::Pending => return self.read_clock(),
                Polled::Done(outcome) if outcome.is_ok() => (Ending::Ok, outcome),
                Polled::Done(outcome) => (Ending::Failed, outcome),
                Polled::Panicked(message) => (Ending::Panicked, Outcome::fail("panic", message)),
            };
            self.read_clock();
            let Some(turn) = self.finish(slot, ending, &outcome) else { return };
            if left == 0 || self.now >= horizon {
                return self.queue.push_back(turn);
            }
            let Some(next) = self.next_on(turn) else { return };
            slot = self.begin(next);
        }
    }

    /// Reads the clock after an operation, and notices when virtual time stands still.
    #[inline]
    fn read_clock(&mut self) {
        let now = self.timeline.now();
        self.standstill = if now == self.now { self.standstill + 1 } else { 0 };
        self.now = now;
    }

    /// Records the end of an operation. Gives whose turn it is then; nothing when it was over already.
    #[inline]
    fn finish(&mut self, slot: u32, ending: Ending, outcome: &Outcome) -> Option<Turn> {
        let flight = self.slots.end(slot)?;
        self.roll_to(self.now);
        let start = flight.start;
        self.progress.completed += 1;
        if start.is_measured {
            let finish = Finish {
                intended: start.intended,
                started: flight.started,
                ended: self.now,
                ending,
                items: outcome.items,
                in_time: self.now <= start.in_time_until && self.report.stopped.is_none(),
            };
            self.recorder.finish(start.operation, &finish);
            if !outcome.steps.is_empty() {
                self.record_steps(start.operation, outcome);
            }
        }
        if let Some(failure) = &outcome.failure {
            self.progress.errors += 1;
            if start.is_measured {
                self.recorder.error(start.operation, &failure.kind, &failure.message, self.now);
            }
        }
        if !start.is_closed {
            return Some(Turn::Waiting);
        }
        self.users.end(start.phase);
        self.note_work_done();
        Some(Turn::User(start.user))
    }

    /// The operation to start in a turn, if there is one: the user's next, or an arrival that has waited for a
    /// place.
    #[inline]
    fn next_on(&mut self, turn: Turn) -> Option<Start> {
        let of_user = match turn {
            Turn::User(user) => self.users.next_of(&self.plan, user, self.now),
            _ => None,
        };
        of_user.or_else(|| if self.slots.active() < self.cap { self.backlog.pop() } else { None })
    }

    /// Leaves a phase that ends when its operations are done, if they are.
    #[inline]
    fn note_work_done(&mut self) {
        if self.users.is_done() {
            self.report.work_done = Some(self.now);
            self.users.leave();
        }
    }

    fn record_steps(&mut self, operation: usize, outcome: &Outcome) {
        for step in &outcome.steps {
            let took = Nanos::try_from(step.took.as_nanos()).unwrap_or(Nanos::MAX);
            self.recorder.step(operation, step.name, took, step.bytes, outcome.is_ok());
        }
    }

    /// Gives up the operations that have taken too long.
    fn time_out(&mut self, slice_end: Nanos) {
        let Some(timeout) = self.plan.timeout else { return };
        while let Some((slot, _)) =
            self.slots.oldest().filter(|(_, flight)| flight.started + timeout <= self.now)
        {
            let message = format!("no answer after {:?}", Duration::from_nanos(timeout));
            let over = self.finish(slot, Ending::TimedOut, &Outcome::fail("timeout", message));
            if let Some(next) = over.and_then(|turn| self.next_on(turn)) {
                let slot = self.begin(next);
                self.drive(slot, self.now);
            }
            if self.now >= slice_end {
                return;
            }
        }
    }

    /// Whether all is done; once the drain is over, whatever is left is given up.
    fn is_over(&mut self) -> bool {
        if self.standstill > STANDSTILL + self.slots.active() && self.timeline.clock().is_virtual() {
            self.report.stood_still = true;
            self.start_nothing_more();
            self.give_up(Ending::Cancelled);
            return true;
        }
        let Some(inputs_end) = self.inputs_end() else { return false };
        if self.now >= inputs_end.saturating_add(self.plan.drain) {
            self.start_nothing_more();
            self.give_up(Ending::Unfinished);
        }
        let nothing_waits =
            self.backlog.is_empty() && self.due.is_empty() && self.arrivals.next_at().is_none();
        self.slots.active() == 0 && nothing_waits
    }

    /// When the plan asked for its last start, if that is behind.
    fn inputs_end(&self) -> Option<Nanos> {
        if self.users.phase_end().is_some() || self.next_phase < self.plan.phases.len() {
            return None;
        }
        let planned = self.plan.phases.last().map_or(0, |phase| phase.end);
        // Of all, the first: to be stopped while it drains gives a run no more time.
        let end =
            [self.report.stopped, self.report.work_done].into_iter().flatten().fold(planned, Nanos::min);
        (self.now >= end).then_some(end)
    }

    fn start_nothing_more(&mut self) {
        self.arrivals.stop();
        self.due.clear();
        self.backlog.stop();
        self.users.leave();
        self.next_phase = self.plan.phases.len();
    }

    fn give_up(&mut self, ending: Ending) {
        for slot in self.slots.in_flight() {
            self.finish(slot, ending, &Outcome::default());
        }
    }

    /// The next point of time at which there is something to do.
    fn next_event(&self) -> Nanos {
        let phases = &self.plan.phases;
        let timeout = self.plan.timeout;
        let deadline =
            timeout.and_then(|timeout| self.slots.oldest().map(|(_, flight)| flight.started + timeout));
        let drain_end = self.inputs_end().map(|end| end.saturating_add(self.plan.drain));
        [
            Some(self.window_end),
            self.arrivals.next_at(),
            deadline,
            phases.get(self.next_phase).map(|phase| phase.start),
            self.users.phase_end(),
            phases.last().map(|phase| phase.end).filter(|end| *end > self.now),
            drain_end,
        ]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(self.window_end)
    }

    /// Whether there is work that needs no waking.
    fn has_work(&self) -> bool {
        !self.queue.is_empty() || !self.due.is_empty()
    }

    fn close(&mut self) -> LaneReport {
        self.report.ended = self.now;
        self.collector.deliver(self.index, self.window, &mut self.recorder);
        self.collector.lane_done(self.index);
        self.publish();
        self.report
    }

    fn publish(&self) {
        self.gauges.publish(&self.progress, self.slots.active());
    }
}

impl Future for Lane {
    type Output = LaneReport;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<LaneReport> {
        let lane = self.get_mut();
        lane.ready.register(cx.waker());
        let slice_end = lane.timeline.now().saturating_add(SLICE);
        loop {
            if lane.turn(slice_end) {
                return Poll::Ready(lane.close());
            }
            let goes_on = lane.has_work() || lane.timer.poll_until(lane.next_event(), cx).is_ready();
            if goes_on && lane.now < slice_end && !lane.timeline.clock().is_virtual() {
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
