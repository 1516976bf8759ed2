//! How long the parts of a workflow took.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use plimsoll::metrics::Timeline;

/// A part of a workflow that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A request to the API, as its client sees it.
    ApiRequest,
    /// A task waits in the queue of its agent.
    AgentQueue,
    /// An agent does a task.
    AgentTask,
    /// An event, from being published to being consumed by the director.
    Event,
    /// A note is read from the blackboard.
    BlackboardRead,
    /// A note is written on it.
    BlackboardWrite,
    /// A question to the lexicon and its answer, over a socket.
    RoundTrip,
    /// A summary is put into the store.
    StoreWrite,
    /// It is read from there.
    StoreRead,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 9] = [
        Part::ApiRequest,
        Part::AgentQueue,
        Part::AgentTask,
        Part::Event,
        Part::BlackboardRead,
        Part::BlackboardWrite,
        Part::RoundTrip,
        Part::StoreWrite,
        Part::StoreRead,
    ];

    /// What it is called in a result.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Part::ApiRequest => "api_request",
            Part::AgentQueue => "agent_queue",
            Part::AgentTask => "agent_task",
            Part::Event => "event",
            Part::BlackboardRead => "blackboard_read",
            Part::BlackboardWrite => "blackboard_write",
            Part::RoundTrip => "round_trip",
            Part::StoreWrite => "store_write",
            Part::StoreRead => "store_read",
        }
    }
}

/// A part that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Which part.
    pub part: Part,
    /// How long it took.
    pub took: Duration,
    /// Bytes that it moved, where that can be said.
    pub bytes: u64,
}

/// The parts of one workflow that are over. Copies share them.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    timeline: Timeline,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Trace {
    pub(super) fn new(timeline: &Timeline) -> Trace {
        Trace { timeline: timeline.clone(), spans: Arc::default() }
    }

    /// The time, on the line of the engine.
    pub(super) fn now(&self) -> Duration {
        Duration::from_nanos(self.timeline.now())
    }

    /// Notes a part that began then and is over now.
    pub(super) fn note(&self, part: Part, begun: Duration, bytes: u64) {
        let took = self.now().saturating_sub(begun);
        self.spans().push(Span { part, took, bytes });
    }

    /// All parts that were noted so far.
    pub(super) fn spans(&self) -> MutexGuard<'_, Vec<Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
