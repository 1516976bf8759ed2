//! What a queue is started with.

use std::io;
use std::num::NonZeroU64;

use super::{SlowDown, StoreError};
use crate::backend::Backend;

/// What a queue is started with. [`Settings::new`] fills in the usual; the rest is by struct update.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Threads that work on jobs, at least 1. A tenant is isolated from the others only while its limit is
    /// below this number: a job that waits for its source keeps its worker.
    pub workers: usize,
    /// The tenants, whose names differ. Jobs name their tenant by its place in this list.
    pub tenants: Vec<Tenant>,
    /// How many jobs may wait for a worker, over all tenants; one more is refused.
    pub backlog: usize,
    /// How much more work than necessary each job does.
    pub slow_down: SlowDown,
    /// Lets every n-th job fail, counted by submission, after its work is done.
    pub fail_every: Option<NonZeroU64>,
    /// Puts all tenants under one semaphore with as many permits as the largest limit. For showing what
    /// isolation protects from.
    pub shared_semaphore: bool,
    /// Where a [`Queue`](super::Queue) keeps its jobs.
    pub backend: Backend,
    /// How often a job is begun, at least once, before reconciliation gives it up.
    pub attempts: u32,
}

/// Someone whose jobs share one limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its name, as monitoring shows it.
    pub name: String,
    /// How many of its jobs may run at a time, at least 1.
    pub limit: usize,
}

/// Why a queue did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Nobody would work on the jobs.
    #[error("a queue without workers never ends a job; expected at least 1 worker")]
    NoWorkers,
    /// Nobody could submit a job.
    #[error("a queue without tenants takes no job; expected at least 1 tenant")]
    NoTenants,
    /// Two tenants could not be told apart.
    #[error("two tenants are named {name:?}; expected a name of its own for each")]
    SameName {
        /// The name of both.
        name: String,
    },
    /// The jobs of this tenant would wait for ever.
    #[error("tenant {name:?} may run 0 jobs at a time; expected a limit of at least 1")]
    NoPermits {
        /// The name of the tenant.
        name: String,
    },
    /// A job would be given up before its first attempt.
    #[error("a job would be begun 0 times; expected at least 1 attempt")]
    NoAttempts,
    /// The Redis that should keep the jobs did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no thread.
    #[error("worker {worker} of {workers} got no thread")]
    Thread {
        /// Which worker, counted from 1.
        worker: usize,
        /// How many were asked for.
        workers: usize,
        /// What the system said.
        source: io::Error,
    },
}

impl Settings {
    /// The usual: 10,000 jobs may wait, nothing is slowed down, no job fails on purpose, each tenant has its
    /// own semaphore, jobs are kept in process, and a stuck job is begun 3 times.
    #[must_use]
    pub fn new(workers: usize, tenants: Vec<Tenant>) -> Settings {
        Settings {
            workers,
            tenants,
            backlog: 10_000,
            slow_down: SlowDown::NONE,
            fail_every: None,
            shared_semaphore: false,
            backend: Backend::InProcess,
            attempts: 3,
        }
    }

    /// Permits of the one semaphore, where there is one.
    pub(super) fn shared_permits(&self) -> Option<usize> {
        self.shared_semaphore.then(|| self.largest_limit())
    }

    /// The largest limit of a tenant.
    pub(crate) fn largest_limit(&self) -> usize {
        self.tenants.iter().map(|tenant| tenant.limit).max().unwrap_or(0)
    }

    pub(super) fn check(&self) -> Result<(), StartError> {
        if self.workers == 0 {
            return Err(StartError::NoWorkers);
        }
        if self.tenants.is_empty() {
            return Err(StartError::NoTenants);
        }
        if self.attempts == 0 {
            return Err(StartError::NoAttempts);
        }
        if let Some(tenant) = self.tenants.iter().find(|tenant| tenant.limit == 0) {
            return Err(StartError::NoPermits { name: tenant.name.clone() });
        }
        let mut names: Vec<_> = self.tenants.iter().map(|tenant| &tenant.name).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(StartError::SameName { name: pair[0].clone() }),
            None => Ok(()),
        }
    }
}

impl Tenant {
    /// As many tenants, `tenant-0` and on, each with the same limit.
    #[must_use]
    pub fn numbered(count: usize, limit: usize) -> Vec<Tenant> {
        (0..count).map(|number| Tenant { name: format!("tenant-{number}"), limit }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::new(2, Tenant::numbered(2, 1));
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    }

    #[test]
    fn each_refusal_says_what_is_expected() {
        let refusals = [
            refusal(|settings| settings.workers = 0),
            refusal(|settings| settings.tenants.clear()),
            refusal(|settings| settings.attempts = 0),
            refusal(|settings| settings.tenants[1].limit = 0),
            refusal(|settings| settings.tenants[1].name = "tenant-0".to_owned()),
            StartError::Thread { worker: 3, workers: 4, source: io::ErrorKind::OutOfMemory.into() }
                .to_string(),
        ];
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn numbered_tenants_start() {
        assert!(Settings::new(1, Tenant::numbered(10, 2)).check().is_ok());
    }
}
