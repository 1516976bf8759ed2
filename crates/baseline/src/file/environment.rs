//! Where a result is meant to be measured.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::str::FromStr;

use plimsoll_model::{Condition, Unit};
use serde::{Deserialize, Deserializer};

use super::list::listed;
use super::target::Target;
use super::text::parsed;

/// An environment as it is specified: what it is built from, and what is expected of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentSpec {
    /// What kind it is: `dev`, `staging`, `production`.
    pub label: String,
    /// Number of machines; 1 unless given.
    #[serde(default = "one")]
    pub nodes: NonZeroU32,
    /// One machine.
    pub hardware: Hardware,
    /// Versions of software that matters, by name.
    #[serde(default)]
    pub software: BTreeMap<String, String>,
    /// What every workload has to reach there.
    #[serde(default, deserialize_with = "listed")]
    pub targets: Vec<Target>,
}

/// The hardware of one machine.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hardware {
    /// Cores.
    pub cores: NonZeroU32,
    /// Memory in bytes; in YAML `8GB` or `8GiB`. Absent when it does not matter.
    #[serde(default, rename = "memory", deserialize_with = "memory")]
    pub memory_bytes: Option<u64>,
    /// Model of the processor; absent when it does not matter.
    #[serde(default)]
    pub cpu_model: Option<String>,
    /// The GPU; absent when there is none.
    #[serde(default)]
    pub gpu: Option<String>,
    /// The disk; absent when it does not matter.
    #[serde(default)]
    pub disk: Option<String>,
    /// The network, such as `10 Gbps`; absent when it does not matter.
    #[serde(default)]
    pub network: Option<String>,
}

fn one() -> NonZeroU32 {
    NonZeroU32::MIN
}

fn memory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    parsed(deserializer, "a size such as 8GB").map(|Size(bytes)| Some(bytes))
}

/// A number of bytes above 0.
struct Size(u64);

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a size above 0 with its unit, such as 8GB or 8GiB")]
struct SizeError(String);

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Size, SizeError> {
        // The model knows the units of sizes, as part of a condition.
        let limit =
            format!("memory.peak(host) <= {text}").parse().map(|condition: Condition| condition.limit);
        let bytes = limit.ok().filter(|limit| limit.unit == Unit::Bytes && limit.value >= 1.0);
        bytes.map(|limit| Size(limit.value as u64)).ok_or_else(|| SizeError(text.to_owned()))
    }
}
