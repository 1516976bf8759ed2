//! The engine's events of one container, heard between the readings too.

use bollard::models::EventMessage;
use futures_util::StreamExt;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::AbortHandle;

use super::engine::Engine;

/// Events that may wait for the next reading. Beyond, the engine keeps them.
const WAITING: usize = 1_024;

/// Listens on the runtime that reads the sources, until it is dropped or the engine hangs up.
#[derive(Debug)]
pub(super) struct Listener {
    events: Receiver<EventMessage>,
    task: AbortHandle,
}

impl Listener {
    /// Begins to listen to what happens to a container from a time of the engine on.
    pub(super) fn begin(engine: &Engine, name: &str, since_ns: u64) -> Listener {
        let (sender, events) = channel(WAITING);
        let stream = engine.events(name, since_ns);
        let task = tokio::spawn(async move {
            let mut stream = Box::pin(stream);
            while let Some(event) = stream.next().await {
                if sender.send(event).await.is_err() {
                    return;
                }
            }
        });
        Listener { events, task: task.abort_handle() }
    }

    /// The next event that was heard; an error when the engine has hung up.
    pub(super) fn next(&mut self) -> Result<Option<EventMessage>, HungUp> {
        match self.events.try_recv() {
            Ok(event) => Ok(Some(event)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(HungUp),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The engine no longer says what happens.
#[derive(Debug)]
pub(super) struct HungUp;
