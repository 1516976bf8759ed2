//! Over the limit: many more jobs for one tenant than it may run.

use plimsoll::model::{ProtocolScenario, Status, Verdict};

use super::outcome::{Outcome, ProtocolError, ends, fail_for, named};
use crate::queue::{Clock, Connector, Gate, Job, Queue, Settings, Source};

/// The first tenant submits many jobs at once; all others are silent.
///
/// The jobs are held at their source until nothing moves: then exactly as many as the limit allows are
/// running. Let go, all of them must end well, and never more at one time than the limit.
#[derive(Debug, Clone, PartialEq)]
pub struct OverLimit {
    /// The queue under test. It needs more workers than the first tenant's limit, or they are the limit.
    pub settings: Settings,
    /// Jobs submitted, more than the limit.
    pub jobs: u64,
    /// Fields of each job.
    pub fields: u64,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Observed {
    tenant: String,
    limit: usize,
    /// Jobs running while all that run were held.
    held: u64,
    /// The most that were worked on at one time.
    peak: usize,
    done: u64,
}

impl OverLimit {
    /// The usual: 100 jobs of 50 fields.
    #[must_use]
    pub fn new(settings: Settings) -> OverLimit {
        OverLimit { settings, jobs: 100, fields: 50 }
    }

    /// Runs it on a queue of its own.
    ///
    /// # Errors
    /// A queue that does not start, or does not take all jobs. A broken limit is a verdict and no error.
    pub async fn run(&self, clock: &Clock) -> Result<Outcome, ProtocolError> {
        let queue = Queue::start(self.settings.clone(), clock.clone()).await?;
        let gate = Gate::closed();
        let mut tickets = Vec::new();
        for seed in 0..self.jobs {
            let job = Job::new(0, Connector { seed, fields: self.fields });
            tickets.push(queue.submit(job.reading_from(Source::Behind(gate.clone()))).await?);
        }
        queue.settled().await?;
        let held = queue.status().await?.depth().running;
        gate.open();
        ends(tickets).await;
        let tenant = queue.status().await?.tenants.swap_remove(0);
        queue.shutdown().await?;
        let observed = Observed {
            tenant: tenant.name,
            limit: tenant.limit,
            held,
            peak: tenant.peak_concurrency,
            done: tenant.depth.done,
        };
        Ok(Outcome { verdict: self.verdict(&observed), scenario: self.scenario(&observed) })
    }

    fn verdict(&self, observed: &Observed) -> Verdict {
        let (limit, workers, jobs) = (observed.limit, self.settings.workers, self.jobs);
        if workers <= limit || jobs <= limit as u64 {
            let reason = format!("a limit of {limit} is not reached by {jobs} jobs on {workers} workers");
            return Verdict::because(Status::Invalid, reason);
        }
        let Observed { tenant, held, peak, done, .. } = observed;
        let mut reasons = Vec::new();
        if *peak > limit {
            reasons.push(format!("{tenant} ran {peak} jobs at one time; its limit is {limit}"));
        }
        if *held != limit as u64 {
            reasons.push(format!("{tenant} had {held} jobs running at its limit of {limit}"));
        }
        if *done != jobs {
            reasons.push(format!("{tenant} did {done} of {jobs} jobs"));
        }
        fail_for(reasons)
    }

    fn scenario(&self, observed: &Observed) -> ProtocolScenario {
        ProtocolScenario {
            scenario_name: "over-limit".to_owned(),
            scenario_params: named([
                ("tenant", observed.tenant.clone().into()),
                ("limit", observed.limit.into()),
                ("workers", self.settings.workers.into()),
                ("jobs", self.jobs.into()),
                ("fields", self.fields.into()),
            ]),
            aborted: false,
            metadata: named([
                ("running_at_limit", observed.held.into()),
                ("peak_concurrency", observed.peak.into()),
                ("done", observed.done.into()),
            ]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Tenant;

    fn sound() -> Observed {
        Observed { tenant: "tenant-0".to_owned(), limit: 3, held: 3, peak: 3, done: 100 }
    }

    fn verdict(observed: &Observed) -> Verdict {
        OverLimit::new(Settings::new(8, Tenant::numbered(1, 3))).verdict(observed)
    }

    #[test]
    fn what_keeps_to_the_limit_passes() {
        assert_eq!(verdict(&sound()), Verdict::pass());
    }

    #[test]
    fn one_job_too_many_at_a_time_fails() {
        let reason = "tenant-0 ran 4 jobs at one time; its limit is 3";
        assert_eq!(verdict(&Observed { peak: 4, ..sound() }), Verdict::because(Status::Fail, reason));
    }

    #[test]
    fn a_permit_that_is_never_given_fails() {
        let reason = "tenant-0 had 2 jobs running at its limit of 3";
        assert_eq!(
            verdict(&Observed { held: 2, peak: 2, ..sound() }),
            Verdict::because(Status::Fail, reason)
        );
    }

    #[test]
    fn a_lost_job_fails() {
        let reason = "tenant-0 did 99 of 100 jobs";
        assert_eq!(verdict(&Observed { done: 99, ..sound() }), Verdict::because(Status::Fail, reason));
    }
}
