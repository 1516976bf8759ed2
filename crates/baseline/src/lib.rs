//! Targets, baselines and comparison: does a result hold what was promised, and is it worse than before?
//!
//! Two questions, three procedures, one answer type. [`targets::judge`] holds a [`Set`] against the written
//! targets of a [`BaselineFile`]; [`screening::compare`] holds it against an earlier set, by the edges of
//! [`Thresholds`]; a [`gate::Gate`] measures both sides in turn until the answer is definite. All give a
//! [`Comparison`]. Before any number is compared, [`comparability`] asks whether
//! the two were measured under the same circumstances, and [`rating`] sums up in one word.
//!
//! Everything is a pure function of its arguments: no file is opened and no clock is read.
//!
//! ```
//! use plimsoll_baseline::BaselineFile;
//!
//! let text = r#"
//! schema_version: "1.0"
//! metadata: {id: shop}
//! workloads:
//!   checkout:
//!     targets:
//!       - p95 < 500ms
//!       - {target: error_rate < 1%, critical: 5%}
//! "#;
//! let file = BaselineFile::from_yaml("shop.yaml", text)?;
//! let targets = file.targets_for("checkout", None)?;
//! assert_eq!(targets[1].to_string(), "error_rate < 1%, critical beyond 5%");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Set`]: plimsoll_model::Set
//! [`Comparison`]: plimsoll_model::Comparison

pub mod comparability;
mod figure;
mod file;
pub mod gate;
pub mod history;
pub mod rating;
mod row;
pub mod screening;
mod side;
mod sides;
pub mod targets;

pub use file::{
    BaselineFile, Change, ChangeError, ChangeUnit, Components, Edges, EdgesError, EnvironmentSpec,
    GateSettings, Hardware, LookupError, Metadata, Selector, Target, TargetError, TargetGroup, Threshold,
    Thresholds, Tolerance, WorkloadTargets,
};
