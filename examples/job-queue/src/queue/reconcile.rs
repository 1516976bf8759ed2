//! Finding the jobs that got stuck.

use std::time::Duration;

use super::state::State;
use super::ticket::Delivery;
use super::{JobError, JobId};

/// What a look after stuck jobs found and did. A job is stuck when its worker showed no sign of life for the
/// length of a lease.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Jobs that were running when it looked.
    pub checked: usize,
    /// Stuck jobs put back in the queue, before all others of their tenant.
    pub requeued: Vec<JobId>,
    /// Stuck jobs given up, because they were begun as often as the settings allow.
    pub failed: Vec<JobId>,
}

impl Reconciliation {
    /// How many jobs were stuck.
    #[must_use]
    pub fn stuck(&self) -> usize {
        self.requeued.len() + self.failed.len()
    }
}

impl State {
    /// Takes back all jobs whose worker has been silent for the length of a lease or longer.
    pub(super) fn reconcile(&mut self, lease: Duration, now: Duration) -> (Reconciliation, Vec<Delivery>) {
        let mut found = Reconciliation { checked: self.running.len(), ..Reconciliation::default() };
        let mut given_up = Vec::new();
        for id in self.silent(lease, now) {
            match self.take_back(id) {
                Some(delivery) => {
                    found.failed.push(id);
                    given_up.push(delivery);
                }
                None => found.requeued.push(id),
            }
        }
        found.requeued.reverse();
        found.failed.reverse();
        (found, given_up)
    }

    /// The jobs whose worker is silent, the youngest first: put back one by one, they keep their order.
    fn silent(&self, lease: Duration, now: Duration) -> Vec<JobId> {
        let running = self.running.iter();
        let silent = running.filter(|(_, running)| running.lease.silence(now) >= lease);
        let mut silent: Vec<_> = silent.map(|(id, _)| *id).collect();
        silent.sort_unstable_by(|one, other| other.cmp(one));
        silent
    }

    /// Queues a running job again, or gives it up and returns what its ticket is told.
    fn take_back(&mut self, id: JobId) -> Option<Delivery> {
        let entry = self.running.remove(&id)?.revoke();
        let tenant = entry.job.tenant;
        self.dispatcher.release(tenant);
        if entry.attempts < self.settings.attempts {
            self.dispatcher.push_first(tenant, entry);
            return None;
        }
        self.tallies[tenant].failed += 1;
        let attempts = entry.attempts;
        Some(entry.end(Err(JobError::Stuck { job: id, attempts })))
    }
}
