//! What a result gives cause for.

use plimsoll::model::{
    Alarm, Comparison, ComparisonVerdict, Effect, MetricComparison, Procedure, Set, Status,
};
use serde::{Deserialize, Serialize};

/// Something that somebody should hear of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What kind of thing it is: `Regression`, `TargetMissed`, `MeasurementFailed`.
    pub name: String,
    /// How grave it is.
    pub grade: Grade,
    /// The workload, where it is about one.
    pub workload: Option<String>,
    /// The scenario, where it is about one.
    pub scenario: Option<String>,
    /// The metric, where it is about one.
    pub metric: Option<String>,
    /// What is wrong, in a few words.
    pub summary: String,
    /// The figures.
    pub description: String,
}

/// How grave an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Somebody should look at it.
    Warning,
    /// Somebody should look at it now.
    Critical,
}

impl Grade {
    /// Its word, the same for all who are told.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Grade::Warning => "warning",
            Grade::Critical => "critical",
        }
    }
}

impl Alert {
    /// That nothing could be measured, and why: silence would look like health.
    #[must_use]
    pub fn failed(reason: &str) -> Alert {
        Alert {
            name: "MeasurementFailed".to_owned(),
            grade: Grade::Critical,
            workload: None,
            scenario: None,
            metric: None,
            summary: "there is no valid result".to_owned(),
            description: reason.to_owned(),
        }
    }

    fn of_row(comparison: &Comparison, row: &MetricComparison) -> Alert {
        let metric = match &row.scenario {
            Some(scenario) => format!("{}({scenario})", row.metric),
            None => row.metric.clone(),
        };
        let (name, what) = match comparison.procedure {
            Procedure::Targets => ("TargetMissed", "misses its target"),
            Procedure::Screening | Procedure::Interleaved => ("Regression", "is worse than before"),
        };
        Alert {
            name: name.to_owned(),
            grade: if row.severity == Some(Alarm::Warning) { Grade::Warning } else { Grade::Critical },
            workload: Some(row.workload.clone()),
            scenario: row.scenario.clone(),
            metric: Some(row.metric.clone()),
            summary: format!("{metric} of {} {what}", row.workload),
            description: row.detail.clone(),
        }
    }

    /// Whether both are about the same thing, however grave.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Alert) -> bool {
        let subject =
            |it: &Alert| (it.name.clone(), it.workload.clone(), it.scenario.clone(), it.metric.clone());
        subject(self) == subject(other)
    }

    /// What tells it from all others, in one line.
    #[must_use]
    pub fn key(&self) -> String {
        let parts = [Some(&self.name), self.workload.as_ref(), self.scenario.as_ref(), self.metric.as_ref()];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        format!("{} {}", parts.join(" "), self.grade.word())
    }
}

/// What a result gives cause for: each metric that became worse or misses its target, and that the result is invalid.
/// Nothing for an interrupted one, which says nothing either way.
#[must_use]
pub fn of(set: &Set) -> Vec<Alert> {
    let rows = set
        .comparisons
        .iter()
        .flat_map(|comparison| comparison.metrics.iter().map(move |row| (comparison, row)))
        .filter(|(_, row)| row.verdict == ComparisonVerdict::Regression)
        .map(|(comparison, row)| Alert::of_row(comparison, row));
    match set.verdict.status {
        Status::Interrupted => Vec::new(),
        Status::Invalid => vec![Alert::failed(&set.verdict.reasons.join("; "))],
        Status::Pass | Status::Fail | Status::Inconclusive => rows.collect(),
    }
}

/// Whether a result could not be compared with an earlier one, because machine or plan are others by now.
#[must_use]
pub(crate) fn is_incomparable(set: &Set) -> bool {
    let screened = set.comparisons.iter().filter(|comparison| comparison.procedure == Procedure::Screening);
    screened.flat_map(|comparison| &comparison.comparability).any(|entry| entry.effect == Effect::Refused)
}
