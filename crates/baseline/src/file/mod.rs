//! The baseline file: what was promised, in YAML that people review.
//!
//! ```yaml
//! schema_version: "1.0"
//! metadata: {id: shop, description: The web shop}
//! environments:
//!   dev: {label: dev, hardware: {cores: 4, memory: 8GB}, targets: [throughput >= 50/s]}
//! groups:
//!   kpi: {targets: [{target: p95 < 500ms, critical: 2s}]}
//! workloads:
//!   checkout:
//!     use: [kpi]
//!     targets:
//!       - error_rate < 1%
//!       - {target: duration < 30s, hard: true}
//! components:
//!   search: [{target: p99 <= 400ms, critical: 500ms}]
//! regression:
//!   p95: {warning: 10 percent, critical: 25 percent, fail: 20 percent}
//!   error_rate: {fail: 5 points}
//! gate:
//!   looks: 6,10,16
//!   relative: {margin: 5 percent, excluded: 10 percent}
//!   rates: {margin: 1 points, excluded: 2 points}
//! ```

mod baseline_file;
mod change;
mod environment;
mod gate_settings;
mod list;
mod selector;
mod target;
mod text;
mod threshold;
mod workload;

pub use baseline_file::{BaselineFile, LookupError, Metadata};
pub use change::{Change, ChangeError, ChangeUnit};
pub use environment::{EnvironmentSpec, Hardware};
pub use gate_settings::{GateSettings, Tolerance};
pub use selector::Selector;
pub use target::{Target, TargetError};
pub use threshold::{Edges, EdgesError, Threshold, Thresholds};
pub use workload::{Components, TargetGroup, WorkloadTargets};
