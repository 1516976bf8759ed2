//! Rapid cycling: submit, wait, submit again, and see that nothing is left behind.

use std::time::Duration;

use plimsoll::model::{ProtocolScenario, Verdict};

use super::accounts::{get_stuck, left_behind, wrongly_found};
use super::outcome::{Outcome, ProtocolError, ends, fail_for, named};
use crate::queue::{Clock, Connector, Job, Queue, Reconciliation, Settings, Status as QueueStatus};

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
        let queue = Queue::start(self.settings.clone(), clock.clone()).await?;
        self.cycle(&queue).await?;
        let cycled = queue.status().await?;
        // Without a lease, every job that still runs would be stuck.
        let nothing = queue.reconcile(Duration::ZERO).await?;
        let stuck = get_stuck(&queue, Connector { seed: self.rounds, fields: self.fields }).await?;
        let observed = Observed { cycled, nothing, stuck, end: queue.status().await? };
        queue.shutdown().await?;
        Ok(Outcome { verdict: self.verdict(&observed), scenario: self.scenario(&observed) })
    }

    async fn cycle(&self, queue: &Queue) -> Result<(), ProtocolError> {
        for seed in 0..self.rounds {
            let connector = Connector { seed, fields: self.fields };
            let mut tickets = Vec::new();
            for tenant in 0..self.settings.tenants.len() {
                tickets.push(queue.submit(Job::new(tenant, connector)).await?);
            }
            ends(tickets).await;
        }
        Ok(())
    }

    fn verdict(&self, observed: &Observed) -> Verdict {
        let cycled = self.rounds * self.settings.tenants.len() as u64;
        let mut reasons = left_behind(&observed.cycled, cycled, "after cycling");
        reasons.extend(wrongly_found(&observed.nothing, &observed.stuck));
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
