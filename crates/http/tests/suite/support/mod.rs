//! Servers on loopback, and loads against them.

pub(crate) mod certificate;
pub(crate) mod server;

use std::time::Duration;

use plimsoll_load::{Load, Operation};
use plimsoll_model::{Profile, Run};

/// Four users, forty times. Nothing may take longer than the timeout, and nothing hangs after it.
pub(crate) async fn forty(operation: Operation) -> Run {
    load(operation).measure(Profile::iterations(4, 40)).run().await.unwrap()
}

/// A load with a short timeout, without phases.
pub(crate) fn load(operation: Operation) -> Load {
    Load::new("test")
        .operation(operation)
        .timeout(Duration::from_millis(500))
        .drain(Duration::from_millis(500))
}

/// Kinds of errors with their counts, and the number of operations that went well. Accounts must be closed.
pub(crate) fn told(run: &Run) -> (Vec<(&str, u64)>, u64) {
    let scenario = &run.scenarios[0];
    assert!(scenario.counts.is_conserved(), "{:?}", scenario.counts);
    let errors = scenario.errors.iter().map(|error| (error.kind.as_str(), error.count));
    (errors.collect(), scenario.counts.ok)
}
