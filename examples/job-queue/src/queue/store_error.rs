//! A Redis that did not do what it was asked.

use redis::RedisError;

use crate::address::Address;

/// A Redis that did not do what it was asked. It names the Redis without user and password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} {failure}")]
pub struct StoreError {
    address: String,
    failure: Failure,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Failure {
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    #[error("did not answer in time")]
    Silent,
    #[error("refused: {0}")]
    Refused(String),
    #[error("came back without the jobs of this queue")]
    Forgotten,
}

impl StoreError {
    /// What the client says of the Redis at an address.
    pub(crate) fn new(address: &Address, error: &RedisError) -> StoreError {
        let said = || address.hide(&error.to_string());
        let failure = if error.is_timeout() {
            Failure::Silent
        } else if error.is_io_error() {
            Failure::Unreachable(said())
        } else {
            Failure::Refused(said())
        };
        StoreError { address: address.to_string(), failure }
    }

    /// The Redis answers again, but has lost all it had.
    pub(super) fn forgotten(address: &Address) -> StoreError {
        StoreError { address: address.to_string(), failure: Failure::Forgotten }
    }

    /// Whether there is nobody, or a connection broke.
    pub(super) fn is_unreachable(&self) -> bool {
        matches!(self.failure, Failure::Unreachable(_))
    }

    /// Stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.failure {
            Failure::Unreachable(_) => "redis_unreachable",
            Failure::Silent => "redis_silent",
            Failure::Refused(_) => "redis_refused",
            Failure::Forgotten => "redis_forgot",
        }
    }
}

#[cfg(test)]
impl StoreError {
    /// One that tests show.
    pub(super) fn sample() -> StoreError {
        StoreError { address: "redis://***@host:6379".to_owned(), failure: Failure::Silent }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use redis::ErrorKind;

    use super::*;
    use crate::address::Server;

    #[test]
    fn each_failure_has_its_kind_and_shows_no_password() {
        let address = Address::parse(Server::Redis, "redis://me:s3cret@host:6379").unwrap();
        let io = |kind: io::ErrorKind| StoreError::new(&address, &io::Error::from(kind).into());
        let refusal = (ErrorKind::AuthenticationFailed, "wrong", "password s3cret".to_owned());
        let errors = [
            io(io::ErrorKind::ConnectionRefused),
            io(io::ErrorKind::TimedOut),
            StoreError::new(&address, &refusal.into()),
            StoreError::forgotten(&address),
        ];
        let lines: Vec<_> = errors.iter().map(|error| format!("{}: {error}", error.kind())).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
