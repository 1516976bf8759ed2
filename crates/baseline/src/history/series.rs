//! One figure through time.

use plimsoll_model::{Better, Timestamp, Unit};

use super::entry::Figure;

/// One figure through time, on one kind of machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What is followed.
    pub key: SeriesKey,
    /// Its values, oldest first.
    pub points: Vec<Point>,
}

/// What is followed: a metric of a workload on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SeriesKey {
    /// The machine, in one line.
    pub environment: String,
    /// The workload.
    pub workload: String,
    /// The scenario; `None` for the whole run.
    pub scenario: Option<String>,
    /// The metric, in its text form.
    pub metric: String,
    /// Base unit of the values.
    pub unit: Unit,
    /// Which direction is an improvement.
    pub better: Better,
}

/// A value and when it was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// Id of the set.
    pub set: String,
    /// The value, in the base unit.
    pub value: f64,
}

impl SeriesKey {
    pub(super) fn new(environment: &str, figure: &Figure) -> SeriesKey {
        SeriesKey {
            environment: environment.to_owned(),
            workload: figure.workload.clone(),
            scenario: figure.scenario.clone(),
            metric: figure.metric.clone(),
            unit: figure.unit,
            better: figure.better,
        }
    }

    pub(super) fn is_of(&self, figure: &Figure) -> bool {
        self.workload == figure.workload
            && self.scenario == figure.scenario
            && self.metric == figure.metric
            && (self.unit, self.better) == (figure.unit, figure.better)
    }
}

impl Series {
    /// The values alone, oldest first.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        self.points.iter().map(|point| point.value).collect()
    }
}
