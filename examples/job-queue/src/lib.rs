//! A job queue with real workers: the system that the `job-queue` example puts under load.
//!
//! [`queue`] is the service, in process but on threads of its own. [`profile`] holds the four sizes of load.

pub mod profile;
pub mod queue;
