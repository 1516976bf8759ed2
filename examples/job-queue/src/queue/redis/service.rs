//! The queue in a Redis as its users see it.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use redis::Client;
use tokio::sync::watch;

use super::counter::{Counter, Places};
use super::desk::Desk;
use super::health::Health;
use super::link::Link;
use super::scripts::Scripts;
use super::shop::RedisShop;
use crate::address::Address;
use crate::queue::workers::Workers;
use crate::queue::{
    Clock, Job, Reconciliation, Settings, StartError, Status, StoreError, SubmitError, Ticket,
};

/// A job queue in a Redis, with workers on threads of this process.
///
/// It does what a [`JobQueue`](crate::queue::JobQueue) does, under keys of its own, which are removed with it.
/// Must be started and used on a tokio runtime.
pub struct RedisQueue {
    desk: Arc<Desk>,
    counter: Counter,
    workers: Workers,
}

impl RedisQueue {
    /// Starts a queue and its workers.
    ///
    /// # Errors
    /// Settings under which no job would ever end, a Redis that is not there or refuses, and a system that
    /// gives no more threads.
    pub async fn start(
        address: &Address,
        settings: Settings,
        clock: Clock,
    ) -> Result<RedisQueue, StartError> {
        settings.check()?;
        let client = Client::open(address.expose()).map_err(|error| StoreError::new(address, &error))?;
        let scripts = Arc::new(Scripts::new(prefix()));
        let counter = Counter::open(address, &client, Arc::clone(&scripts), &settings).await?;
        let desk = Arc::new(Desk::new(settings, clock));
        let mut queue = RedisQueue { desk, counter, workers: Workers::default() };
        let workers = queue.desk.settings.workers;
        for worker in 1..=workers {
            let link = Link::new(address.clone(), client.clone(), Arc::clone(&scripts), &queue.desk.settings);
            let shop = RedisShop::new(Arc::clone(&queue.desk), link);
            queue.workers.hire(worker, shop).map_err(|source| StartError::Thread {
                worker,
                workers,
                source,
            })?;
        }
        Ok(queue)
    }

    /// Puts a job in the queue. The ticket knows how long Redis took to accept it.
    ///
    /// # Errors
    /// A backlog that is full, a tenant that there is not, a queue that was shut down, a Redis that is away.
    pub async fn submit(&self, job: Job) -> Result<Ticket, SubmitError> {
        let (id, ticket) = self.desk.register(job.clone())?;
        let asked = self.desk.clock.now();
        let backlog = self.desk.settings.backlog;
        let refusal = match self.counter.submit(id, &job, backlog).await {
            Ok(true) => {
                self.desk.accept(id);
                return Ok(ticket.accepted_after(self.desk.clock.now().saturating_sub(asked)));
            }
            Ok(false) => SubmitError::Full { backlog },
            Err(error) => SubmitError::Store(error),
        };
        self.desk.withdraw(id);
        Err(refusal)
    }

    /// The queue now. Figures from Redis and from this process agree when nothing moves.
    ///
    /// # Errors
    /// A Redis that is away.
    pub async fn status(&self) -> Result<Status, StoreError> {
        let Places { tenants, shared_taken, .. } = self.places().await?;
        Ok(self.desk.status(&tenants, shared_taken))
    }

    /// Finds the jobs whose worker showed no sign of life for the length of a lease, and begins them anew or
    /// gives them up.
    ///
    /// A worker shows Redis a sign of life every second, but not while it waits for a source.
    ///
    /// # Errors
    /// A Redis that is away.
    pub async fn reconcile(&self, lease: Duration) -> Result<Reconciliation, StoreError> {
        let since = micros(self.desk.clock.now()) - micros(lease);
        let reconciled = self.counter.reconcile(since, self.desk.settings.attempts).await?;
        self.desk.call_off(&reconciled.requeued);
        self.desk.give_up(&reconciled.given_up);
        Ok(reconciled.told())
    }

    /// Waits until nothing moves: each worker waits for a source behind a gate, or for a job when there is
    /// none that may run.
    ///
    /// # Errors
    /// A Redis that is away.
    pub async fn settled(&self) -> Result<(), StoreError> {
        loop {
            // Made before looking: it hears of everything that happens from here on.
            let changed = self.desk.crew_change();
            let (crew, epoch) = self.desk.crew();
            if crew.is_settled(false) {
                let has_ready = self.places().await?.has_ready;
                // A worker may have taken the last job between the two looks.
                if self.desk.crew().1 != epoch {
                    continue;
                }
                if crew.is_settled(has_ready) {
                    return Ok(());
                }
            }
            changed.await;
        }
    }

    /// Whether the Redis is there, as it changes.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.desk.health()
    }

    /// Takes no more jobs, ends all there are with [`JobError::ShutDown`](crate::queue::JobError::ShutDown),
    /// waits for the workers to end, and removes all keys.
    ///
    /// # Errors
    /// A Redis that is away, so that keys may be left behind. They vanish by themselves an hour after their
    /// last use.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        self.desk.stop();
        // Those that cannot be woken find out by themselves within seconds.
        let _ = self.counter.wake(self.desk.settings.workers).await;
        loop {
            let changed = self.desk.crew_change();
            if self.desk.crew().0.alive == 0 {
                break;
            }
            changed.await;
        }
        self.workers.dismiss();
        self.desk.left_behind().map_or(Ok(()), Err)
    }

    async fn places(&self) -> Result<Places, StoreError> {
        self.counter.count(self.desk.settings.tenants.len()).await
    }
}

impl Drop for RedisQueue {
    fn drop(&mut self) {
        self.desk.stop();
        self.workers.dismiss();
    }
}

impl fmt::Debug for RedisQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisQueue").field("settings", &self.desk.settings).finish_non_exhaustive()
    }
}

/// What the keys of one queue begin with, and of no other.
fn prefix() -> String {
    format!("{{plimsoll:job-queue:{:016x}}}", RandomState::new().build_hasher().finish())
}

fn micros(time: Duration) -> i128 {
    i128::try_from(time.as_micros()).unwrap_or(i128::MAX)
}
