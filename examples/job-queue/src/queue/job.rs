//! What is submitted, and how it ends.

use std::fmt::{self, Display};
use std::time::Duration;

use super::{Connector, Source, StoreError};

/// One piece of work: the fields of one connector, for one tenant.
#[derive(Debug, Clone)]
pub struct Job {
    /// Whose it is: the place in [`Settings::tenants`](super::Settings::tenants), from 0.
    pub tenant: usize,
    /// What is transformed.
    pub connector: Connector,
    /// Where the connector reads from.
    pub source: Source,
}

/// Number of a job in its queue, from 1, in the order of submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub(super) u64);

/// A job that was done, as its submitter sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    /// From submission until a worker began the attempt that succeeded.
    pub queue_wait: Duration,
    /// From there to the end, waiting for the source included.
    pub processing: Duration,
    /// Fields transformed; those that a slow-down repeats count once.
    pub fields: u64,
    /// Length of the result in bytes.
    pub bytes: u64,
}

/// Why a job was not taken. Nothing was queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// Too many jobs wait already.
    #[error("job refused: {backlog} jobs wait already, which is all that may")]
    Full {
        /// How many jobs may wait.
        backlog: usize,
    },
    /// No tenant has this number.
    #[error("job refused: tenant {tenant} is not one of {tenants}, counted from 0")]
    UnknownTenant {
        /// The number asked for.
        tenant: usize,
        /// How many tenants there are.
        tenants: usize,
    },
    /// The Redis behind the queue did not take it, or did not say so in time.
    #[error("job refused: {0}")]
    Store(StoreError),
    /// The queue takes no jobs any more.
    #[error("job refused: the queue was shut down")]
    ShutDown,
}

/// Why a job that was taken is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// It failed on purpose, after its work: see [`Settings::fail_every`](super::Settings::fail_every).
    #[error("{job} failed: its target refused the result")]
    Refused {
        /// Which one.
        job: JobId,
    },
    /// Its work panicked; the worker goes on with the next.
    #[error("{job} panicked: {message}")]
    Panicked {
        /// Which one.
        job: JobId,
        /// What the panic said.
        message: String,
    },
    /// A field was not what was written.
    #[error("{job} failed: field {field} does not match its checksum")]
    Corrupt {
        /// Which one.
        job: JobId,
        /// Which field, counted from 0.
        field: u64,
    },
    /// Reconciliation found it without a sign of life once too often.
    #[error("{job} was given up: {attempts} attempts ended without a sign of life from the worker")]
    Stuck {
        /// Which one.
        job: JobId,
        /// How often it was begun.
        attempts: u32,
    },
    /// The Redis that it was in went away, and nobody can say what became of it.
    #[error("{job} was lost: {error}")]
    Lost {
        /// Which one.
        job: JobId,
        /// What happened to the Redis.
        error: StoreError,
    },
    /// The queue ended before the job did.
    #[error("job not done: the queue was shut down before")]
    ShutDown,
}

impl Job {
    /// A job whose source answers at once.
    #[must_use]
    pub fn new(tenant: usize, connector: Connector) -> Job {
        Job { tenant, connector, source: Source::Ready }
    }

    /// The same job with another source.
    #[must_use]
    pub fn reading_from(self, source: Source) -> Job {
        Job { source, ..self }
    }
}

impl Completion {
    /// From submission to the end.
    #[must_use]
    pub fn end_to_end(&self) -> Duration {
        self.queue_wait + self.processing
    }
}

impl SubmitError {
    /// Stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            SubmitError::Full { .. } => "backlog_full",
            SubmitError::UnknownTenant { .. } => "unknown_tenant",
            SubmitError::Store(error) => error.kind(),
            SubmitError::ShutDown => "shut_down",
        }
    }
}

impl JobError {
    /// Stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            JobError::Refused { .. } => "refused",
            JobError::Panicked { .. } => "panicked",
            JobError::Corrupt { .. } => "corrupt",
            JobError::Stuck { .. } => "stuck",
            JobError::Lost { .. } => "lost",
            JobError::ShutDown => "shut_down",
        }
    }
}

impl Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_says_what_was_asked() {
        let errors = [
            SubmitError::Full { backlog: 100 },
            SubmitError::UnknownTenant { tenant: 10, tenants: 10 },
            SubmitError::Store(StoreError::sample()),
            SubmitError::ShutDown,
        ];
        let lines: Vec<_> = errors.iter().map(|error| format!("{}: {error}", error.kind())).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn each_failure_says_what_happened() {
        let job = JobId(7);
        let errors = [
            JobError::Refused { job },
            JobError::Panicked { job, message: "index out of bounds".to_owned() },
            JobError::Corrupt { job, field: 3 },
            JobError::Stuck { job, attempts: 3 },
            JobError::Lost { job, error: StoreError::sample() },
            JobError::ShutDown,
        ];
        let lines: Vec<_> = errors.iter().map(|error| format!("{}: {error}", error.kind())).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
