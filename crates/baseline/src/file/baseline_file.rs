//! The file as a whole.

use std::collections::BTreeMap;

use plimsoll_model::read::{self, ReadError};
use plimsoll_model::{SCHEMA_VERSION, SchemaVersion};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::environment::EnvironmentSpec;
use super::gate_settings::GateSettings;
use super::list::components;
use super::target::Target;
use super::text::parsed;
use super::threshold::Thresholds;
use super::workload::{Components, TargetGroup, WorkloadTargets, overlay};

/// A baseline file: targets by workload, by component and by environment, and the edges of a regression.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineFile {
    /// Version of the format.
    #[serde(deserialize_with = "readable_version")]
    pub schema_version: SchemaVersion,
    /// What the file is.
    pub metadata: Metadata,
    /// Environments by name.
    #[serde(default)]
    pub environments: BTreeMap<String, EnvironmentSpec>,
    /// Targets that a workload takes over by naming the group.
    #[serde(default)]
    pub groups: BTreeMap<String, TargetGroup>,
    /// Targets by workload.
    #[serde(default)]
    pub workloads: BTreeMap<String, WorkloadTargets>,
    /// Targets by component.
    #[serde(default, deserialize_with = "components")]
    pub components: Components,
    /// From which change on a comparison with an earlier result judges.
    #[serde(default)]
    pub regression: Thresholds,
    /// When the gate looks, and which changes matter to it.
    #[serde(default)]
    pub gate: GateSettings,
}

/// What a baseline file is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// Its name in results, unique among the files of a project.
    pub id: String,
    /// One line for people.
    #[serde(default)]
    pub description: Option<String>,
    /// When its figures were last reviewed, as the reviewer writes it.
    #[serde(default)]
    pub reviewed: Option<String>,
}

/// A name that the file does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// A workload names a group of targets that nobody gave.
    #[error("workload {workload:?} of baseline {file:?} uses group {group:?}; expected one of: {known}")]
    Group {
        /// Id of the file.
        file: String,
        /// The workload.
        workload: String,
        /// The group that was looked for.
        group: String,
        /// The groups there are.
        known: String,
    },
    /// The environment asked for.
    #[error("baseline {file:?} has no environment {environment:?}; expected one of: {known}")]
    Environment {
        /// Id of the file.
        file: String,
        /// The environment that was looked for.
        environment: String,
        /// The environments there are.
        known: String,
    },
}

impl BaselineFile {
    /// Reads a baseline file. `file` is only for the errors.
    ///
    /// # Errors
    /// When the text is not what the format allows, says the same thing twice, or holds nothing to judge by;
    /// each error names file, line, what was found and what was expected.
    pub fn from_yaml(file: &str, text: &str) -> Result<BaselineFile, ReadError> {
        let baseline: BaselineFile = read::yaml(file, text)?;
        match baseline.flaw() {
            Some(flaw) => Err(ReadError::new(file, flaw)),
            None => Ok(baseline),
        }
    }

    /// The same with the groups of another file, where this one has none of that name.
    ///
    /// That is how the workloads of one file use the key figures of another.
    #[must_use]
    pub fn with_groups_of(mut self, other: &BaselineFile) -> BaselineFile {
        for (name, group) in &other.groups {
            self.groups.entry(name.clone()).or_insert_with(|| group.clone());
        }
        self
    }

    /// The environment of that name; `None` when the file is about no environment at all.
    ///
    /// # Errors
    /// When the file has environments, but not that one.
    pub fn environment(&self, name: &str) -> Result<Option<&EnvironmentSpec>, LookupError> {
        if self.environments.is_empty() {
            return Ok(None);
        }
        self.environments.get(name).map(Some).ok_or_else(|| LookupError::Environment {
            file: self.metadata.id.clone(),
            environment: name.to_owned(),
            known: names(&self.environments),
        })
    }

    /// Everything that a workload has to reach: the targets of the environment, then those of the groups that
    /// it uses, then its own; the later one wins on the same metric. Empty for a workload the file does not
    /// have, when the environment asks for nothing either. Components are not among them.
    ///
    /// # Errors
    /// When the workload uses a group that is not there.
    pub fn targets_for(
        &self,
        workload: &str,
        environment: Option<&EnvironmentSpec>,
    ) -> Result<Vec<Target>, LookupError> {
        let mut targets = Vec::new();
        overlay(&mut targets, environment.map_or(&[], |environment| &environment.targets));
        let Some(own) = self.workloads.get(workload) else { return Ok(targets) };
        for name in &own.uses {
            let group = self.groups.get(name).ok_or_else(|| LookupError::Group {
                file: self.metadata.id.clone(),
                workload: workload.to_owned(),
                group: name.clone(),
                known: names(&self.groups),
            })?;
            overlay(&mut targets, &group.targets);
        }
        overlay(&mut targets, &own.targets);
        Ok(targets)
    }

    /// What cannot be seen while reading line by line.
    fn flaw(&self) -> Option<String> {
        if self.metadata.id.trim().is_empty() {
            return Some("metadata.id is empty; expected a name for this baseline".to_owned());
        }
        let mut workloads = self.workloads.iter();
        if let Some((name, _)) = workloads.find(|(_, own)| own.targets.is_empty() && own.uses.is_empty()) {
            return Some(format!(
                "workloads.{name} has nothing to reach; expected \"targets\", or \"use\" with the name of a group"
            ));
        }
        self.components.iter().find_map(|(name, targets)| {
            let metric =
                targets.iter().map(|target| &target.condition().metric).find(|it| it.scope.is_some())?;
            Some(format!("components.{name} has a target on {metric}; expected one on {}", metric.metric))
        })
    }
}

fn names<T>(of: &BTreeMap<String, T>) -> String {
    if of.is_empty() {
        return "none, there are no others".to_owned();
    }
    of.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn readable_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SchemaVersion, D::Error> {
    let version: SchemaVersion = parsed(deserializer, "a version in quotes, such as \"1.0\"")?;
    if version.is_readable() && !version.is_newer() {
        return Ok(version);
    }
    let message = format!(
        "version {version} is not read here; expected {SCHEMA_VERSION} or an earlier {}.x",
        SCHEMA_VERSION.major
    );
    Err(D::Error::custom(message))
}
