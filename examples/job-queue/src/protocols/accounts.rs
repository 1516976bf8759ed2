//! Whether every job is accounted for, and whether a stuck one is found.

use std::time::Duration;

use super::outcome::{ProtocolError, ends};
use crate::queue::{Connector, Gate, Job, Queue, Reconciliation, Source, Status};

/// Lets one job get stuck, and says what reconciliation found: a check that never finds anything proves nothing.
pub(super) async fn get_stuck(queue: &Queue, connector: Connector) -> Result<Reconciliation, ProtocolError> {
    let gate = Gate::closed();
    let ticket = queue.submit(Job::new(0, connector).reading_from(Source::Behind(gate.clone()))).await?;
    queue.settled().await?;
    let found = queue.reconcile(Duration::ZERO).await;
    gate.open();
    ends(vec![ticket]).await;
    Ok(found?)
}

/// What is wrong with what reconciliation found when no job was stuck, and when one was.
pub(super) fn wrongly_found(nothing: &Reconciliation, stuck: &Reconciliation) -> Vec<String> {
    let mut reasons = Vec::new();
    if nothing.stuck() > 0 {
        reasons.push(format!("reconciliation found {} stuck jobs; none was", nothing.stuck()));
    }
    if stuck.stuck() != 1 {
        reasons.push(format!("reconciliation found {} stuck jobs; 1 was", stuck.stuck()));
    }
    reasons
}

/// What an idle queue should not have, in words: jobs unaccounted for or under way, permits taken.
pub(super) fn left_behind(status: &Status, submitted: u64, when: &str) -> Vec<String> {
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
    use crate::queue::{Clock, JobQueue, Settings, Tenant};

    async fn idle_queue() -> Status {
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
