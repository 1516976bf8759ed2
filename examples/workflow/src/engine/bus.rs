//! The event bus.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;

use super::workflow::{What, Workflow};

/// Something happened to a workflow.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) workflow: Arc<Workflow>,
    pub(super) what: What,
    /// When it was published.
    pub(super) published: Duration,
}

/// Tells every subscriber of every event.
#[derive(Debug)]
pub(super) struct Bus {
    events: broadcast::Sender<Event>,
}

/// The events from its beginning on.
pub(super) struct Subscription(broadcast::Receiver<Event>);

impl Bus {
    /// A bus that keeps so many events for a subscriber that has not consumed them.
    pub(super) fn new(unread: usize) -> Bus {
        Bus { events: broadcast::Sender::new(unread) }
    }

    pub(super) fn publish(&self, workflow: Arc<Workflow>, what: What) {
        let published = workflow.trace.now();
        // Nobody subscribes any more once the engine stops.
        let _ = self.events.send(Event { workflow, what, published });
    }

    pub(super) fn subscribe(&self) -> Subscription {
        Subscription(self.events.subscribe())
    }
}

impl Subscription {
    /// The next event; `None` when the bus is gone. A subscriber that falls too far behind misses events.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            match self.0.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
