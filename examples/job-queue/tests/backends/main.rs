//! The job queue with servers of its own: a Redis behind it, a PostgreSQL beside it.

#![cfg(unix)]

mod program;
mod queue;
mod support;
