//! A worker: a thread that takes one job after the other.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use super::claim::Claim;
use super::connector::{Left, Transformed};
use super::occupancy::Inside;
use super::shared::Shared;
use super::{Gate, JobError, Source};

/// Where a worker gets its jobs from, and whom it tells what became of them.
pub(super) trait Shop {
    /// Counts one more worker.
    fn join(&mut self);

    /// Counts one worker less.
    fn leave(&mut self);

    /// Waits for a job that may run; `None` when there will be none any more.
    fn claim(&mut self) -> Option<Claim>;

    /// Ends a job, which does not count when it was taken back before.
    fn finish(&mut self, claim: &Claim, result: Result<Transformed, JobError>);

    /// Waits until the gate of the job's source is open, or the job was taken back.
    fn wait_at(&self, gate: &Gate, claim: &Claim);

    /// Shows a sign of life; false when the job was taken back.
    fn renew(&self, claim: &Claim) -> bool;

    /// Counts the job as worked on until what it returns is dropped.
    fn enter(&self, claim: &Claim) -> Inside<'_>;
}

/// One worker, counted among the crew until it is dropped, whichever way its thread ends.
pub(super) struct Worker<S: Shop>(S);

impl<S: Shop> Worker<S> {
    pub(super) fn new(mut shop: S) -> Worker<S> {
        shop.join();
        Worker(shop)
    }

    /// Works until the queue is stopped.
    pub(super) fn run(mut self) {
        while let Some(claim) = self.0.claim() {
            if let Some(result) = self.perform(&claim) {
                self.0.finish(&claim, result);
            }
        }
    }

    /// The outcome of a job; `None` when it was taken back meanwhile.
    fn perform(&self, claim: &Claim) -> Option<Result<Transformed, JobError>> {
        let _inside = self.0.enter(claim);
        // Nothing of the job is used after a panic but its message.
        let result = catch_unwind(AssertUnwindSafe(|| self.transform(claim)));
        let job = claim.id;
        match result {
            Ok(Ok(_)) if claim.refused => Some(Err(JobError::Refused { job })),
            Ok(Ok(done)) => Some(Ok(done)),
            Ok(Err(Left::Corrupt { field })) => Some(Err(JobError::Corrupt { job, field })),
            Ok(Err(Left::Unwanted)) => None,
            Err(panic) => Some(Err(JobError::Panicked { job, message: message(&*panic) })),
        }
    }

    fn transform(&self, claim: &Claim) -> Result<Transformed, Left> {
        match &claim.source {
            Source::Ready => {}
            Source::Behind(gate) => self.0.wait_at(gate, claim),
            // Unlike `panic!`, it is silent: under load, a backtrace for each would drown the rest.
            Source::Panics => resume_unwind(Box::new("the source gave up")),
        }
        claim.connector.transform(claim.repeats, || self.0.renew(claim))
    }
}

impl<S: Shop> Drop for Worker<S> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Shop for Arc<Shared> {
    fn join(&mut self) {
        self.join_crew();
    }

    fn leave(&mut self) {
        self.leave_crew();
    }

    fn claim(&mut self) -> Option<Claim> {
        Shared::claim(self)
    }

    fn finish(&mut self, claim: &Claim, result: Result<Transformed, JobError>) {
        Shared::finish(self, claim, result);
    }

    fn wait_at(&self, gate: &Gate, claim: &Claim) {
        Shared::wait_at(self, gate, claim);
    }

    fn renew(&self, claim: &Claim) -> bool {
        Shared::renew(self, claim)
    }

    fn enter(&self, claim: &Claim) -> Inside<'_> {
        Shared::enter(self, claim)
    }
}

/// What a panic said, where it said something.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
