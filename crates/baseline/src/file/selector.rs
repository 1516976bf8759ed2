//! Which figures a threshold is about.

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::str::FromStr;

use plimsoll_model::{Metric, MetricError, MetricRef, Run};
use serde::{Deserialize, Deserializer};

use super::text::parsed;

/// One metric (`p95`, `p99(write)`), or a resource of every target that was sampled (`memory.peak`).
#[derive(Debug, Clone, PartialEq)]
pub struct Selector(MetricRef);

impl Selector {
    /// The metric; of a resource without a target, that of every target is meant.
    #[must_use]
    pub fn metric(&self) -> &MetricRef {
        &self.0
    }

    /// The metrics meant, given the runs of both sides: one, or one for each target that either side sampled.
    pub(crate) fn expand<'a>(&self, runs: impl Iterator<Item = &'a Run>) -> Vec<MetricRef> {
        let MetricRef { metric: Metric::Resource { name, .. }, scope: None } = &self.0 else {
            return vec![self.0.clone()];
        };
        let series = runs.flat_map(|run| &run.resources).filter(|series| series.metric == *name);
        let targets: BTreeSet<&str> = series.map(|series| series.target.as_str()).collect();
        targets.into_iter().map(|target| self.0.clone().of(target)).collect()
    }
}

impl From<MetricRef> for Selector {
    fn from(metric: MetricRef) -> Selector {
        Selector(metric)
    }
}

impl FromStr for Selector {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Self, MetricError> {
        if text.contains('(') {
            return text.parse().map(Selector);
        }
        // A resource belongs to a target; here any will do, and "every" stands for it while parsing.
        match format!("{}(every)", text.trim()).parse() {
            Ok(MetricRef { metric, .. }) => Ok(Selector(MetricRef::of_run(metric))),
            Err(_) => text.parse().map(Selector),
        }
    }
}

impl Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "a metric such as p95, error_rate or memory.peak")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in ["p95", "p99(write)", "memory.peak", "memory.peak(container:db)"] {
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_metric_is_refused() {
        for text in ["", "memory", "p95x", "memory.most", "memory.peak()"] {
            assert!(text.parse::<Selector>().is_err(), "{text}");
        }
    }
}
