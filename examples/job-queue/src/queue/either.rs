//! The queue, wherever it keeps its jobs.

use std::time::Duration;

use tokio::sync::watch;

use super::redis::{Health, RedisQueue};
use super::{
    Clock, Job, JobQueue, Reconciliation, Settings, StartError, Status, StoreError, SubmitError, Ticket,
};
use crate::backend::Backend;

/// A job queue that keeps its jobs where its settings say.
///
/// It is either a [`JobQueue`] or a [`RedisQueue`]; what they do is described there.
#[derive(Debug)]
pub enum Queue {
    /// In the memory of this process.
    InProcess(JobQueue),
    /// In a Redis.
    Redis(RedisQueue),
}

impl Queue {
    /// Starts a queue and its workers.
    ///
    /// # Errors
    /// Settings under which no job would ever end, a Redis that is not there or refuses, and a system that
    /// gives no more threads.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Queue, StartError> {
        match settings.backend.clone() {
            Backend::InProcess => JobQueue::start(settings, clock).map(Queue::InProcess),
            Backend::Redis(address) => RedisQueue::start(&address, settings, clock).await.map(Queue::Redis),
        }
    }

    /// Puts a job in the queue.
    ///
    /// # Errors
    /// A backlog that is full, a tenant that there is not, a queue that was shut down, a Redis that is away.
    pub async fn submit(&self, job: Job) -> Result<Ticket, SubmitError> {
        match self {
            Queue::InProcess(queue) => queue.submit(job),
            Queue::Redis(queue) => queue.submit(job).await,
        }
    }

    /// The queue now.
    ///
    /// # Errors
    /// A Redis that is away.
    pub async fn status(&self) -> Result<Status, StoreError> {
        match self {
            Queue::InProcess(queue) => Ok(queue.status()),
            Queue::Redis(queue) => queue.status().await,
        }
    }

    /// Finds the jobs whose worker showed no sign of life for the length of a lease, and begins them anew or
    /// gives them up.
    ///
    /// # Errors
    /// A Redis that is away.
    pub async fn reconcile(&self, lease: Duration) -> Result<Reconciliation, StoreError> {
        match self {
            Queue::InProcess(queue) => Ok(queue.reconcile(lease)),
            Queue::Redis(queue) => queue.reconcile(lease).await,
        }
    }

    /// Waits until nothing moves.
    ///
    /// # Errors
    /// A Redis that is away.
    pub async fn settled(&self) -> Result<(), StoreError> {
        match self {
            Queue::InProcess(queue) => {
                queue.settled().await;
                Ok(())
            }
            Queue::Redis(queue) => queue.settled().await,
        }
    }

    /// Whether the Redis is there, as it changes; `None` in process.
    #[must_use]
    pub fn health(&self) -> Option<watch::Receiver<Health>> {
        match self {
            Queue::InProcess(_) => None,
            Queue::Redis(queue) => Some(queue.health()),
        }
    }

    /// Takes no more jobs, ends all there are, and leaves nothing behind.
    ///
    /// # Errors
    /// A Redis that is away, so that keys may be left behind.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        match self {
            Queue::InProcess(queue) => {
                queue.shutdown().await;
                Ok(())
            }
            Queue::Redis(queue) => queue.shutdown().await,
        }
    }
}
