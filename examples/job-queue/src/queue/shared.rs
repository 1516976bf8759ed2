//! What the queue and its workers share: the state, its lock, and how they wake each other.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::claim::Claim;
use super::connector::Transformed;
use super::occupancy::{Inside, Occupancy};
use super::state::State;
use super::ticket::Delivery;
use super::{Clock, Gate, Job, JobError, Reconciliation, Settings, Status, SubmitError, Ticket};

/// Outcomes are delivered after the lock is given back, so that waking a submitter never holds up a worker.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// Workers wait here for a job.
    work: Condvar,
    /// Callers wait here for what the workers do.
    crew_changed: Notify,
    clock: Clock,
    occupancies: Vec<Occupancy>,
}

impl Shared {
    pub(super) fn new(settings: Settings, clock: Clock) -> Shared {
        let occupancies = settings.tenants.iter().map(|_| Occupancy::default()).collect();
        Shared {
            state: Mutex::new(State::new(settings)),
            work: Condvar::new(),
            crew_changed: Notify::new(),
            clock,
            occupancies,
        }
    }

    pub(super) fn submit(&self, job: Job) -> Result<Ticket, SubmitError> {
        let (reply, ticket) = Ticket::new();
        let now = self.clock.now();
        self.lock().submit(job, now, reply)?;
        // One more job may run at most. A worker that is busy looks for itself when it is done.
        self.work.notify_one();
        Ok(ticket)
    }

    /// Waits for a job that may run; `None` when there will be none any more.
    pub(super) fn claim(&self) -> Option<Claim> {
        let mut state = self.lock();
        while !state.is_stopped() {
            if let Some(claim) = state.claim(self.clock.now()) {
                return Some(claim);
            }
            state.crew.idle += 1;
            self.announce_if_settled(&state);
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.crew.idle -= 1;
        }
        None
    }

    pub(super) fn finish(&self, claim: &Claim, result: Result<Transformed, JobError>) {
        let now = self.clock.now();
        // The permit given back lets one job run at most: the caller takes it, or another that is ready.
        let delivery = self.lock().finish(claim, result, now);
        if let Some(delivery) = delivery {
            delivery.deliver();
        }
    }

    /// Lets a worker wait until the gate of its source is open, or its job was taken back.
    pub(super) fn wait_at(&self, gate: &Gate, claim: &Claim) {
        self.change_crew(|state| state.crew.at_source += 1);
        gate.wait(|| claim.lease.is_revoked());
        self.change_crew(|state| state.crew.at_source -= 1);
    }

    /// Shows a sign of life of the worker; false when its job was taken back.
    pub(super) fn renew(&self, claim: &Claim) -> bool {
        claim.lease.renew(self.clock.now())
    }

    /// Counts the job as worked on until what it returns is dropped.
    pub(super) fn enter(&self, claim: &Claim) -> Inside<'_> {
        self.occupancies[claim.tenant].enter()
    }

    pub(super) fn join_crew(&self) {
        self.change_crew(|state| state.crew.alive += 1);
    }

    pub(super) fn leave_crew(&self) {
        self.change_crew(|state| state.crew.alive -= 1);
    }

    pub(super) fn reconcile(&self, lease: Duration) -> Reconciliation {
        let now = self.clock.now();
        let (found, given_up) = self.lock().reconcile(lease, now);
        self.work.notify_all();
        given_up.into_iter().for_each(Delivery::deliver);
        found
    }

    pub(super) fn stop(&self) {
        let unfinished = self.lock().stop();
        self.work.notify_all();
        unfinished.into_iter().for_each(Delivery::deliver);
    }

    pub(super) fn status(&self) -> Status {
        self.lock().status(&self.occupancies)
    }

    /// Waits until nothing moves any more.
    pub(super) async fn settled(&self) {
        self.until(State::is_settled).await;
    }

    /// Waits until no worker is left.
    pub(super) async fn deserted(&self) {
        self.until(|state| state.crew.alive == 0).await;
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        loop {
            // Made before looking: it hears of everything that happens from here on.
            let changed = self.crew_changed.notified();
            if reached(&self.lock()) {
                return;
            }
            changed.await;
        }
    }

    fn change_crew(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        self.announce_if_settled(&state);
    }

    fn announce_if_settled(&self, state: &State) {
        // A crew that has left is settled as well.
        if state.is_settled() {
            self.crew_changed.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No job runs under the lock; a panic here is a broken invariant, and the others should still end.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
