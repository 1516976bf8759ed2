//! What this process knows of the jobs that it has in Redis: who waits for them, and who works on them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::health::Health;
use crate::queue::claim::Claim;
use crate::queue::connector::Transformed;
use crate::queue::crew::Crew;
use crate::queue::lease::Lease;
use crate::queue::occupancy::{Inside, Occupancy};
use crate::queue::slow_down::Repeats;
use crate::queue::tally::{Tally, Whereabouts};
use crate::queue::ticket::{Delivery, Reply};
use crate::queue::{
    Clock, Completion, Connector, Job, JobError, JobId, Settings, Status, StoreError, SubmitError, Ticket,
};

/// How long a worker waits before it looks again for a Redis that is away.
const PAUSE: Duration = Duration::from_millis(200);

/// What submitter, workers and reconciliation share in this process.
pub(super) struct Desk {
    pub(super) settings: Settings,
    pub(super) clock: Clock,
    occupancies: Vec<Occupancy>,
    state: Mutex<State>,
    stopped: Condvar,
    crew_changed: Notify,
    health: watch::Sender<Health>,
    /// How often somebody found the Redis away.
    reports: AtomicU64,
}

struct State {
    /// Jobs that were submitted and have not ended.
    open: HashMap<JobId, Open>,
    tallies: Vec<Tally>,
    crew: Crew,
    /// Workers that are not about to leave.
    staying: usize,
    /// Counts the changes of the crew.
    epoch: u64,
    repeats: Repeats,
    last_id: u64,
    rejected: u64,
    is_stopped: bool,
    /// Why the keys could not be removed, if they could not.
    left_behind: Option<StoreError>,
}

/// A job that was submitted and has not ended.
struct Open {
    job: Job,
    submitted_at: Duration,
    reply: Reply,
    /// Whether Redis said that it has it.
    is_accepted: bool,
    /// The newest attempt and its lease; 0 and none while it waits.
    attempt: u32,
    lease: Option<Arc<Lease>>,
}

/// A job as Redis hands it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Handed {
    pub(super) id: JobId,
    pub(super) attempt: u32,
    pub(super) tenant: usize,
    pub(super) connector: Connector,
}

impl Desk {
    pub(super) fn new(settings: Settings, clock: Clock) -> Desk {
        let tenants = settings.tenants.len();
        let state = State {
            open: HashMap::new(),
            tallies: vec![Tally::default(); tenants],
            crew: Crew::default(),
            staying: 0,
            epoch: 0,
            repeats: Repeats::new(settings.slow_down),
            last_id: 0,
            rejected: 0,
            is_stopped: false,
            left_behind: None,
        };
        Desk {
            settings,
            clock,
            occupancies: (0..tenants).map(|_| Occupancy::default()).collect(),
            state: Mutex::new(state),
            stopped: Condvar::new(),
            crew_changed: Notify::new(),
            health: watch::Sender::new(Health::default()),
            reports: AtomicU64::new(0),
        }
    }

    /// Notes a job that is about to be put into Redis: a worker may have it before its submitter hears of it.
    pub(super) fn register(&self, job: Job) -> Result<(JobId, Ticket), SubmitError> {
        let (reply, ticket) = Ticket::new();
        let submitted_at = self.clock.now();
        let mut state = self.lock();
        let tenants = self.settings.tenants.len();
        let refusal = if state.is_stopped {
            Some(SubmitError::ShutDown)
        } else {
            (job.tenant >= tenants).then_some(SubmitError::UnknownTenant { tenant: job.tenant, tenants })
        };
        if let Some(refusal) = refusal {
            state.rejected += 1;
            return Err(refusal);
        }
        state.last_id += 1;
        state.tallies[job.tenant].submitted += 1;
        let id = JobId(state.last_id);
        state.open.insert(id, Open { job, submitted_at, reply, is_accepted: false, attempt: 0, lease: None });
        Ok((id, ticket))
    }

    /// Notes that Redis took a job; it may be over by now.
    pub(super) fn accept(&self, id: JobId) {
        if let Some(open) = self.lock().open.get_mut(&id) {
            open.is_accepted = true;
        }
    }

    /// Forgets a job that Redis did not take, or of which it did not say so.
    pub(super) fn withdraw(&self, id: JobId) {
        let mut state = self.lock();
        if let Some(open) = state.open.remove(&id) {
            state.tallies[open.job.tenant].submitted -= 1;
            state.rejected += 1;
        }
    }

    /// The claim on a job that Redis handed out; `None` when nobody waits for it any more, or a newer attempt
    /// has begun.
    pub(super) fn begin(&self, handed: Handed) -> Option<Claim> {
        let claimed_at = self.clock.now();
        let mut state = self.lock();
        let state = &mut *state;
        let open = state.open.get_mut(&handed.id).filter(|open| open.attempt < handed.attempt)?;
        let lease = Arc::new(Lease::new(claimed_at));
        open.attempt = handed.attempt;
        open.lease = Some(Arc::clone(&lease));
        Some(Claim {
            id: handed.id,
            tenant: handed.tenant,
            connector: handed.connector,
            source: open.job.source.clone(),
            repeats: state.repeats.of(handed.connector.fields),
            refused: self.settings.fail_every.is_some_and(|every| handed.id.0 % every == 0),
            attempt: handed.attempt,
            claimed_at,
            lease,
        })
    }

    /// Ends a job that Redis has struck off.
    pub(super) fn finish(&self, claim: &Claim, result: Result<Transformed, JobError>, processing: Duration) {
        let mut state = self.lock();
        let Some(open) = state.open.remove(&claim.id) else { return };
        state.tallies[claim.tenant].count(&result, processing);
        drop(state);
        let outcome = result.map(|done| claim.completion(open.submitted_at, processing, &done));
        open.end(outcome);
    }

    /// Calls off the workers whose jobs were put back: of each the attempt that was theirs.
    pub(super) fn call_off(&self, requeued: &[(JobId, u32)]) {
        let mut state = self.lock();
        for (id, attempt) in requeued {
            // By now another worker may be at it, which is to be left alone.
            if let Some(open) = state.open.get_mut(id).filter(|open| open.attempt == *attempt) {
                open.revoke();
            }
        }
    }

    /// Ends the jobs that reconciliation gave up.
    pub(super) fn give_up(&self, given_up: &[(JobId, u32)]) {
        let ended = {
            let mut state = self.lock();
            let jobs =
                given_up.iter().filter_map(|(id, attempts)| Some((*id, *attempts, state.open.remove(id)?)));
            let jobs: Vec<_> = jobs.collect();
            for (_, _, open) in &jobs {
                state.tallies[open.job.tenant].failed += 1;
            }
            jobs
        };
        for (job, attempts, mut open) in ended {
            open.revoke();
            open.end(Err(JobError::Stuck { job, attempts }));
        }
    }

    /// The Redis is away: nobody can say what became of the jobs in it.
    pub(super) fn lose(&self, error: &StoreError) {
        let is_in_redis = |open: &Open| open.is_accepted;
        let lost = self.end_all(is_in_redis, |job| JobError::Lost { job, error: error.clone() });
        self.health.send_if_modified(|health| {
            self.reports.fetch_add(1, Ordering::AcqRel);
            let is_news = health.away.is_none();
            health.losses += u64::from(is_news);
            health.jobs_lost += lost;
            health.away = Some(error.clone());
            is_news
        });
    }

    /// How often somebody found the Redis away.
    pub(super) fn reports(&self) -> u64 {
        self.reports.load(Ordering::Acquire)
    }

    /// The Redis answered something that was asked after so many reports of its being away: an answer from
    /// before the last one proves nothing.
    pub(super) fn found(&self, reports: u64) {
        self.health.send_if_modified(|health| self.reports() == reports && health.away.take().is_some());
    }

    pub(super) fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// Waits a moment, or until the queue is stopped.
    pub(super) fn pause(&self) {
        let state = self.lock();
        let waited = self.stopped.wait_timeout_while(state, PAUSE, |state| !state.is_stopped);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes no more jobs and ends all there are.
    pub(super) fn stop(&self) {
        self.lock().is_stopped = true;
        self.stopped.notify_all();
        self.end_all(|_| true, |_| JobError::ShutDown);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    /// Counts the job as worked on until what it returns is dropped.
    pub(super) fn enter(&self, claim: &Claim) -> Inside<'_> {
        self.occupancies[claim.tenant].enter()
    }

    /// Counts one more worker.
    pub(super) fn join_crew(&self) {
        let mut state = self.lock();
        state.staying += 1;
        state.crew.alive += 1;
    }

    /// Notes that a worker is about to leave; true when no other one stays.
    pub(super) fn is_last_to_leave(&self) -> bool {
        let mut state = self.lock();
        state.staying -= 1;
        state.staying == 0
    }

    /// Notes what the crew does.
    pub(super) fn change_crew(&self, change: impl FnOnce(&mut Crew)) {
        let mut state = self.lock();
        change(&mut state.crew);
        state.epoch += 1;
        self.crew_changed.notify_waiters();
    }

    /// The crew now, and how often it has changed.
    pub(super) fn crew(&self) -> (Crew, u64) {
        let state = self.lock();
        (state.crew, state.epoch)
    }

    /// Waits for the crew to change from how it was at the time of calling this.
    pub(super) fn crew_change(&self) -> impl Future<Output = ()> {
        self.crew_changed.notified()
    }

    /// Notes that the keys could not be removed.
    pub(super) fn leave_behind(&self, error: StoreError) {
        self.lock().left_behind = Some(error);
    }

    pub(super) fn left_behind(&self) -> Option<StoreError> {
        self.lock().left_behind.clone()
    }

    /// The queue, from what Redis says of each tenant: jobs that wait and jobs that run.
    pub(super) fn status(&self, places: &[(u64, u64)], shared_taken: u64) -> Status {
        let state = self.lock();
        let tenants = self.settings.tenants.iter().zip(&state.tallies).zip(places).zip(&self.occupancies);
        let tenants = tenants.map(|(((tenant, tally), (queued, running)), occupancy)| {
            let (taken, limit) = match self.settings.shared_permits() {
                Some(permits) => (shared_taken, permits),
                None => (*running, tenant.limit),
            };
            let utilization = taken as f64 / limit as f64;
            let peak_concurrency = occupancy.peak();
            let (queued, running) = (*queued, *running);
            tally.status(tenant, Whereabouts { queued, running, utilization, peak_concurrency })
        });
        Status { tenants: tenants.collect(), rejected: state.rejected }
    }

    /// Ends those of the open jobs. How many there were.
    fn end_all(&self, which: impl Fn(&Open) -> bool, error: impl Fn(JobId) -> JobError) -> u64 {
        let ended: Vec<_> = {
            let mut state = self.lock();
            let ended: Vec<_> = state.open.extract_if(|_, open| which(open)).collect();
            for (_, open) in &ended {
                state.tallies[open.job.tenant].failed += 1;
            }
            ended
        };
        let count = ended.len() as u64;
        for (id, mut open) in ended {
            open.revoke();
            open.end(Err(error(id)));
        }
        count
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No job runs under the lock; a panic here is a broken invariant, and the others should still end.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Takes the job back from its worker, if it has one, who leaves its source or its work as soon as it looks.
    fn revoke(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.revoke();
            self.job.source.nudge();
        }
    }

    fn end(self, outcome: Result<Completion, JobError>) {
        Delivery { reply: self.reply, outcome }.deliver();
    }
}
