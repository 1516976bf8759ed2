//! Limits on what a target uses, whose breach ends a run.

use std::fmt::{self, Display};

use plimsoll_model::{Stop, StopCause, Unit, human};

/// How many values in a row must meet the limit, unless said otherwise: one alone may be a hiccup, and the
/// first after a start covers work of before.
const IN_A_ROW: u32 = 2;

/// A limit on a metric of a target. When two values in a row are at the limit or above, the run ends.
///
/// ```
/// use plimsoll_resources::Watch;
///
/// // 90 % of the cores that the container may use: 1.35 of 1.5 cores.
/// let cpu = Watch::share("container:db", "cpu", 0.9);
/// // 512 MiB, whatever the machine has.
/// let memory = Watch::value("process", "memory", 512.0 * 1024.0 * 1024.0).in_a_row(1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    target: String,
    metric: String,
    threshold: Threshold,
    in_a_row: u32,
}

/// What a value is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Threshold {
    /// In the unit of the metric.
    Value(f64),
    /// A share of what the target can have at most.
    Share(f64),
}

impl Watch {
    /// A limit in the base unit of the metric: bytes, cores, a number.
    pub fn value(target: impl Into<String>, metric: impl Into<String>, limit: f64) -> Watch {
        Watch::new(target.into(), metric.into(), Threshold::Value(limit))
    }

    /// A limit as a share, 0 to 1, of what the target can have of it: the cores that it may use, the memory up
    /// to its limit. It follows when that changes during the run. Where nobody knows what the target can have,
    /// the watch never ends a run, and the result says so.
    pub fn share(target: impl Into<String>, metric: impl Into<String>, share: f64) -> Watch {
        Watch::new(target.into(), metric.into(), Threshold::Share(share))
    }

    /// How many values in a row must meet the limit; at least one. Missing values neither count nor break the
    /// row.
    #[must_use]
    pub fn in_a_row(self, values: u32) -> Watch {
        Watch { in_a_row: values.max(1), ..self }
    }

    /// The target that is watched.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The metric that is watched.
    #[must_use]
    pub fn metric(&self) -> &str {
        &self.metric
    }

    /// What a value is held against, of a target that can have so much; `None` where it takes a capacity and
    /// there is none.
    #[must_use]
    pub fn limit(&self, capacity: Option<f64>) -> Option<f64> {
        match self.threshold {
            Threshold::Value(limit) => Some(limit),
            Threshold::Share(share) => capacity.map(|capacity| share * capacity),
        }
    }

    fn new(target: String, metric: String, threshold: Threshold) -> Watch {
        Watch { target, metric, threshold, in_a_row: IN_A_ROW }
    }
}

/// A watch whose limit was met.
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    /// The target.
    pub target: String,
    /// Its metric.
    pub metric: String,
    /// Unit of the value and the limit.
    pub unit: Unit,
    /// The value that met the limit.
    pub value: f64,
    /// The limit.
    pub limit: f64,
    /// What the limit is a share of, and the share; `None` for a limit that is one by itself.
    pub share: Option<(f64, f64)>,
    /// When, from the start of the run.
    pub at_ns: u64,
}

impl Breach {
    /// The reason that a run gives for its end.
    #[must_use]
    pub fn stop(&self) -> Stop {
        Stop {
            cause: StopCause::Watch,
            target: Some(self.target.clone()),
            metric: Some(self.metric.clone()),
            value: Some(self.value),
            limit: Some(self.limit),
            at_ns: self.at_ns,
        }
    }
}

impl Display for Breach {
    /// `cpu was 136 %, the limit is 135 % (90 % of 150 %)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = human::apart(self.value, self.limit, self.unit);
        let limit = human::value(self.limit, self.unit);
        write!(f, "{} was {value}, the limit is {limit}", self.metric)?;
        match self.share {
            Some((share, capacity)) => {
                write!(f, " ({} of {})", human::share(share), human::value(capacity, self.unit))
            }
            None => Ok(()),
        }
    }
}

/// A watch on duty: how far the row has come.
#[derive(Debug)]
pub(crate) struct Sentry {
    watch: Watch,
    row: u32,
    /// Whether it has ever had a value and a limit to hold it against.
    has_judged: bool,
}

impl Sentry {
    pub(crate) fn new(watch: Watch) -> Sentry {
        Sentry { watch, row: 0, has_judged: false }
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Takes in a value of the metric; the breach, where the row is long enough.
    pub(crate) fn judge(
        &mut self,
        at_ns: u64,
        value: f64,
        unit: Unit,
        capacity: Option<f64>,
    ) -> Option<Breach> {
        let limit = self.watch.limit(capacity)?;
        self.has_judged = true;
        self.row = if value >= limit { self.row.saturating_add(1) } else { 0 };
        let share = match self.watch.threshold {
            Threshold::Value(_) => None,
            Threshold::Share(share) => capacity.map(|capacity| (share, capacity)),
        };
        let Watch { target, metric, .. } = self.watch.clone();
        (self.row >= self.watch.in_a_row).then_some(Breach {
            target,
            metric,
            unit,
            value,
            limit,
            share,
            at_ns,
        })
    }

    /// Why it could not watch anything; `None` when it could.
    pub(crate) fn blindness(&self) -> Option<String> {
        let Watch { target, metric, threshold, .. } = &self.watch;
        let why = match threshold {
            Threshold::Value(_) => "it never had a value",
            Threshold::Share(_) => "it never had a value, or nobody knows how much there can be",
        };
        (!self.has_judged).then(|| format!("the watch on {metric} of {target} watched nothing: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(watch: Watch, values: &[f64], capacity: Option<f64>) -> Vec<bool> {
        let mut sentry = Sentry::new(watch);
        values.iter().map(|value| sentry.judge(1, *value, Unit::Ratio, capacity).is_some()).collect()
    }

    #[test]
    fn ninety_per_cent_of_one_and_a_half_cores_are_135_per_cent() {
        let watch = Watch::share("container:db", "cpu", 0.9).in_a_row(1);
        assert_eq!(judge(watch.clone(), &[1.34, 1.36], Some(1.5)), [false, true]);
        let breach = Sentry::new(watch).judge(7, 1.363, Unit::Ratio, Some(1.5)).expect("it is above");
        assert_eq!(breach.to_string(), "cpu was 136 %, the limit is 135 % (90 % of 150 %)");
    }

    #[test]
    fn the_limit_itself_meets_it() {
        let watch = Watch::value("host", "threads", 100.0).in_a_row(1);
        assert_eq!(judge(watch, &[99.0, 100.0], None), [false, true]);
    }

    #[test]
    fn one_value_alone_is_a_hiccup_unless_one_is_enough() {
        let watch = Watch::value("host", "cpu", 0.9);
        assert_eq!(judge(watch.clone(), &[0.95, 0.2, 0.95, 0.95], None), [false, false, false, true]);
        assert_eq!(judge(watch.in_a_row(0), &[0.95], None), [true]);
    }

    #[test]
    fn a_limit_that_is_raised_counts_from_then_on() {
        let mut sentry = Sentry::new(Watch::share("container:db", "cpu", 0.9).in_a_row(1));
        assert!(sentry.judge(1, 1.4, Unit::Ratio, Some(2.0)).is_none());
        assert!(sentry.judge(2, 1.4, Unit::Ratio, Some(1.5)).is_some());
    }

    #[test]
    fn a_share_of_nobody_knows_what_is_never_met_and_says_so() {
        let mut sentry = Sentry::new(Watch::share("container:db", "memory", 0.9));
        assert!(sentry.judge(1, f64::MAX, Unit::Bytes, None).is_none());
        insta::assert_snapshot!(sentry.blindness().expect("it has watched nothing"), @"the watch on memory of container:db watched nothing: it never had a value, or nobody knows how much there can be");
    }

    #[test]
    fn a_watch_that_had_a_value_was_not_blind() {
        let mut sentry = Sentry::new(Watch::value("host", "cpu", 0.9));
        assert!(sentry.blindness().is_some());
        sentry.judge(1, 0.1, Unit::Ratio, None);
        assert_eq!(sentry.blindness(), None);
    }
}
