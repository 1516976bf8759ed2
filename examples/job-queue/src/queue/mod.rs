//! The service: a job queue whose workers have threads of their own, in process or in a Redis.
//!
//! A [`Job`] belongs to a tenant and transforms the fields of one [`Connector`], which costs real CPU time.
//! [`JobQueue::submit`] gives a [`Ticket`], a future that resolves when the job has ended. Each tenant has a
//! semaphore: a job waits for a permit of its tenant without holding a worker, first in first out within the
//! tenant, in turn over the tenants. [`JobQueue::status`] tells what monitoring asks for, and
//! [`JobQueue::reconcile`] finds the jobs that got stuck. A [`RedisQueue`] does the same with its jobs in a Redis;
//! a [`Queue`] is either of the two.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use job_queue::queue::{Clock, Connector, Job, JobQueue, Settings, Tenant};
//!
//! let queue = JobQueue::start(Settings::new(2, Tenant::numbered(3, 1)), Clock::new(|| Duration::ZERO))?;
//! let ticket = queue.submit(Job::new(0, Connector { seed: 42, fields: 50 }))?;
//! assert_eq!(ticket.await?.fields, 50);
//! queue.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod claim;
mod clock;
mod connector;
mod crew;
mod dispatcher;
mod either;
mod job;
mod lease;
mod occupancy;
mod reconcile;
mod record;
mod redis;
mod service;
mod settings;
mod shared;
mod slow_down;
mod source;
mod state;
mod status;
mod store_error;
mod tally;
mod ticket;
mod times;
mod worker;
mod workers;

pub use clock::Clock;
pub use connector::Connector;
pub use either::Queue;
pub use job::{Completion, Job, JobError, JobId, SubmitError};
pub use reconcile::Reconciliation;
pub(crate) use redis::connect;
pub use redis::{Health, Losses, RedisQueue};
pub use service::JobQueue;
pub use settings::{Settings, StartError, Tenant};
pub use slow_down::{SlowDown, SlowDownError};
pub use source::{Gate, Source};
pub use status::{Depth, Status, TenantStatus};
pub use store_error::StoreError;
pub use ticket::Ticket;
pub use times::ProcessingTimes;
