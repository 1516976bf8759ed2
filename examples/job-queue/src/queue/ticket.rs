//! What a submitter holds.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Completion, JobError};

/// The outcome of a submitted job, once it has one. Dropping it does not stop the job.
#[derive(Debug)]
#[must_use = "the outcome of a job is known to its ticket only"]
pub struct Ticket {
    outcome: oneshot::Receiver<Result<Completion, JobError>>,
    round_trip: Option<Duration>,
}

/// The other end of a ticket.
pub(super) type Reply = oneshot::Sender<Result<Completion, JobError>>;

/// An outcome on its way to its ticket: delivered when nobody holds the lock of the queue any more.
#[must_use = "an outcome that is not delivered reads as a queue that was shut down"]
pub(super) struct Delivery {
    pub(super) reply: Reply,
    pub(super) outcome: Result<Completion, JobError>,
}

impl Ticket {
    pub(super) fn new() -> (Reply, Ticket) {
        let (reply, outcome) = oneshot::channel();
        (reply, Ticket { outcome, round_trip: None })
    }

    /// The same ticket, for a job that took so long to be accepted.
    pub(super) fn accepted_after(self, round_trip: Duration) -> Ticket {
        Ticket { round_trip: Some(round_trip), ..self }
    }

    /// How long the Redis behind the queue took to accept the job; `None` in process.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }
}

impl Delivery {
    pub(super) fn deliver(self) {
        // The ticket may have been dropped: then nobody wants to know.
        let _ = self.reply.send(self.outcome);
    }
}

impl Future for Ticket {
    type Output = Result<Completion, JobError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // A reply is dropped unsent only with the queue itself.
        Pin::new(&mut self.outcome).poll(cx).map(|outcome| outcome.unwrap_or(Err(JobError::ShutDown)))
    }
}
