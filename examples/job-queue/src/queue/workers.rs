//! The threads of the workers.

use std::io;
use std::mem;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::worker::{Shop, Worker};

/// The threads of the workers of one queue.
#[derive(Debug, Default)]
pub(super) struct Workers(Mutex<Vec<JoinHandle<()>>>);

impl Workers {
    /// Starts a worker on a thread of its own.
    pub(super) fn hire(&mut self, number: usize, shop: impl Shop + Send + 'static) -> io::Result<()> {
        let worker = Worker::new(shop);
        let thread = thread::Builder::new().name(format!("job-worker-{number}"));
        let handle = thread.spawn(move || worker.run())?;
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).push(handle);
        Ok(())
    }

    /// Waits for the threads, whose last job is over or about to be.
    pub(super) fn dismiss(&self) {
        let workers = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            // A worker that panicked has ended too, and its jobs know.
            let _ = worker.join();
        }
    }
}
