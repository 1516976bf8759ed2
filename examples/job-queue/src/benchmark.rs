//! Parts of the service alone, one user at a time.

use std::fmt::{self, Display};
use std::sync::Arc;

use clap::ValueEnum;
use plimsoll::model::PlanError;
use plimsoll::{Load, Profile as LoadProfile, op, secs};

use crate::address::Address;
use crate::backend::Backend;
use crate::postgres::{Postgres, PostgresError};
use crate::profile::Profile;
use crate::queue::{Connector, Job, Queue, StartError, StoreError};
use crate::round_trip::RoundTrip;
use crate::workload::{self, Service};

/// A part of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Benchmark {
    /// A job of the profile, through an idle queue: mostly the work itself
    Job,
    /// A job with nothing to do, through an idle queue: what the queue itself costs
    RoundTrip,
    /// A ping to the Redis of --backend: what the way to it costs
    Redis,
    /// A query to the PostgreSQL of --postgres
    Postgres,
}

/// A benchmark that is ready to run.
#[derive(Debug)]
pub struct Bench {
    /// The load, without its phases.
    pub load: Load,
    /// The queue under it, to be shut down after it.
    pub queue: Option<Arc<Queue>>,
    /// What the server under it calls itself.
    pub version: Option<String>,
}

/// Why a benchmark cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchmarkError {
    /// The queue did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The Redis did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The PostgreSQL did not answer.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// Nobody said where the server is.
    #[error("no server was named; expected {expected}")]
    NoAddress {
        /// The flag that says it.
        expected: &'static str,
    },
}

impl Benchmark {
    /// The workload's name in results.
    #[must_use]
    pub fn workload(self) -> &'static str {
        match self {
            Benchmark::Job => "benchmark/job",
            Benchmark::RoundTrip => "benchmark/round-trip",
            Benchmark::Redis => "benchmark/redis",
            Benchmark::Postgres => "benchmark/postgres",
        }
    }

    /// What the server under it is called.
    #[must_use]
    pub fn server(self) -> &'static str {
        match self {
            Benchmark::Job | Benchmark::RoundTrip => "queue",
            Benchmark::Redis => "redis",
            Benchmark::Postgres => "postgres",
        }
    }

    /// Prepares the benchmark, on a queue or a connection of its own.
    ///
    /// # Errors
    /// When the system gives no thread for a worker, or a server that it takes is not there.
    pub async fn prepare(
        self,
        profile: Profile,
        service: &Service,
        postgres: Option<&Address>,
    ) -> Result<Bench, BenchmarkError> {
        match (self, &service.backend, postgres) {
            (Benchmark::Job, ..) => self.through_queue(workload::connector(profile, 0), service).await,
            (Benchmark::RoundTrip, ..) => self.through_queue(Connector { seed: 0, fields: 0 }, service).await,
            (Benchmark::Redis, Backend::Redis(address), _) => {
                let redis = RoundTrip::connect(address).await?;
                let version = redis.version().await;
                Ok(Bench { load: redis.load(self.workload()), queue: None, version })
            }
            (Benchmark::Redis, Backend::InProcess, _) => {
                Err(BenchmarkError::NoAddress { expected: "--backend redis://host:port" })
            }
            (Benchmark::Postgres, _, Some(address)) => {
                let postgres = Postgres::connect(address).await?;
                let version = Some(postgres.version().to_owned());
                Ok(Bench { load: postgres.load(self.workload()), queue: None, version })
            }
            (Benchmark::Postgres, _, None) => {
                Err(BenchmarkError::NoAddress { expected: "--postgres postgres://host:port/database" })
            }
        }
    }

    /// One user for two seconds.
    ///
    /// # Errors
    /// None: the profile is valid.
    pub fn offered() -> Result<LoadProfile, PlanError> {
        LoadProfile::users(1, secs(2))
    }

    async fn through_queue(self, job: Connector, service: &Service) -> Result<Bench, BenchmarkError> {
        let queue = service.start().await?;
        let submitted_to = Arc::clone(&queue);
        let operation = op("job", move |_| {
            let queue = Arc::clone(&submitted_to);
            async move { workload::complete(&queue, Job::new(0, job)).await }
        });
        let load = Load::new(self.workload()).operation(operation).parameter("benchmark", self);
        let load = workload::on_backend(load.parameter("fields", job.fields), &queue);
        Ok(Bench { load, queue: Some(queue), version: None })
    }
}

impl Display for Benchmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.workload())
    }
}
