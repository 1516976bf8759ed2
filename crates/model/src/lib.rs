//! The documents of plimsoll as plain data, and how to read them strictly.
//!
//! Everything that crosses a crate edge, is written to disk or is read back is a type of this crate: a
//! [`Run`] is one execution of one [`Plan`], a [`Set`] is what a command leaves, a [`Comparison`] says how
//! one set stands against another. The crate knows nobody: it reads no clock, opens no file and computes no
//! statistic.
//!
//! Base units everywhere: nanoseconds, bytes, ratios of one, per second. Only sentences and reports scale for people,
//! all of them by [`human`].
//!
//! ```
//! use plimsoll_model::{Condition, MetricRef};
//!
//! let condition: Condition = "p99(write) < 20ms".parse()?;
//! assert_eq!(condition.metric, "p99(write)".parse::<MetricRef>()?);
//! assert_eq!(condition.limit.value, 20_000_000.0);
//! assert_eq!(condition.to_string(), "p99(write) < 20ms");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod analysis;
mod comparison;
mod condition;
mod document;
mod environment;
pub mod figure;
mod generator;
pub mod human;
mod latency;
mod memory;
mod metric;
mod name;
mod plan;
mod profile;
mod progress;
mod protocol;
mod quantile;
pub mod read;
mod resource;
mod run;
mod scenario;
mod scenario_file;
mod secret;
mod set;
mod think;
mod timestamp;
mod unit;
mod verdict;
mod version;
mod window;

pub use analysis::{
    Analysis, Capacity, Finding, Leak, LeakVerdict, Priority, Recommendation, Scaling, Severity,
};
pub use comparison::{
    Alarm, Comparability, Comparison, ComparisonVerdict, Effect, MetricComparison, Procedure, Rating, SetRef,
};
pub use condition::{Condition, ConditionError, Limit, Op};
pub use document::{Document, Kind};
pub use environment::{ContainerLimits, Environment};
pub use generator::{Generator, GeneratorMode, Sampler};
pub use latency::{EncodedHistogram, Latency, LatencySummary, QuantileValue};
pub use memory::{MemoryCooldown, MemoryFall, MemoryProfile, SawtoothProfile};
pub use metric::{LatencyKind, LatencyStat, Metric, MetricError, MetricRef, ResourceStat};
pub use name::slug;
pub use plan::{MixOrder, Overload, PhaseKind, Plan, PlanError, PlannedPhase, PlannedScenario};
pub use profile::{Compose, IntoProfile, Profile, Ramp, Stage, UserStage};
pub use progress::{Activity, Snapshot};
pub use protocol::{Protocol, ProtocolScenario};
pub use quantile::{Quantile, QuantileError};
pub use resource::{Event, EventKind, Gap, GapCause, ResourceSeries, ResourceSummary, TargetKind};
pub use run::{Phase, Run, Stop, StopCause, Threshold};
pub use scenario::{
    Breakdown, CheckCount, Counts, CustomMetric, CustomMetricKind, DropCause, ErrorCount, Fairness,
    ScenarioResult, StepResult, Throughput,
};
pub use scenario_file::{Distribution, ScenarioFile};
pub use secret::{Secret, redact_url};
pub use set::{Aggregate, Isolation, Set, SetRun, Side, Tool};
pub use think::{IntoThink, Think};
pub use timestamp::{Timestamp, TimestampError};
pub use unit::{Better, Unit};
pub use verdict::{Caveat, Status, Verdict};
pub use version::{SCHEMA_VERSION, SchemaVersion, VersionError};
pub use window::{BriefLatency, Window};
