//! The queue as its users see it.

use std::sync::Arc;
use std::time::Duration;

use super::shared::Shared;
use super::workers::Workers;
use super::{Clock, Job, Reconciliation, Settings, StartError, Status, SubmitError, Ticket};

/// A job queue with workers on threads of their own. It needs no runtime: tickets are plain futures.
///
/// Dropping it is like [`JobQueue::shutdown`], but blocks for the few fields that the workers are at.
#[derive(Debug)]
pub struct JobQueue {
    shared: Arc<Shared>,
    workers: Workers,
}

impl JobQueue {
    /// Starts a queue and its workers.
    ///
    /// # Errors
    /// Settings under which no job would ever end, and a system that gives no more threads.
    pub fn start(settings: Settings, clock: Clock) -> Result<JobQueue, StartError> {
        settings.check()?;
        let workers = settings.workers;
        let mut queue =
            JobQueue { shared: Arc::new(Shared::new(settings, clock)), workers: Workers::default() };
        for worker in 1..=workers {
            let shop = Arc::clone(&queue.shared);
            queue.workers.hire(worker, shop).map_err(|source| StartError::Thread {
                worker,
                workers,
                source,
            })?;
        }
        Ok(queue)
    }

    /// Puts a job in the queue. It never waits.
    ///
    /// # Errors
    /// A backlog that is full, a tenant that there is not, a queue that was shut down.
    pub fn submit(&self, job: Job) -> Result<Ticket, SubmitError> {
        self.shared.submit(job)
    }

    /// The queue at this moment.
    #[must_use]
    pub fn status(&self) -> Status {
        self.shared.status()
    }

    /// Finds the jobs whose worker showed no sign of life for the length of a lease, and begins them anew or
    /// gives them up.
    ///
    /// A worker shows life with every few fields, but not while it waits for a source. A job taken back gives
    /// up its permit at once; a worker that is still at it leaves with the next sign of life, and its result
    /// does not count.
    pub fn reconcile(&self, lease: Duration) -> Reconciliation {
        self.shared.reconcile(lease)
    }

    /// Waits until nothing moves: each worker waits for a source behind a gate, or for a job when there is
    /// none that may run. It says nothing about gates opened, jobs submitted and jobs taken back meanwhile.
    pub async fn settled(&self) {
        self.shared.settled().await;
    }

    /// Takes no more jobs, ends all there are with [`JobError::ShutDown`](super::JobError::ShutDown), and
    /// waits for the workers to end. A second call waits as well.
    pub async fn shutdown(&self) {
        self.shared.stop();
        self.shared.deserted().await;
        self.workers.dismiss();
    }
}

impl Drop for JobQueue {
    fn drop(&mut self) {
        self.shared.stop();
        self.workers.dismiss();
    }
}
