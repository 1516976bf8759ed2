//! The connection of one worker.

use std::sync::Arc;
use std::time::Duration;

use redis::{Client, Connection, RedisResult, Script};

use super::scripts::Scripts;
use crate::address::Address;
use crate::queue::{Settings, StoreError};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(1);

/// How long an answer may take, waiting for work included.
const ANSWER: Duration = Duration::from_secs(3);

/// How long a worker waits for work before it looks whether the queue was stopped, in seconds.
const WAIT: u64 = 1;

/// The connection of one worker, made when it is needed.
pub(super) struct Link {
    address: Address,
    client: Client,
    scripts: Arc<Scripts>,
    limits: Vec<(String, u64)>,
    connection: Option<Connection>,
}

impl Link {
    pub(super) fn new(address: Address, client: Client, scripts: Arc<Scripts>, settings: &Settings) -> Link {
        Link { address, client, scripts, limits: limits(settings), connection: None }
    }

    /// Asks once, and once more on a fresh connection when the old one is broken.
    ///
    /// A step that is asked twice must be one that does nothing the second time, or is made up for later.
    pub(super) fn ask<T>(
        &mut self,
        question: impl Fn(&Scripts, &mut Connection) -> RedisResult<T>,
    ) -> Result<T, StoreError> {
        let was_connected = self.connection.is_some();
        match self.try_once(&question) {
            Err(error) if was_connected && error.is_unreachable() => self.try_once(&question),
            outcome => outcome,
        }
    }

    /// Waits for a job to become ready, but not for long.
    pub(super) fn wait_for_work(&mut self) -> Result<(), StoreError> {
        self.ask(|scripts, connection| {
            let wait = redis::cmd("BLPOP").arg(scripts.wake_list()).arg(WAIT).query(connection);
            wait.map(|_: Option<(String, String)>| ())
        })
    }

    /// Removes all keys of the queue.
    pub(super) fn remove_keys(&mut self, tenants: usize) -> Result<(), StoreError> {
        self.ask(|scripts, connection| redis::cmd("UNLINK").arg(scripts.keys(tenants)).query(connection))
    }

    fn try_once<T>(
        &mut self,
        question: impl Fn(&Scripts, &mut Connection) -> RedisResult<T>,
    ) -> Result<T, StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let answer = question(&self.scripts, &mut connection);
        // After anything else than a refusal, the next answer may be that to an earlier question.
        if answer.as_ref().err().is_none_or(|error| !error.is_io_error()) {
            self.connection = Some(connection);
        }
        answer.map_err(|error| StoreError::new(&self.address, &error))
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let connected = || -> RedisResult<(Connection, bool)> {
            let mut connection = self.client.get_connection_with_timeout(CONNECT)?;
            connection.set_read_timeout(Some(ANSWER))?;
            connection.set_write_timeout(Some(ANSWER))?;
            let was_there = open(&self.scripts, &self.scripts.open, &self.limits).invoke(&mut connection)?;
            Ok((connection, was_there))
        };
        let (connection, was_there) = connected().map_err(|error| StoreError::new(&self.address, &error))?;
        if was_there { Ok(connection) } else { Err(StoreError::forgotten(&self.address)) }
    }
}

/// The step that begins a queue.
pub(super) fn open<'a>(
    scripts: &Scripts,
    script: &'a Script,
    limits: &[(String, u64)],
) -> redis::ScriptInvocation<'a> {
    let mut step = scripts.on(script);
    for (semaphore, limit) in limits {
        step.arg(semaphore).arg(limit);
    }
    step
}

/// The semaphores and their limits. Under a shared one, no tenant has a limit of its own.
pub(super) fn limits(settings: &Settings) -> Vec<(String, u64)> {
    let shared = settings.shared_permits();
    let limit = |own: usize| if shared.is_some() { u64::from(u32::MAX) } else { own as u64 };
    let tenants = settings.tenants.iter().enumerate();
    let own = tenants.map(|(tenant, settings)| (tenant.to_string(), limit(settings.limit)));
    own.chain(shared.map(|permits| ("shared".to_owned(), permits as u64))).collect()
}
