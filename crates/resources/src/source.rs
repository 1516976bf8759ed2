//! What can be read: a target's raw counters and gauges.

use std::time::Duration;

use async_trait::async_trait;
use plimsoll_model::{EventKind, GapCause, TargetKind, Unit};

/// A target whose resources can be read again and again.
///
/// Sources hold no rates and no times of their own: they say what the counters show, and
/// [`derive()`](crate::derive()) does the rest. The sampler reads all its sources at once and gives each a limit
/// of time, so `read` may be dropped at any `await`; the next call starts afresh.
#[async_trait]
pub trait Source: Send {
    /// The target's name in results and conditions: `host`, `process:db`, `container:db`.
    fn target(&self) -> &str;

    /// What kind of thing the target is.
    fn kind(&self) -> TargetKind;

    /// Every metric that this source can ever have, in the order of the result.
    fn metrics(&self) -> &[Description];

    /// Reads the target once.
    ///
    /// # Errors
    /// When there is nothing to be had of the target as a whole. What is missing of one metric only is
    /// [`Raw::Missing`] in the reading.
    async fn read(&mut self) -> Result<Reading, SourceError>;

    /// What a metric of the target can be at most, in the unit of its values: the cores that it may use for `cpu`,
    /// its memory limit for `memory`. `None` where there is no such limit, or nobody knows. It may change from one
    /// reading to the next.
    fn capacity(&self, metric: &str) -> Option<f64> {
        let _ = metric;
        None
    }

    /// What happened to the target since the last call. The sampler asks after each reading.
    fn noticed(&mut self) -> Vec<Noticed> {
        Vec::new()
    }
}

/// A metric that a source has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description {
    /// Name of the series: `cpu`, `memory`, `disk_read`, …
    pub name: &'static str,
    /// Unit of the derived values.
    pub unit: Unit,
}

impl Description {
    /// A metric by its name and the unit of its values.
    #[must_use]
    pub const fn new(name: &'static str, unit: Unit) -> Description {
        Description { name, unit }
    }
}

/// What one look at a target showed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Which life of the target this is: start time of a process or container, or the set of devices that
    /// are summed up. Counters of two lives are never compared.
    pub life: String,
    /// The source's own time in nanoseconds from any zero, where it has one; rates divide by its difference,
    /// which a busy network cannot stretch.
    pub source_time_ns: Option<u64>,
    /// Cores of the machine that the target works on, whatever its limits leave of them; `None` where nobody
    /// knows. Work of more than so many is not believed.
    pub cores: Option<f64>,
    /// Raw values by name of the metric. A metric that is left out is one that the platform does not have.
    pub values: Vec<(&'static str, Raw)>,
}

impl Reading {
    /// A reading of a target that has only one life and no time of its own.
    #[must_use]
    pub fn of(values: Vec<(&'static str, Raw)>) -> Reading {
        Reading { values, ..Reading::default() }
    }

    /// The raw value of a metric; `None` when the reading has none.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Raw> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, raw)| raw)
    }
}

/// A value as the source shows it, before any rate is made of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// Is the value: bytes in use, a number of threads.
    Gauge(f64),
    /// Ever growing; the value is its growth in each second.
    Counter(u64),
    /// Ever growing nanoseconds of work; the value is work over time, so two busy cores are 2.
    Busy(u64),
    /// Two ever growing counters; the value is the growth of the part for each growth of the whole by one: a
    /// share of time, or the mean time of a request.
    Quotient {
        /// Grows with the part: busy ticks, nanoseconds waited.
        part: u64,
        /// Grows with the whole: all ticks, requests done.
        whole: u64,
    },
    /// Could not be read this time.
    Missing {
        /// Why, as a category.
        cause: GapCause,
        /// Why, in one line for people.
        detail: String,
    },
}

/// Why a target could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is no such target now: the process has ended, the container is stopped.
    #[error("{target} is not running: {detail}")]
    NotRunning {
        /// Name of the target.
        target: String,
        /// What was looked for and not found.
        detail: String,
    },
    /// The source did not answer, refused, or answered what cannot be understood.
    #[error("{target} cannot be read: {detail}")]
    Unavailable {
        /// Name of the target.
        target: String,
        /// What was attempted and what came back.
        detail: String,
    },
    /// This machine does not have such a thing at all.
    #[error("{target} is not here: {detail}")]
    Absent {
        /// Name of the target.
        target: String,
        /// What is missing.
        detail: String,
    },
    /// The source answered with a reading that it has given before.
    #[error("{target} has nothing new: {detail}")]
    Stale {
        /// Name of the target.
        target: String,
        /// How old it is, or since when.
        detail: String,
    },
}

impl SourceError {
    /// The cause of the gap that this error leaves in the target's series.
    #[must_use]
    pub fn cause(&self) -> GapCause {
        match self {
            SourceError::NotRunning { .. } => GapCause::NotRunning,
            SourceError::Unavailable { .. } => GapCause::Unavailable,
            SourceError::Absent { .. } => GapCause::Unsupported,
            SourceError::Stale { .. } => GapCause::Stale,
        }
    }
}

/// Something that a source noticed about its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// What.
    pub kind: EventKind,
    /// One line for people.
    pub detail: String,
    /// How long ago; zero when only the reading itself told.
    pub age: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_which_target_and_why() {
        let target = || "process:db".to_owned();
        let errors = [
            SourceError::NotRunning { target: target(), detail: "no process has the id 7".to_owned() },
            SourceError::Unavailable { target: target(), detail: "no answer within 1s".to_owned() },
            SourceError::Absent { target: target(), detail: "no driver is installed".to_owned() },
            SourceError::Stale { target: target(), detail: "the same time as before".to_owned() },
        ];
        insta::assert_snapshot!(errors.map(|error| error.to_string()).join("\n"));
    }
}
