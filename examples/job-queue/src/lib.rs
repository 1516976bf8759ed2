//! A job queue with real workers: the system that the `job-queue` example puts under load.
//!
//! [`queue`] is the service, in process but on threads of its own. [`profile`] holds the four sizes of load,
//! [`workload`] makes a load of them, [`benchmark`] measures parts of the service alone, and [`protocols`] are
//! the checks with a verdict: isolation of tenants, load over a limit, rapid cycling.

pub mod benchmark;
pub mod profile;
pub mod protocols;
pub mod queue;
pub mod workload;
