//! The load engine: open and closed models, exact schedules, honest latencies, full accounting.
//!
//! A [`Load`] puts operations under a [`Profile`](plimsoll_model::Profile) and runs them; the result is a
//! [`Run`](plimsoll_model::Run), a plain value. Nothing is printed, nothing is global, and no signal is caught.
//!
//! ```
//! use std::time::Duration;
//! use plimsoll_load::{Load, op};
//! use plimsoll_model::Profile;
//!
//! # tokio_test(async {
//! let run = Load::new("hello")
//!     .mix([(1, op("sleep", |cx| async move { cx.sleep(Duration::from_millis(2)).await }))])
//!     .measure(Profile::hold(100, Duration::from_secs(60)))
//!     .virtual_time()
//!     .run()
//!     .await?;
//! assert_eq!(run.scenarios[0].counts.ok, 6_000);
//! assert_eq!(run.scenarios[0].latency.response.max_ns / 1_000, 2_000);
//! # Ok::<(), plimsoll_load::LoadError>(()) }).unwrap();
//! # fn tokio_test<T>(f: impl Future<Output = T>) -> T {
//! #     tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(f)
//! # }
//! ```

mod builder;
mod collector;
mod conditions;
mod context;
mod control;
mod feeder;
#[cfg(feature = "fixture")]
pub mod fixture;
mod lane;
mod mix;
mod operation;
mod outcome;
mod progress;
mod random;
mod result;
mod run;
mod schedule;
mod shard;
mod tenants;
mod timer;
mod user;
mod virtual_time;

pub use builder::{Load, Observer};
pub use context::{Context, Sleep};
pub use control::StopHandle;
pub use feeder::{AtEnd, Feeder, OutOfData, Row};
pub use mix::Mix;
pub use operation::{Operation, Workload, op};
pub use outcome::{Failure, IntoOutcome, Outcome};
pub use run::LoadError;
pub use schedule::{RateSchedule, Schedule};
pub use shard::Shard;
pub use user::UserWorkload;

pub use plimsoll_model::{IntoProfile, IntoThink};
