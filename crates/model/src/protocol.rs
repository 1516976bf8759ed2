//! What a standing protocol adds to a set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A standing protocol as it took place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Protocol {
    /// Its name.
    pub name: String,
    /// Its scenarios, in order.
    pub scenarios: Vec<ProtocolScenario>,
}

/// One scenario of a protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProtocolScenario {
    /// Its name.
    pub scenario_name: String,
    /// Its parameters, by name.
    #[serde(default)]
    pub scenario_params: BTreeMap<String, serde_json::Value>,
    /// Whether it ended before its time.
    pub aborted: bool,
    /// What it found, by name.
    #[serde(default)]
    pub metadata: BTreeMap<String, serde_json::Value>,
}
