//! A job on its way through the queue: waiting, then claimed by a worker.

use std::sync::Arc;
use std::time::Duration;

use super::connector::Transformed;
use super::lease::Lease;
use super::ticket::{Delivery, Reply};
use super::{Completion, Connector, Job, JobError, JobId, Source};

/// A job in the queue, whether it waits or runs.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: JobId,
    pub(super) job: Job,
    pub(super) submitted_at: Duration,
    /// How often it was begun.
    pub(super) attempts: u32,
    pub(super) reply: Reply,
}

/// What a worker needs to know of the job that it works on.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) id: JobId,
    pub(super) tenant: usize,
    pub(super) connector: Connector,
    pub(super) source: Source,
    /// Fields to transform a second time.
    pub(super) repeats: u64,
    /// Whether it fails on purpose.
    pub(super) refused: bool,
    /// Which attempt at the job it is, from 1.
    pub(super) attempt: u32,
    pub(super) claimed_at: Duration,
    pub(super) lease: Arc<Lease>,
}

/// A job that runs, as the queue sees it.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) entry: Entry,
    pub(super) lease: Arc<Lease>,
}

impl Claim {
    /// What the submitter of the job is told when it is done.
    pub(super) fn completion(
        &self,
        submitted_at: Duration,
        processing: Duration,
        done: &Transformed,
    ) -> Completion {
        Completion {
            queue_wait: self.claimed_at.saturating_sub(submitted_at),
            processing,
            fields: done.fields,
            bytes: done.bytes,
        }
    }
}

impl Entry {
    pub(super) fn end(self, outcome: Result<Completion, JobError>) -> Delivery {
        Delivery { reply: self.reply, outcome }
    }
}

impl Running {
    /// Takes the job back from its worker, who leaves its source or its work as soon as it looks.
    pub(super) fn revoke(self) -> Entry {
        self.lease.revoke();
        self.entry.job.source.nudge();
        self.entry
    }
}
