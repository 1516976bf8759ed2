//! Where the queue keeps its jobs.

use std::fmt::{self, Display};

use crate::address::{Address, AddressError, Server};

/// Where the queue keeps its jobs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Backend {
    /// In the memory of this process.
    #[default]
    InProcess,
    /// In a Redis, of which it uses keys of its own only.
    Redis(Address),
}

impl Backend {
    /// Reads `in-process` or the address of a Redis.
    ///
    /// # Errors
    /// Anything else. The refusal shows no password.
    pub fn parse(text: &str) -> Result<Backend, AddressError> {
        match text {
            "in-process" => Ok(Backend::InProcess),
            address => Address::parse(Server::Redis, address).map(Backend::Redis),
        }
    }
}

impl Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Backend::InProcess => f.write_str("in-process"),
            Backend::Redis(address) => address.fmt(f),
        }
    }
}
