//! Isolation: whatever happens to one tenant, the others go on.

use std::time::Duration;

use plimsoll::model::{ProtocolScenario, Status, Verdict};

use super::outcome::{Outcome, ProtocolError, ends, fail_for, named};
use crate::queue::{Clock, Completion, Connector, Gate, Job, JobError, Queue, Settings, Source, Ticket};

/// All tenants submit their jobs at once: once as they are, and once for each tenant with its jobs blocked.
///
/// Isolation holds when the jobs of all other tenants end while those of the blocked one cannot. That is
/// looked at when nothing moves any more, so that the verdict is the same on any machine. The round without a
/// block tells how evenly the tenants were served. Jobs that fail in it fail the verdict too.
#[derive(Debug, Clone, PartialEq)]
pub struct Isolation {
    /// The queue under test. Its backlog must hold all jobs.
    pub settings: Settings,
    /// Jobs of each tenant.
    pub jobs: u64,
    /// Fields of each job.
    pub fields: u64,
}

/// What one blocked tenant did to the others.
#[derive(Debug)]
struct Interference {
    blocked: String,
    /// Tenants whose jobs did not all end, and how many did.
    stopped: Vec<(String, u64)>,
}

/// How one tenant was served when nobody was blocked.
#[derive(Debug)]
struct Served {
    tenant: String,
    /// From the submission of its jobs to the end of its last one.
    makespan: Duration,
    mean_queue_wait: Duration,
    failed: u64,
    first_error: Option<JobError>,
}

impl Isolation {
    /// The usual: 10 jobs of 50 fields for each tenant.
    #[must_use]
    pub fn new(settings: Settings) -> Isolation {
        Isolation { settings, jobs: 10, fields: 50 }
    }

    /// Runs it on queues of its own.
    ///
    /// # Errors
    /// A queue that does not start, or does not take all jobs. Broken isolation is a verdict and no error.
    pub async fn run(&self, clock: &Clock) -> Result<Outcome, ProtocolError> {
        let mut interferences = Vec::new();
        for blocked in 0..self.settings.tenants.len() {
            let interference = self.with_one_blocked(blocked, clock).await?;
            interferences.extend((!interference.stopped.is_empty()).then_some(interference));
        }
        let served = self.all_at_once(clock).await?;
        Ok(Outcome {
            verdict: self.verdict(&interferences, &served),
            scenario: self.scenario(&interferences, &served),
        })
    }

    async fn with_one_blocked(&self, blocked: usize, clock: &Clock) -> Result<Interference, ProtocolError> {
        let queue = Queue::start(self.settings.clone(), clock.clone()).await?;
        let source = Source::Behind(Gate::closed());
        let _blocked = self.submit(&queue, blocked, &source).await?;
        // The others come when it holds all that it can get, which is the worst for them.
        queue.settled().await?;
        for tenant in self.others(blocked) {
            let _tickets = self.submit(&queue, tenant, &Source::Ready).await?;
        }
        queue.settled().await?;
        let status = queue.status().await?;
        let ended = |tenant: usize| status.tenants[tenant].depth.done + status.tenants[tenant].depth.failed;
        let stopped = self.others(blocked).map(|tenant| (self.name(tenant), ended(tenant)));
        let stopped = stopped.filter(|(_, ended)| *ended < self.jobs).collect();
        queue.shutdown().await?;
        Ok(Interference { blocked: self.name(blocked), stopped })
    }

    async fn all_at_once(&self, clock: &Clock) -> Result<Vec<Served>, ProtocolError> {
        let queue = Queue::start(self.settings.clone(), clock.clone()).await?;
        let mut tickets = Vec::new();
        for tenant in 0..self.settings.tenants.len() {
            tickets.push(self.submit(&queue, tenant, &Source::Ready).await?);
        }
        let mut served = Vec::new();
        for (tenant, tickets) in tickets.into_iter().enumerate() {
            served.push(Served::new(self.name(tenant), &ends(tickets).await));
        }
        queue.shutdown().await?;
        Ok(served)
    }

    async fn submit(
        &self,
        queue: &Queue,
        tenant: usize,
        source: &Source,
    ) -> Result<Vec<Ticket>, ProtocolError> {
        let mut tickets = Vec::new();
        for seed in 0..self.jobs {
            let job = Job::new(tenant, Connector { seed, fields: self.fields });
            tickets.push(queue.submit(job.reading_from(source.clone())).await?);
        }
        Ok(tickets)
    }

    fn verdict(&self, interferences: &[Interference], served: &[Served]) -> Verdict {
        if self.settings.tenants.len() < 2 || self.jobs == 0 {
            let reason = "isolation is between tenants; expected at least 2, with at least 1 job each";
            return Verdict::because(Status::Invalid, reason);
        }
        let reasons = interferences.iter().map(|interference| interference.reason(self.jobs));
        fail_for(reasons.chain(served.iter().filter_map(|served| served.reason(self.jobs))).collect())
    }

    fn scenario(&self, interferences: &[Interference], served: &[Served]) -> ProtocolScenario {
        let column = |of: fn(&Served) -> Duration| served.iter().map(of).map(nanos).collect::<Vec<_>>();
        let makespans = column(|served| served.makespan);
        ProtocolScenario {
            scenario_name: "isolation".to_owned(),
            scenario_params: named([
                ("tenants", self.settings.tenants.len().into()),
                ("limit", self.settings.largest_limit().into()),
                ("workers", self.settings.workers.into()),
                ("shared_semaphore", self.settings.shared_semaphore.into()),
                ("jobs_per_tenant", self.jobs.into()),
                ("fields", self.fields.into()),
            ]),
            aborted: false,
            metadata: named([
                ("tenants", served.iter().map(|served| served.tenant.clone()).collect()),
                ("makespan_jain_index", jain_index(&makespans).into()),
                ("makespan_ns", makespans.into()),
                ("queue_wait_mean_ns", column(|served| served.mean_queue_wait).into()),
                ("failed", served.iter().map(|served| served.failed).collect()),
                (
                    "interfering_tenants",
                    interferences.iter().map(|interference| interference.blocked.clone()).collect(),
                ),
            ]),
        }
    }

    fn others(&self, blocked: usize) -> impl Iterator<Item = usize> {
        (0..self.settings.tenants.len()).filter(move |tenant| *tenant != blocked)
    }

    fn name(&self, tenant: usize) -> String {
        self.settings.tenants[tenant].name.clone()
    }
}

impl Interference {
    fn reason(&self, jobs: u64) -> String {
        let stopped = self.stopped.iter().map(|(name, ended)| format!("{name} ended {ended} of {jobs} jobs"));
        format!("while {} was blocked, {}", self.blocked, stopped.collect::<Vec<_>>().join(", "))
    }
}

impl Served {
    fn new(tenant: String, ends: &[Result<Completion, JobError>]) -> Served {
        let done = || ends.iter().flatten();
        let waits: Duration = done().map(|done| done.queue_wait).sum();
        let count = u32::try_from(done().count()).unwrap_or(u32::MAX);
        Served {
            tenant,
            makespan: done().map(Completion::end_to_end).max().unwrap_or_default(),
            mean_queue_wait: waits.checked_div(count).unwrap_or_default(),
            failed: ends.iter().filter(|end| end.is_err()).count() as u64,
            first_error: ends.iter().find_map(|end| end.as_ref().err().cloned()),
        }
    }

    fn reason(&self, jobs: u64) -> Option<String> {
        let error = self.first_error.as_ref()?;
        Some(format!("{} failed {} of {jobs} jobs; the first: {error}", self.tenant, self.failed))
    }
}

/// How even the values are, 1/n to 1 (Jain, Chiu and Hawe 1984); `None` when all are zero.
fn jain_index(values: &[u64]) -> Option<f64> {
    let sum: f64 = values.iter().map(|value| *value as f64).sum();
    let squares: f64 = values.iter().map(|value| (*value as f64).powi(2)).sum();
    (squares > 0.0).then(|| sum * sum / (values.len() as f64 * squares))
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_perfectly_even() {
        assert_eq!(jain_index(&[7, 7, 7, 7]), Some(1.0));
    }

    #[test]
    fn one_who_has_it_all_is_as_uneven_as_can_be() {
        assert_eq!(jain_index(&[9, 0, 0, 0]), Some(0.25));
    }

    #[test]
    fn nothing_is_not_even_or_uneven() {
        assert_eq!(jain_index(&[0, 0]), None);
    }
}
