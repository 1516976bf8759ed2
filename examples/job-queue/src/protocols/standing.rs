//! The protocols by name, in the size in which the program runs them.

use std::fmt::{self, Display};

use clap::ValueEnum;

use super::{Isolation, Outcome, OverLimit, ProtocolError, RapidCycling};
use crate::queue::{Settings, Tenant};
use crate::workload::{Service, clock};

/// Tenants of the isolation protocol.
const TENANTS: usize = 10;

/// Jobs that a tenant may have running.
const LIMIT: usize = 2;

/// A standing protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Standing {
    /// Ten jobs each of ten tenants at once: does one tenant's trouble stop another?
    Isolation,
    /// A hundred jobs of one tenant at once: does it ever have more running than it may?
    OverLimit,
    /// Submitting and completing in quick turn: is every job accounted for?
    RapidCycling,
}

impl Standing {
    /// Runs the protocol on a queue of its own.
    ///
    /// # Errors
    /// When the queue does not start, or does not take the jobs.
    pub async fn run(self, service: &Service) -> Result<Outcome, ProtocolError> {
        let tenants = if self == Standing::OverLimit { 1 } else { TENANTS };
        let settings = service.settings();
        // A tenant at its limit must leave workers to the others.
        let workers = settings.workers.max(2 * LIMIT);
        let settings = Settings { workers, tenants: Tenant::numbered(tenants, LIMIT), ..settings };
        match self {
            Standing::Isolation => Isolation::new(settings).run(&clock()).await,
            Standing::OverLimit => OverLimit::new(settings).run(&clock()).await,
            Standing::RapidCycling => RapidCycling::new(settings).run(&clock()).await,
        }
    }
}

impl Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Standing::Isolation => "isolation",
            Standing::OverLimit => "over-limit",
            Standing::RapidCycling => "rapid-cycling",
        })
    }
}
