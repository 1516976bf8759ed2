//! What the parts of the engine share.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plimsoll::metrics::Timeline;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::blackboard::{Blackboard, Note, Slot};
use super::bus::Bus;
use super::failed::Failed;
use super::store::Store;
use super::trace::Trace;
use super::workflow::{What, Workflow};

/// What the parts of the engine share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) timeline: Timeline,
    pub(super) bus: Bus,
    pub(super) blackboard: Blackboard,
    pub(super) store: Store,
    pub(super) lexicon: SocketAddr,
    places: Arc<Semaphore>,
    under_way: Mutex<HashMap<u64, OwnedSemaphorePermit>>,
    watched: Mutex<HashMap<u64, Watched>>,
}

/// A workflow that somebody watches, until that somebody has seen enough.
#[derive(Debug)]
struct Watched {
    trace: Trace,
    /// `None` once it has ended.
    ended: Option<oneshot::Sender<Result<(), Failed>>>,
}

/// Why a workflow is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// As many are under way as may be.
    Full,
    /// One of that number is under way.
    UnderWay,
}

impl Shared {
    pub(super) fn new(
        timeline: Timeline,
        bus: Bus,
        store: Store,
        lexicon: SocketAddr,
        capacity: usize,
    ) -> Shared {
        Shared {
            timeline,
            bus,
            blackboard: Blackboard::default(),
            store,
            lexicon,
            places: Arc::new(Semaphore::new(capacity)),
            under_way: Mutex::default(),
            watched: Mutex::default(),
        }
    }

    /// Begins a workflow on a document.
    pub(super) fn begin(&self, id: u64, text: String) -> Result<(), Refused> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Refused::Full)?;
        match locked(&self.under_way).entry(id) {
            Entry::Occupied(_) => return Err(Refused::UnderWay),
            Entry::Vacant(vacant) => vacant.insert(place),
        };
        let workflow = Arc::new(Workflow::new(id, self.trace(id)));
        self.blackboard.write(&workflow.trace, id, Slot::Document, Note::Text(text));
        self.bus.publish(workflow, What::Begun);
        Ok(())
    }

    /// Ends a workflow: wipes its notes, makes room for another, tells who watches it.
    pub(super) fn end(&self, id: u64, outcome: Result<(), Failed>) {
        self.blackboard.wipe(id);
        locked(&self.under_way).remove(&id);
        let ended = locked(&self.watched).get_mut(&id).and_then(|watched| watched.ended.take());
        if let Some(ended) = ended {
            // Who watched may have given up meanwhile.
            let _ = ended.send(outcome);
        }
    }

    /// Notes the parts of a workflow from now on, and tells when it has ended.
    pub(super) fn watch(&self, id: u64) -> (Trace, oneshot::Receiver<Result<(), Failed>>) {
        let (trace, (ended, end)) = (Trace::new(&self.timeline), oneshot::channel());
        locked(&self.watched).insert(id, Watched { trace: trace.clone(), ended: Some(ended) });
        (trace, end)
    }

    pub(super) fn unwatch(&self, id: u64) {
        locked(&self.watched).remove(&id);
    }

    pub(super) fn unwatch_all(&self) {
        locked(&self.watched).clear();
    }

    /// Where the parts of a workflow are noted: with who watches it, or else nowhere.
    pub(super) fn trace(&self, id: u64) -> Trace {
        let watched = locked(&self.watched);
        watched.get(&id).map_or_else(|| Trace::new(&self.timeline), |watched| watched.trace.clone())
    }

    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.blackboard.is_blank() && locked(&self.under_way).is_empty() && locked(&self.watched).is_empty()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
