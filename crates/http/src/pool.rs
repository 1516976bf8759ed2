//! Connections between two requests.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Handle, Id};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::HttpError;
use crate::connection::{Http1, Http2};

/// How many connections there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// As many as there are operations at the same time.
    AsNeeded,
    /// One for each user.
    PerUser,
    /// At most so many for all of them.
    Pooled(usize),
}

/// Connections of HTTP/1.1 that wait for a request.
///
/// A connection belongs to the runtime that it was made on: another would be woken across threads, and lose it when
/// the first is over.
pub(crate) struct Idle {
    is_per_user: bool,
    /// How many connections there may be; `None` for as many as are needed.
    permits: Option<Semaphore>,
    /// By user, or all under one number. In order and not hashed, which takes longer for the few that most loads have.
    shelves: Mutex<BTreeMap<u64, Shelf>>,
}

/// The last one in is the first one out, so that the others can be closed.
type Shelf = Vec<(Id, Box<Http1>)>;

/// A right to a connection.
pub(crate) struct Turn<'a> {
    idle: &'a Idle,
    runtime: Id,
    shelf: u64,
    /// Whether others were before it.
    pub(crate) has_waited: bool,
    _permit: Option<SemaphorePermit<'a>>,
}

impl Idle {
    pub(crate) fn new(sharing: Sharing) -> Idle {
        let permits = match sharing {
            Sharing::AsNeeded | Sharing::PerUser => None,
            Sharing::Pooled(most) => Some(Semaphore::new(most)),
        };
        Idle { is_per_user: sharing == Sharing::PerUser, permits, shelves: Mutex::default() }
    }

    /// Waits until there may be a connection for this user.
    pub(crate) async fn turn(&self, user: u64) -> Turn<'_> {
        let (permit, has_waited) = match &self.permits {
            None => (None, false),
            Some(permits) => match permits.try_acquire() {
                Ok(permit) => (Some(permit), false),
                Err(_) => (Some(permits.acquire().await.expect("the semaphore is never closed")), true),
            },
        };
        let shelf = if self.is_per_user { user } else { 0 };
        Turn { idle: self, runtime: Handle::current().id(), shelf, has_waited, _permit: permit }
    }

    fn shelves(&self) -> MutexGuard<'_, BTreeMap<u64, Shelf>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// A connection that was used before. Where all that there may be lie idle on another runtime, one of them is
    /// closed for the one that has to be made.
    pub(crate) fn take(&self) -> Option<Box<Http1>> {
        let mut shelves = self.idle.shelves();
        let shelf = shelves.get_mut(&self.shelf)?;
        match shelf.iter().rposition(|(runtime, _)| *runtime == self.runtime) {
            Some(index) => Some(shelf.remove(index).1),
            None if self.idle.permits.is_some() => {
                drop(shelf.pop());
                None
            }
            None => None,
        }
    }

    /// Puts a connection back that can be used again.
    pub(crate) fn put(self, connection: Box<Http1>) {
        self.idle.shelves().entry(self.shelf).or_default().push((self.runtime, connection));
    }
}

/// Connections of HTTP/2, each for a runtime and a number.
#[derive(Default)]
pub(crate) struct Shared {
    places: Mutex<HashMap<(Id, u64), Place>>,
}

/// Where a connection is, or will be once somebody has made it.
type Place = Arc<tokio::sync::Mutex<Option<Http2>>>;

impl Shared {
    /// The connection of a number, made where there is none or it is closed. True with one that was made.
    pub(crate) async fn get(
        &self,
        number: u64,
        open: impl AsyncFnOnce() -> Result<Http2, HttpError>,
    ) -> Result<(Http2, bool), HttpError> {
        let place = self.place(number);
        let mut place = place.lock().await;
        if let Some(connection) = place.as_ref().filter(|connection| !connection.is_closed()) {
            return Ok((connection.clone(), false));
        }
        let connection = open().await?;
        *place = Some(connection.clone());
        Ok((connection, true))
    }

    fn place(&self, number: u64) -> Place {
        let key = (Handle::current().id(), number);
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry(key).or_default())
    }
}
