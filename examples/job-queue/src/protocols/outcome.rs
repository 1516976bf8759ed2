//! What a protocol leaves.

use std::collections::BTreeMap;

use plimsoll::LoadError;
use plimsoll::model::{ProtocolScenario, Status, Verdict};

use crate::queue::{Completion, JobError, StartError, StoreError, SubmitError, Ticket};

/// What a protocol found and concluded.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Its parameters and its findings, for the result document.
    pub scenario: ProtocolScenario,
    /// The conclusion.
    pub verdict: Verdict,
}

/// Why a protocol came to no conclusion.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The queue did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The Redis behind the queue did not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The load could not be run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The queue did not take a job that the protocol needs.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// A failure for these reasons, a pass when there is none.
pub(super) fn fail_for(reasons: Vec<String>) -> Verdict {
    if reasons.is_empty() { Verdict::pass() } else { Verdict { status: Status::Fail, reasons } }
}

/// A map from pairs.
pub(super) fn named<V, const N: usize>(pairs: [(&str, V); N]) -> BTreeMap<String, V> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// How each job ended, in the order of the tickets.
pub(super) async fn ends(tickets: Vec<Ticket>) -> Vec<Result<Completion, JobError>> {
    let mut ends = Vec::with_capacity(tickets.len());
    for ticket in tickets {
        ends.push(ticket.await);
    }
    ends
}
