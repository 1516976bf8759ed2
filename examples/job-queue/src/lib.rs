//! A job queue with real workers: the system that the `job-queue` example puts under load.
//!
//! [`queue`] is the service, on threads of its own, with its jobs in process or in a Redis ([`backend`]).
//! [`profile`] holds the four sizes of load, [`workload`] makes a load of them, [`benchmark`] measures parts of
//! the service alone, the Redis ([`round_trip`]) and a PostgreSQL ([`postgres`]) among them, and [`protocols`]
//! are the checks with a verdict: isolation of tenants, load over a limit, rapid cycling, soak. [`scale`] says what
//! more workers and more data do.

pub mod address;
pub mod backend;
pub mod benchmark;
pub mod postgres;
pub mod profile;
pub mod protocols;
pub mod queue;
pub mod round_trip;
pub mod scale;
pub mod workload;
