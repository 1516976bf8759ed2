//! A job queue with real workers: the system that the `job-queue` example puts under load.
//!
//! [`profile`] holds the four sizes of load.

pub mod profile;
