//! All that is under the lock: who waits, who runs, and what came of the rest.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::claim::{Claim, Entry, Running};
use super::connector::Transformed;
use super::crew::Crew;
use super::dispatcher::Dispatcher;
use super::lease::Lease;
use super::occupancy::Occupancy;
use super::slow_down::Repeats;
use super::tally::{Tally, Whereabouts};
use super::ticket::{Delivery, Reply};
use super::{Job, JobError, JobId, Settings, Status, SubmitError, TenantStatus};

/// The queue without threads and without a clock: every step is a call that says what time it is.
#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Settings,
    pub(super) dispatcher: Dispatcher<Entry>,
    pub(super) running: HashMap<JobId, Running>,
    pub(super) tallies: Vec<Tally>,
    pub(super) crew: Crew,
    repeats: Repeats,
    last_id: u64,
    rejected: u64,
    stopped: bool,
}

impl State {
    pub(super) fn new(settings: Settings) -> State {
        let limits = settings.tenants.iter().map(|tenant| tenant.limit);
        State {
            dispatcher: Dispatcher::new(limits, settings.shared_permits()),
            running: HashMap::new(),
            tallies: vec![Tally::default(); settings.tenants.len()],
            crew: Crew::default(),
            repeats: Repeats::new(settings.slow_down),
            last_id: 0,
            rejected: 0,
            stopped: false,
            settings,
        }
    }

    pub(super) fn submit(&mut self, job: Job, now: Duration, reply: Reply) -> Result<JobId, SubmitError> {
        if let Err(error) = self.check(&job) {
            self.rejected += 1;
            return Err(error);
        }
        self.last_id += 1;
        let (id, tenant) = (JobId(self.last_id), job.tenant);
        self.tallies[tenant].submitted += 1;
        self.dispatcher.push(tenant, Entry { id, job, submitted_at: now, attempts: 0, reply });
        Ok(id)
    }

    /// The next job that may run, if any, with its permit.
    pub(super) fn claim(&mut self, now: Duration) -> Option<Claim> {
        let mut entry = self.dispatcher.take()?;
        entry.attempts += 1;
        let lease = Arc::new(Lease::new(now));
        let claim = Claim {
            id: entry.id,
            tenant: entry.job.tenant,
            connector: entry.job.connector,
            source: entry.job.source.clone(),
            repeats: self.repeats.of(entry.job.connector.fields),
            refused: self.settings.fail_every.is_some_and(|every| entry.id.0 % every == 0),
            attempt: entry.attempts,
            claimed_at: now,
            lease: Arc::clone(&lease),
        };
        self.running.insert(entry.id, Running { entry, lease });
        Some(claim)
    }

    /// Ends a job; `None` when it was taken back before, and is somebody else's or over by now.
    pub(super) fn finish(
        &mut self,
        claim: &Claim,
        result: Result<Transformed, JobError>,
        now: Duration,
    ) -> Option<Delivery> {
        let running = self.running.get(&claim.id)?;
        if !Arc::ptr_eq(&running.lease, &claim.lease) {
            return None;
        }
        let entry = self.running.remove(&claim.id)?.entry;
        self.dispatcher.release(claim.tenant);
        let processing = now.saturating_sub(claim.claimed_at);
        self.tallies[claim.tenant].count(&result, processing);
        let outcome = result.map(|done| claim.completion(entry.submitted_at, processing, &done));
        Some(entry.end(outcome))
    }

    /// Takes no more jobs and ends all there are.
    pub(super) fn stop(&mut self) -> Vec<Delivery> {
        self.stopped = true;
        let mut unfinished = self.dispatcher.drain();
        for (_, running) in self.running.drain() {
            self.dispatcher.release(running.entry.job.tenant);
            unfinished.push(running.revoke());
        }
        for entry in &unfinished {
            self.tallies[entry.job.tenant].failed += 1;
        }
        unfinished.into_iter().map(|entry| entry.end(Err(JobError::ShutDown))).collect()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    pub(super) fn is_settled(&self) -> bool {
        self.crew.is_settled(self.dispatcher.has_ready())
    }

    pub(super) fn status(&self, occupancies: &[Occupancy]) -> Status {
        let tenants = (0..self.tallies.len()).zip(occupancies);
        let tenants = tenants.map(|(tenant, occupancy)| self.tenant_status(tenant, occupancy.peak()));
        Status { tenants: tenants.collect(), rejected: self.rejected }
    }

    fn tenant_status(&self, tenant: usize, peak_concurrency: usize) -> TenantStatus {
        let whereabouts = Whereabouts {
            queued: self.dispatcher.waiting_of(tenant) as u64,
            running: self.dispatcher.running_of(tenant) as u64,
            utilization: self.dispatcher.utilization_of(tenant),
            peak_concurrency,
        };
        self.tallies[tenant].status(&self.settings.tenants[tenant], whereabouts)
    }

    fn check(&self, job: &Job) -> Result<(), SubmitError> {
        let (tenants, backlog) = (self.settings.tenants.len(), self.settings.backlog);
        if self.stopped {
            Err(SubmitError::ShutDown)
        } else if job.tenant >= tenants {
            Err(SubmitError::UnknownTenant { tenant: job.tenant, tenants })
        } else if self.dispatcher.waiting() >= backlog {
            Err(SubmitError::Full { backlog })
        } else {
            Ok(())
        }
    }
}
