//! PostgreSQL beside the queue: how long a query takes.

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use plimsoll::{Load, Outcome, op};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::{Client, Config, Error, NoTls, Statement};

use crate::address::Address;

/// How long connecting, and each answer, may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is asked: an index of the catalogue that every database has is read, and nothing is changed.
const QUERY: &str = "SELECT count(*) FROM pg_catalog.pg_class WHERE relname >= $1";

/// A connection to a PostgreSQL, until it is dropped.
#[derive(Debug)]
pub struct Postgres {
    address: Address,
    client: Client,
    query: Statement,
    version: String,
    connection: JoinHandle<Result<(), Error>>,
}

/// A PostgreSQL that did not do what it was asked. It shows neither user nor password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} {said}")]
pub struct PostgresError {
    address: String,
    kind: &'static str,
    said: String,
}

impl Postgres {
    /// Connects to the PostgreSQL at an address, and prepares the query.
    ///
    /// # Errors
    /// A server that is not there, does not answer within two seconds, or refuses.
    pub async fn connect(address: &Address) -> Result<Postgres, PostgresError> {
        let connecting = Postgres::connect_at_leisure(address);
        timeout(PATIENCE, connecting).await.unwrap_or_else(|_| Err(PostgresError::silent(address)))
    }

    /// What the server says of its version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The query as a load, without its phases: one operation.
    #[must_use]
    pub fn load(self, name: &str) -> Load {
        let postgres = Arc::new(self);
        let query = op("query", move |_| {
            let postgres = Arc::clone(&postgres);
            async move { postgres.ask().await }
        });
        Load::new(name).operation(query).parameter("query", QUERY)
    }

    async fn connect_at_leisure(address: &Address) -> Result<Postgres, PostgresError> {
        let fail = |error: Error| PostgresError::new(address, &error);
        let config: Config = address.expose().parse().map_err(fail)?;
        let (client, connection) = config.connect(NoTls).await.map_err(fail)?;
        let connection = tokio::spawn(connection);
        let query = client.prepare(QUERY).await.map_err(fail)?;
        let version = client.query_one("SHOW server_version", &[]).await.map_err(fail)?.get(0);
        Ok(Postgres { address: address.clone(), client, query, version, connection })
    }

    async fn ask(&self) -> Outcome {
        let error = match timeout(PATIENCE, self.client.query_one(&self.query, &[&"pg"])).await {
            Ok(Ok(_)) => return Outcome::ok(),
            Ok(Err(error)) => PostgresError::new(&self.address, &error),
            Err(_) => PostgresError::silent(&self.address),
        };
        Outcome::fail(error.kind, error.to_string())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl PostgresError {
    /// What the client says of the PostgreSQL at an address, in one line.
    fn new(address: &Address, error: &Error) -> PostgresError {
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        let said = address.hide(&cause);
        let is_away = error.is_closed() || matches!(error.source(), Some(cause) if cause.is::<io::Error>());
        let (kind, said) = if is_away {
            ("postgres_unreachable", format!("cannot be reached: {said}"))
        } else {
            ("postgres_refused", format!("refused: {said}"))
        };
        PostgresError { address: address.to_string(), kind, said }
    }

    fn silent(address: &Address) -> PostgresError {
        let said = "did not answer in time".to_owned();
        PostgresError { address: address.to_string(), kind: "postgres_silent", said }
    }
}
