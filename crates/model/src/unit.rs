//! Units of stored values, and which way is better.

use serde::{Deserialize, Serialize};

/// The base unit of a stored value. Renderers scale it for people; documents never do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// Time in nanoseconds.
    Nanoseconds,
    /// Memory or traffic in bytes.
    Bytes,
    /// Bytes in each second.
    BytesPerSecond,
    /// A share of one; CPU of two busy cores is 2.
    Ratio,
    /// Events in each second.
    PerSecond,
    /// A number of things.
    Count,
}

/// Which direction of a metric is an improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better: throughput, success.
    Higher,
    /// Less is better: latency, errors, memory.
    Lower,
}
