//! One line of a history.

use plimsoll_metrics::stats::median;
use plimsoll_model::{Better, SCHEMA_VERSION, SchemaVersion, Set, Status, Timestamp, Unit};
use serde::{Deserialize, Serialize};

use crate::comparability::fingerprint;

/// What a history keeps of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Version of the format.
    pub schema_version: SchemaVersion,
    /// When the set was measured.
    pub at: Timestamp,
    /// Id of the set.
    pub set: String,
    /// Name of the set.
    pub name: String,
    /// The machine, in one line; figures of different machines are never mixed.
    pub environment: String,
    /// Revision of the source; `null` outside a repository.
    pub revision: Option<String>,
    /// What the set concluded.
    pub status: Status,
    /// The figures of the set.
    pub figures: Vec<Figure>,
}

/// One figure of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The workload.
    pub workload: String,
    /// The scenario; `null` for the whole run.
    pub scenario: Option<String>,
    /// The metric, in its text form: `p95`.
    pub metric: String,
    /// Base unit of the value.
    pub unit: Unit,
    /// Which direction is an improvement.
    pub better: Better,
    /// Runs that the value is the median of.
    pub runs: u64,
    /// The value, finite.
    pub value: f64,
}

impl Entry {
    /// What to keep of a set: the medians of its aggregates.
    #[must_use]
    pub fn of(set: &Set) -> Entry {
        let figure = |aggregate: &plimsoll_model::Aggregate| {
            Some(Figure {
                workload: aggregate.workload.clone(),
                scenario: aggregate.scenario.clone(),
                metric: aggregate.metric.clone(),
                unit: aggregate.unit,
                better: aggregate.better,
                runs: aggregate.n,
                value: median(&aggregate.per_run)?,
            })
        };
        Entry {
            schema_version: SCHEMA_VERSION,
            at: set.started_at,
            set: set.id.clone(),
            name: set.name.clone(),
            environment: fingerprint(&set.environment),
            revision: set.environment.git_revision.clone(),
            status: set.verdict.status,
            figures: set.aggregates.iter().filter_map(figure).collect(),
        }
    }

    /// The entry as one line, without its end.
    #[must_use]
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("an entry is plain data with finite figures")
    }

    /// Whether its figures count: an invalid or interrupted set measured something else.
    pub(super) fn is_accepted(&self) -> bool {
        !matches!(self.status, Status::Invalid | Status::Interrupted)
    }
}
