//! What protocols put load on.

use async_trait::async_trait;

/// A system that can be put under load, for [`conduct`](super::conduct).
///
/// The unit of load is its own: agents, users, tenants. What it cannot do, such as another speed, is a
/// [`SystemError`], and ends the protocol that asked for it.
#[async_trait]
pub trait SystemUnderTest: Send {
    /// Before a protocol of that name: the place to set up what it needs, such as new containers. Nothing, unless a system
    /// says otherwise.
    async fn begin(&mut self, protocol: &str) -> Result<(), SystemError> {
        let _ = protocol;
        Ok(())
    }

    /// Begins anew: no load, its own speed, an empty queue, taking work.
    async fn reset(&mut self) -> Result<(), SystemError>;

    /// So many units of load from now on, whatever there were before.
    async fn set_load(&mut self, units: u64) -> Result<(), SystemError>;

    /// So many times its own speed from now on.
    async fn set_speed(&mut self, multiplier: u64) -> Result<(), SystemError>;

    /// Takes no new work from now on, and finishes what it has.
    async fn pause(&mut self) -> Result<(), SystemError>;

    /// How much work it has taken and not finished.
    async fn queued(&mut self) -> Result<u64, SystemError>;

    /// Whether it has nothing left to do.
    async fn is_drained(&mut self) -> Result<bool, SystemError> {
        Ok(self.queued().await? == 0)
    }
}

/// Why a system did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{attempted}: {found}")]
pub struct SystemError {
    /// What was attempted, `cannot set the load of http://127.0.0.1:8080 to 12`.
    pub attempted: String,
    /// What came of it.
    pub found: String,
}

impl SystemError {
    /// An error from what was attempted and what came of it.
    pub fn new(attempted: impl Into<String>, found: impl ToString) -> SystemError {
        SystemError { attempted: attempted.into(), found: found.to_string() }
    }
}
