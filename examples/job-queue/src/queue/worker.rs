//! A worker: a thread that takes one job after the other.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use super::claim::Claim;
use super::connector::{Left, Transformed};
use super::shared::Shared;
use super::{JobError, Source};

/// One worker, counted among the crew until it is dropped, whichever way its thread ends.
pub(super) struct Worker(Arc<Shared>);

impl Worker {
    pub(super) fn new(shared: Arc<Shared>) -> Worker {
        shared.join_crew();
        Worker(shared)
    }

    /// Works until the queue is stopped.
    pub(super) fn run(self) {
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

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.leave_crew();
    }
}

/// What a panic said, where it said something.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
