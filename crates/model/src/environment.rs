//! The machine and the build that a result comes from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a result was measured. Under the virtual clock every text is `virtual` and every number 0.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Environment {
    /// `dev`, `staging`, `production`, or whatever the user calls it.
    pub label: String,
    /// Operating system and its version.
    pub os: String,
    /// Kernel release.
    pub kernel: String,
    /// Model of the processor.
    pub cpu_model: String,
    /// Cores that this process may use.
    pub cores: u64,
    /// Memory of the machine.
    pub memory_bytes: u64,
    /// Model of the GPU; `null` without one.
    pub gpu: Option<String>,
    /// What is known of the disk; `null` when nothing is.
    pub disk: Option<String>,
    /// What is known of the network; `null` when nothing is.
    pub network: Option<String>,
    /// Limits of the container that this process runs in; `null` without one.
    pub container_limits: Option<ContainerLimits>,
    /// Version of the compiler.
    pub rustc: String,
    /// Versions of other software that matters, by name.
    #[serde(default)]
    pub software: BTreeMap<String, String>,
    /// Revision of the source; `null` outside a repository.
    pub git_revision: Option<String>,
    /// Whether the source differed from that revision; `null` outside a repository.
    pub git_dirty: Option<bool>,
}

impl Environment {
    /// The fixed value under the virtual clock.
    #[must_use]
    pub fn virtual_time() -> Environment {
        let word = || "virtual".to_owned();
        Environment {
            label: word(),
            os: word(),
            kernel: word(),
            cpu_model: word(),
            rustc: word(),
            ..Environment::default()
        }
    }
}

/// Limits that a container puts on its processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContainerLimits {
    /// Thousandths of a core; `null` without a limit.
    pub cpu_millicores: Option<u64>,
    /// Bytes; `null` without a limit.
    pub memory_bytes: Option<u64>,
}
