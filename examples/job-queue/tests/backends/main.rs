//! The job queue with servers of its own: a Redis behind it, a PostgreSQL beside it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

#[path = "../support/mod.rs"]
mod process;
mod program;
mod queue;
mod support;
