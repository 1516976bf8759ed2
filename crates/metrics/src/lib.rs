//! Measuring: the clock, histograms, the recorder, windows, and what follows from them.
//!
//! Only this crate reads a clock. Everything else takes a [`Timeline`], on which all of a run's times lie.
//! Latencies go into one [`Histogram`] layout, which merges without loss; percentiles are read from merged
//! histograms and never averaged.

mod clock;
mod contradiction;
mod errors;
mod evaluate;
mod histogram;
pub mod num;
mod observe;
mod own;
mod record;
mod result;
mod rules;
#[cfg(feature = "simulation")]
pub mod simulation;
pub mod stats;
mod summary;
mod timeline;
mod virtual_clock;
mod window;

pub use clock::{Clock, NANOS_PER_SECOND, Nanos, thread_cpu_ns};
pub use contradiction::contradiction;
pub use errors::ErrorTable;
pub use evaluate::evaluate;
pub use histogram::{Histogram, HistogramError, MAX_LATENCY_NS};
pub use observe::{ObserveError, Observed, observe};
pub use own::Observation;
pub use record::{Ending, Finish, ScenarioShard, Shard, Tally};
pub use result::{breakdowns, scenario_result};
pub use rules::{Broken, Rules};
pub use summary::{brief, summarize};
pub use timeline::Timeline;
pub use virtual_clock::{VirtualClock, VirtualSleep};
pub use window::WindowLog;
