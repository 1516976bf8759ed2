//! Parts of the service alone, one user at a time.

use std::fmt::{self, Display};
use std::sync::Arc;

use clap::ValueEnum;
use plimsoll::model::PlanError;
use plimsoll::{Load, Profile as LoadProfile, op, secs};

use crate::profile::Profile;
use crate::queue::{Connector, Job, StartError};
use crate::workload::{self, Service};

/// A part of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Benchmark {
    /// A job of the profile, through an idle queue: mostly the work itself
    Job,
    /// A job with nothing to do, through an idle queue: what the queue itself costs
    RoundTrip,
}

impl Benchmark {
    /// The workload's name in results.
    #[must_use]
    pub fn workload(self) -> &'static str {
        match self {
            Benchmark::Job => "benchmark/job",
            Benchmark::RoundTrip => "benchmark/round-trip",
        }
    }

    /// The benchmark as a load, without its phases, on a queue of its own.
    ///
    /// # Errors
    /// When the system gives no thread for a worker.
    pub fn load(self, profile: Profile, service: &Service) -> Result<Load, StartError> {
        let queue = service.start()?;
        let job = match self {
            Benchmark::Job => workload::connector(profile, 0),
            Benchmark::RoundTrip => Connector { seed: 0, fields: 0 },
        };
        let operation = op("job", move |_| {
            let queue = Arc::clone(&queue);
            async move { workload::complete(&queue, Job::new(0, job)).await }
        });
        let load = Load::new(self.workload()).operation(operation).parameter("benchmark", self);
        Ok(load.parameter("fields", job.fields))
    }

    /// One user for two seconds.
    ///
    /// # Errors
    /// None: the profile is valid.
    pub fn offered() -> Result<LoadProfile, PlanError> {
        LoadProfile::users(1, secs(2))
    }
}

impl Display for Benchmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.workload())
    }
}
