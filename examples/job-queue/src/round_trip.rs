//! The Redis behind the queue alone: how long it takes to answer.

use std::sync::Arc;

use plimsoll::{Load, Outcome, op};
use redis::aio::ConnectionManager;

use crate::address::Address;
use crate::queue::{self, StoreError};

/// A connection to a Redis, and nothing else of the queue.
#[derive(Clone)]
pub struct RoundTrip {
    address: Address,
    connection: ConnectionManager,
}

impl RoundTrip {
    /// Connects to the Redis at an address.
    ///
    /// # Errors
    /// A Redis that is not there, does not answer in time, or refuses.
    pub async fn connect(address: &Address) -> Result<RoundTrip, StoreError> {
        let fail = |error| StoreError::new(address, &error);
        let client = redis::Client::open(address.expose()).map_err(fail)?;
        let connection = queue::connect(&client).await.map_err(fail)?;
        Ok(RoundTrip { address: address.clone(), connection })
    }

    /// What the server says of its version; `None` where it tells nobody.
    pub async fn version(&self) -> Option<String> {
        let mut connection = self.connection.clone();
        let told: String = redis::cmd("INFO").arg("server").query_async(&mut connection).await.ok()?;
        let version = told.lines().find_map(|line| line.strip_prefix("redis_version:"))?;
        Some(version.trim().to_owned())
    }

    /// The smallest question there is as a load, without its phases: one operation.
    #[must_use]
    pub fn load(self, name: &str) -> Load {
        let round_trip = Arc::new(self);
        let ping = op("ping", move |_| {
            let round_trip = Arc::clone(&round_trip);
            async move { round_trip.ask().await }
        });
        Load::new(name).operation(ping)
    }

    async fn ask(&self) -> Outcome {
        let mut connection = self.connection.clone();
        let answer: redis::RedisResult<String> = redis::cmd("PING").query_async(&mut connection).await;
        match answer.map_err(|error| StoreError::new(&self.address, &error)) {
            Ok(_) => Outcome::ok(),
            Err(error) => Outcome::fail(error.kind(), error.to_string()),
        }
    }
}
