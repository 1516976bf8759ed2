//! The queue in a Redis.
//!
//! Who waits, who may run and who runs lies in Redis, under keys of this queue alone; every step of the queue
//! is one script (`lua/`), so that nothing is ever half done. What a Redis cannot hold stays in this process at
//! the [`desk`]: who waits for a job, and the worker at it. The submitter talks through one connection that
//! all share ([`counter`]), each worker through one of its own ([`link`]), which also waits there for work.
//!
//! When the Redis goes away, nobody can say what became of the jobs in it: all of them are told so, submitting
//! fails, and the workers come back when it does.

mod counter;
mod desk;
mod health;
mod link;
mod scripts;
mod service;
mod shop;

pub(crate) use counter::connect;
pub use health::{Health, Losses};
pub use service::RedisQueue;
