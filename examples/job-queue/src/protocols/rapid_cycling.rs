//! Rapid cycling: submit, wait, submit again, and see that nothing is left behind.

use std::time::Duration;

use plimsoll::model::{ProtocolScenario, Verdict};

use super::outcome::{Outcome, ProtocolError, ends, fail_for, named};
use crate::queue::{
    Clock, Connector, Gate, Job, JobQueue, Reconciliation, Settings, Source, Status as QueueStatus,
};

/// All tenants submit one job each, wait for all, and begin again.
///
/// After that, every job is accounted for, no permit is taken, and reconciliation finds nothing stuck. Then
/// one job does get stuck, and reconciliation must find it, and it alone: a check that never finds anything
/// proves nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct RapidCycling {
    /// The queue under test.
    pub settings: Settings,
    /// How often each tenant submits a job.
    pub rounds: u64,
    /// Fields of each job.
    pub fields: u64,
}

/// What was seen.
#[derive(Debug, Clone)]
struct Observed {
    /// The queue when the cycling was over.
    cycled: QueueStatus,
    /// What reconciliation found then.
    nothing: Reconciliation,
    /// What reconciliation found when one job was stuck.
    stuck: Reconciliation,
    /// The queue at the end.
    end: QueueStatus,
}

impl RapidCycling {
    /// The usual: 100 rounds of jobs of 5 fields, so that the queue is busy with the queueing.
    #[must_use]
    pub fn new(settings: Settings) -> RapidCycling {
        RapidCycling { settings, rounds: 100, fields: 5 }
    }

    /// Runs it on a queue of its own.
    ///
    /// # Errors
    /// A queue that does not start, or does not take a job. A lost job or permit is a verdict and no error.
    pub async fn run(&self, clock: &Clock) -> Result<Outcome, ProtocolError> {
        let queue = JobQueue::start(self.settings.clone(), clock.clone())?;
        self.cycle(&queue).await?;
        let cycled = queue.status();
        // Without a lease, every job that still runs would be stuck.
        let nothing = queue.reconcile(Duration::ZERO);
        let stuck = self.get_stuck(&queue).await?;
        let observed = Observed { cycled, nothing, stuck, end: queue.status() };
        queue.shutdown().await;
        Ok(Outcome { verdict: self.verdict(&observed), scenario: self.scenario(&observed) })
    }

    async fn cycle(&self, queue: &JobQueue) -> Result<(), ProtocolError> {
        for seed in 0..self.rounds {
            let connector = Connector { seed, fields: self.fields };
            let jobs = (0..self.settings.tenants.len()).map(|tenant| Job::new(tenant, connector));
            let tickets = jobs.map(|job| queue.submit(job)).collect::<Result<_, _>>()?;
            ends(tickets).await;
        }
        Ok(())
    }

    async fn get_stuck(&self, queue: &JobQueue) -> Result<Reconciliation, ProtocolError> {
        let gate = Gate::closed();
        let job = Job::new(0, Connector { seed: self.rounds, fields: self.fields });
        let ticket = queue.submit(job.reading_from(Source::Behind(gate.clone())))?;
        queue.settled().await;
        let found = queue.reconcile(Duration::ZERO);
        gate.open();
        ends(vec![ticket]).await;
        Ok(found)
    }

    fn verdict(&self, observed: &Observed) -> Verdict {
        let cycled = self.rounds * self.settings.tenants.len() as u64;
        let mut reasons = left_behind(&observed.cycled, cycled, "after cycling");
        if observed.nothing.stuck() > 0 {
            reasons.push(format!("reconciliation found {} stuck jobs; none was", observed.nothing.stuck()));
        }
        if observed.stuck.stuck() != 1 {
            reasons.push(format!("reconciliation found {} stuck jobs; 1 was", observed.stuck.stuck()));
        }
        reasons.extend(left_behind(&observed.end, cycled + 1, "after a stuck job"));
        fail_for(reasons)
    }

    fn scenario(&self, observed: &Observed) -> ProtocolScenario {
        let depth = observed.end.depth();
        ProtocolScenario {
            scenario_name: "rapid-cycling".to_owned(),
            scenario_params: named([
                ("tenants", self.settings.tenants.len().into()),
                ("limit", self.settings.largest_limit().into()),
                ("workers", self.settings.workers.into()),
                ("rounds", self.rounds.into()),
                ("fields", self.fields.into()),
            ]),
            aborted: false,
            metadata: named([
                ("submitted", observed.end.submitted().into()),
                ("done", depth.done.into()),
                ("failed", depth.failed.into()),
                ("stuck_after_cycling", observed.nothing.stuck().into()),
                ("stuck_found", observed.stuck.stuck().into()),
                ("requeued", observed.stuck.requeued.len().into()),
            ]),
        }
    }
}

/// What an idle queue should not have, in words: jobs unaccounted for or under way, permits taken.
fn left_behind(status: &QueueStatus, submitted: u64, when: &str) -> Vec<String> {
    let depth = status.depth();
    let ended = depth.done + depth.failed;
    let mut reasons = Vec::new();
    if ended != submitted || status.submitted() != submitted {
        reasons.push(format!(
            "{when}, {ended} of {submitted} jobs have ended; {} are queued, {} run",
            depth.queued, depth.running
        ));
    }
    let holders = status.tenants.iter().filter(|tenant| tenant.utilization > 0.0);
    reasons.extend(holders.map(|tenant| format!("{when}, {} still holds a permit", tenant.name)));
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Tenant;

    async fn idle_queue() -> QueueStatus {
        let settings = Settings::new(1, Tenant::numbered(2, 1));
        let queue = JobQueue::start(settings, Clock::new(|| Duration::ZERO)).expect("the settings are sound");
        let ticket =
            queue.submit(Job::new(0, Connector { seed: 0, fields: 1 })).expect("the backlog is empty");
        ends(vec![ticket]).await;
        queue.status()
    }

    #[tokio::test]
    async fn an_idle_queue_leaves_nothing_behind() {
        assert_eq!(left_behind(&idle_queue().await, 1, "then"), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_lost_job_is_noticed() {
        let reasons = left_behind(&idle_queue().await, 2, "then");
        assert_eq!(reasons, ["then, 1 of 2 jobs have ended; 0 are queued, 0 run"]);
    }

    #[tokio::test]
    async fn a_permit_that_is_kept_is_noticed() {
        let mut status = idle_queue().await;
        status.tenants[1].utilization = 1.0;
        assert_eq!(left_behind(&status, 1, "then"), ["then, tenant-1 still holds a permit"]);
    }
}
