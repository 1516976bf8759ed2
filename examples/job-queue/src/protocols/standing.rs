//! The protocols by name, in the size in which the program runs them.

use std::fmt::{self, Display};
use std::time::Duration;

use clap::ValueEnum;
use plimsoll::model::{Leak, Run};
use plimsoll::{Load, LoadError};

use super::{Isolation, Outcome, OverLimit, ProtocolError, RapidCycling, Soak, Soaked};
use crate::profile::Profile;
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
    /// The load of the profile for five minutes, or as long as --duration says: does memory grow, does a job get
    /// lost or stuck?
    Soak,
}

/// What a protocol leaves.
#[derive(Debug)]
pub struct Conducted {
    /// What was concluded; an error when the queue could not be asked any more after a load.
    pub outcome: Result<Outcome, ProtocolError>,
    /// The load that was measured and what memory did meanwhile, where the protocol has a load.
    pub followed: Option<(Run, Leak)>,
}

impl Standing {
    /// Runs the protocol on a queue of its own. The load of a soak is that of the profile, lasts as long as said
    /// or five minutes, and is carried out by `measure`.
    ///
    /// # Errors
    /// When the queue does not start, or does not take the jobs, or the load cannot be run.
    pub async fn run(
        self,
        service: &Service,
        profile: Profile,
        length: Option<Duration>,
        measure: impl AsyncFnOnce(Load) -> Result<Run, LoadError>,
    ) -> Result<Conducted, ProtocolError> {
        let settings = self.settings(service);
        let outcome = match self {
            Standing::Isolation => Isolation::new(settings).run(&clock()).await?,
            Standing::OverLimit => OverLimit::new(settings).run(&clock()).await?,
            Standing::RapidCycling => RapidCycling::new(settings).run(&clock()).await?,
            Standing::Soak => {
                let soak = Soak::new(settings, profile);
                let soak = Soak { length: length.unwrap_or(soak.length), ..soak };
                let Soaked { run, leak, outcome } = soak.run(&clock(), measure).await?;
                return Ok(Conducted { outcome, followed: Some((run, leak)) });
            }
        };
        Ok(Conducted { outcome: Ok(outcome), followed: None })
    }

    fn settings(self, service: &Service) -> Settings {
        let settings = service.settings();
        let tenants = match self {
            Standing::Soak => return settings,
            Standing::OverLimit => 1,
            Standing::Isolation | Standing::RapidCycling => TENANTS,
        };
        // A tenant at its limit must leave workers to the others.
        let workers = settings.workers.max(2 * LIMIT);
        Settings { workers, tenants: Tenant::numbered(tenants, LIMIT), ..settings }
    }
}

impl Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Standing::Isolation => "isolation",
            Standing::OverLimit => "over-limit",
            Standing::RapidCycling => "rapid-cycling",
            Standing::Soak => "soak",
        })
    }
}
