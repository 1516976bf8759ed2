//! Where jobs are handed in: the connection that all submitters share.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, ScriptInvocation};

use super::link::{limits, open};
use super::scripts::Scripts;
use crate::address::Address;
use crate::queue::{Job, JobId, Reconciliation, Settings, StoreError};

/// How long connecting, and each answer, may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Attempts to connect again, each a little later, before what was asked fails: about a third of a second. It
/// is also what keeps users from failing thousands of times a second.
const RETRIES: usize = 3;

/// The connection that all submitters share. It connects again by itself.
#[derive(Clone)]
pub(super) struct Counter {
    address: Address,
    scripts: Arc<Scripts>,
    connection: ConnectionManager,
}

/// Jobs that were taken from their workers, each with the attempt that it was.
type Taken = Vec<(u64, u32)>;

/// What reconciliation did in Redis: each job with the attempt that was taken from its worker.
pub(super) struct Reconciled {
    pub(super) checked: usize,
    pub(super) requeued: Vec<(JobId, u32)>,
    pub(super) given_up: Vec<(JobId, u32)>,
}

/// Where the jobs are.
pub(super) struct Places {
    /// Whether one of them may run and no worker has it yet.
    pub(super) has_ready: bool,
    /// Permits taken of the shared semaphore.
    pub(super) shared_taken: u64,
    /// For each tenant the jobs that wait and those that run.
    pub(super) tenants: Vec<(u64, u64)>,
}

impl Counter {
    pub(super) async fn open(
        address: &Address,
        client: &Client,
        scripts: Arc<Scripts>,
        settings: &Settings,
    ) -> Result<Counter, StoreError> {
        let connection = connect(client).await.map_err(|error| StoreError::new(address, &error))?;
        let counter = Counter { address: address.clone(), scripts, connection };
        let step = open(&counter.scripts, &counter.scripts.open, &limits(settings));
        let _was_there: bool = counter.ask(&step).await?;
        Ok(counter)
    }

    /// Hands a job in; false when too many wait already.
    pub(super) async fn submit(&self, id: JobId, job: &Job, backlog: usize) -> Result<bool, StoreError> {
        let text = format!("{} {} {}", job.tenant, job.connector.seed, job.connector.fields);
        let mut step = self.scripts.on(&self.scripts.submit);
        let step = step.arg(id.0).arg(job.tenant).arg(text).arg(backlog);
        match self.ask(step).await {
            // That a connection broke is often found out by using it. Handing in twice is harmless.
            Err(error) if error.is_unreachable() => self.ask(step).await,
            answer => answer,
        }
    }

    /// Takes back all jobs whose worker has shown no sign of life since a moment, in microseconds.
    pub(super) async fn reconcile(&self, since: i128, attempts: u32) -> Result<Reconciled, StoreError> {
        let mut step = self.scripts.on(&self.scripts.reconcile);
        let step = step.arg(since.to_string()).arg(attempts);
        let (checked, requeued, given_up): (usize, Taken, Taken) = self.ask(step).await?;
        let oldest_first =
            |jobs: Taken| jobs.into_iter().rev().map(|(id, attempt)| (JobId(id), attempt)).collect();
        Ok(Reconciled { checked, requeued: oldest_first(requeued), given_up: oldest_first(given_up) })
    }

    pub(super) async fn count(&self, tenants: usize) -> Result<Places, StoreError> {
        let mut step = self.scripts.on(&self.scripts.count);
        let (has_ready, shared_taken, tenants) = self.ask(step.arg(tenants)).await?;
        Ok(Places { has_ready, shared_taken, tenants })
    }

    /// Lets workers that wait for work look up.
    pub(super) async fn wake(&self, workers: usize) -> Result<(), StoreError> {
        let mut step = self.scripts.on(&self.scripts.wake);
        self.ask(step.arg(workers)).await.map(|_: bool| ())
    }

    async fn ask<T: FromRedisValue>(&self, step: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        let mut connection = self.connection.clone();
        let answer = step.invoke_async(&mut connection).await;
        answer.map_err(|error| StoreError::new(&self.address, &error))
    }
}

impl Reconciled {
    pub(super) fn told(&self) -> Reconciliation {
        let ids = |jobs: &[(JobId, u32)]| jobs.iter().map(|(id, _)| *id).collect();
        Reconciliation { checked: self.checked, requeued: ids(&self.requeued), failed: ids(&self.given_up) }
    }
}

/// A connection that finds its way back, and does not wait for ever.
pub(crate) async fn connect(client: &Client) -> redis::RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_number_of_retries(RETRIES)
        .set_min_delay(Duration::from_millis(50))
        .set_max_delay(Duration::from_millis(200));
    client.get_connection_manager_with_config(config).await
}
