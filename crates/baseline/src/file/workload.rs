//! The targets of a workload, and targets that several of them share.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::list::listed;
use super::target::Target;

/// What one workload has to reach.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadTargets {
    /// One line for people.
    #[serde(default)]
    pub description: Option<String>,
    /// Groups of targets that apply too, by name; its own targets win over theirs.
    #[serde(default, rename = "use")]
    pub uses: Vec<String>,
    /// Fewest operations that a figure must rest on; with fewer it is invalid. 1 unless given.
    #[serde(default)]
    pub minimum_requests: Option<u64>,
    /// Its own targets.
    #[serde(default, deserialize_with = "listed")]
    pub targets: Vec<Target>,
}

/// Targets that apply wherever a workload names the group.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetGroup {
    /// One line for people.
    #[serde(default)]
    pub description: Option<String>,
    /// The targets, at least one.
    #[serde(deserialize_with = "listed")]
    pub targets: Vec<Target>,
}

/// Targets by component: a scenario or step of that name, in whichever workload it is measured.
pub type Components = BTreeMap<String, Vec<Target>>;

/// Adds targets to a list; one on the same metric replaces what was there.
pub(super) fn overlay(list: &mut Vec<Target>, more: &[Target]) {
    for target in more {
        let metric = &target.condition().metric;
        match list.iter_mut().find(|known| known.condition().metric == *metric) {
            Some(known) => *known = target.clone(),
            None => list.push(target.clone()),
        }
    }
}
