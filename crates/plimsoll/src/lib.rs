//! Load and performance testing that lives in a service's own test suite.
//!
//! A load test is a unit test: any async operation, on any transport, is put under an open or closed load; the
//! result is a value; conditions are asserted on it. There is no binary to install, no server, and nothing
//! global.
//!
//! ```
//! use plimsoll::{Expect, Load, Profile, millis, op, secs};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let run = Load::new("checkout")
//!     .warm_up(Profile::ramp(0, 500, secs(5)))
//!     .measure(Profile::hold(500, secs(30)))
//!     .mix([
//!         (8, op("read", |cx| async move { cx.sleep(millis(2)).await })),
//!         (2, op("write", |cx| async move { cx.sleep(millis(7)).await })),
//!     ])
//!     .virtual_time() // leave it out to test something real
//!     .run()
//!     .await?;
//! run.expect("p99(write) < 20ms").expect("error_rate < 0.1%").verify();
//! # Ok(()) })
//! # }
//! ```
//!
//! The guide under `docs/guide` begins with this test. What the crates of the house are for, and where to find
//! what, is in `docs/ARCHITECTURE.md`.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | none | load, virtual time, resources of the host and of processes, [`Expect`], all text reports |
//! | `baseline` | targets and comparison with earlier results |
//! | `endpoint` | a page of metrics that a Prometheus scrapes while a run goes on |
//! | `fixture` | fake services with stated behaviour, for tests of load tests |
//! | `docker` | containers by the Docker API, and what happens to them |
//! | `cadvisor` | containers by cAdvisor |
//! | `gpu` | GPUs by NVIDIA's management library, loaded at run time |
//! | `html` | reports, dashboards and trends as pages for a browser |
//! | `http` | HTTP and WebSocket as operations |
//! | `junit` | JUnit XML among the reports |
//! | `png` | charts as pictures |
//! | `protocols` | standing protocols on a system under test: idle, stress to a limit, leak, speed |
//! | `full` | all of them |

#[cfg(feature = "endpoint")]
pub mod endpoint;
mod expect;
mod time;

#[cfg(feature = "baseline")]
pub use plimsoll_baseline as baseline;
pub use plimsoll_harness as harness;
#[cfg(feature = "http")]
pub use plimsoll_http as http;
pub use plimsoll_load as load;
pub use plimsoll_metrics as metrics;
pub use plimsoll_model as model;
pub use plimsoll_report as report;
pub use plimsoll_resources as resources;

#[cfg(feature = "endpoint")]
pub use endpoint::Endpoint;
pub use expect::{Expect, Expectation, Unmet};
#[cfg(feature = "protocols")]
pub use plimsoll_harness::protocols;
pub use plimsoll_harness::{Sample, Sampling, Sitting};
pub use plimsoll_load::{
    AtEnd, Context, Failure, Feeder, Load, LoadError, Operation, OutOfData, Outcome, StopHandle,
    UserWorkload, Workload, op,
};
pub use plimsoll_model::{Compose, Condition, CustomMetricKind, Overload, Profile, Run, Set, Think, figure};
#[cfg(feature = "cadvisor")]
pub use plimsoll_resources::Cadvisor;
#[cfg(feature = "docker")]
pub use plimsoll_resources::Container;
#[cfg(feature = "gpu")]
pub use plimsoll_resources::Gpu;
pub use plimsoll_resources::{Cgroup, Host, Process, Watch};
pub use time::{millis, minutes, secs};
