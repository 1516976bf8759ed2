//! Where a connector reads its records from, and how that may go wrong.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How the far side of a connector behaves when a job reads from it.
#[derive(Debug, Clone, Default)]
pub enum Source {
    /// It answers at once.
    #[default]
    Ready,
    /// It answers when the gate is open. Until then the job waits, and keeps its worker and its permit, as a
    /// blocking client does.
    Behind(Gate),
    /// Reading from it panics, as a driver with a bug does.
    Panics,
}

/// Keeps jobs waiting until it is opened. Clones are the same gate; an open one stays open.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    open: Mutex<bool>,
    changed: Condvar,
}

impl Source {
    /// Lets a job that waits here look again whether it should.
    pub(super) fn nudge(&self) {
        if let Source::Behind(gate) = self {
            gate.nudge();
        }
    }
}

impl Gate {
    /// A gate that is closed.
    #[must_use]
    pub fn closed() -> Gate {
        Gate::default()
    }

    /// Lets all jobs through, those that wait and those that come.
    pub fn open(&self) {
        *self.lock() = true;
        self.0.changed.notify_all();
    }

    /// Waits until the gate is open or the caller gives up. Giving up is looked at after each
    /// [`Source::nudge`], and only then.
    pub(super) fn wait(&self, gives_up: impl Fn() -> bool) {
        let mut open = self.lock();
        while !*open && !gives_up() {
            open = self.0.changed.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn nudge(&self) {
        // With the lock, so that nobody is between looking and waiting.
        drop(self.lock());
        self.0.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // A flag is whole, whatever panicked elsewhere.
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
