//! A run in its set: what a rule looks at.

use plimsoll_model::{Environment, ResourceSeries, Run, Set};

use super::level::Level;
use crate::format;
use crate::page::run_label;

/// One run, and the set that it is part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    set: &'a Set,
    pub(super) index: usize,
    pub(super) run: &'a Run,
}

impl<'a> Place<'a> {
    /// All runs of a set.
    pub(super) fn all(set: &'a Set) -> impl Iterator<Item = Place<'a>> {
        set.runs.iter().enumerate().map(move |(index, place)| Place { set, index, run: &place.run })
    }

    /// Where it was measured.
    pub(super) fn environment(&self) -> &'a Environment {
        &self.set.environment
    }

    /// A name with the run it belongs to, where a set has several.
    pub(super) fn subject(&self, name: &str) -> String {
        match self.set.runs.len() {
            0 | 1 => name.to_owned(),
            _ => format!("{name} ({})", self.label()),
        }
    }

    /// What tells the run from the others of its set.
    pub(super) fn label(&self) -> String {
        run_label(self.set, &self.set.runs[self.index])
    }

    /// The step of a protocol that it is, where it is one.
    pub(super) fn step(&self) -> Option<&'a str> {
        self.set.runs[self.index].step.as_deref()
    }

    /// The load that it was under, after a figure: ` at 5,000/s`. Empty where the load was not one level.
    pub(super) fn load(&self) -> String {
        Level::of_plan(&self.run.plan).map(|level| format!(" {}", level.phrase())).unwrap_or_default()
    }

    /// The series of one metric.
    pub(super) fn series<'m>(
        &self,
        metric: &'m str,
    ) -> impl Iterator<Item = &'a ResourceSeries> + use<'a, 'm> {
        self.run.resources.iter().filter(move |series| series.metric == metric)
    }

    /// The average of a metric of the machine; `None` where it was not sampled.
    pub(super) fn host_mean(&self, metric: &str) -> Option<f64> {
        self.of("host", metric).and_then(mean_of)
    }

    /// The series of one metric of one target.
    pub(super) fn of(&self, target: &str, metric: &str) -> Option<&'a ResourceSeries> {
        self.run.resources.iter().find(|series| series.target == target && series.metric == metric)
    }
}

/// A figure of a series as conditions name it: `cpu.mean(host) = 87.4 %`.
pub(super) fn figure(series: &ResourceSeries, stat: &str, value: f64) -> String {
    format!("{}.{stat}({}) = {}", series.metric, series.target, format::value(value, series.unit))
}

/// The average of a series; `None` where there is none.
pub(super) fn mean_of(series: &ResourceSeries) -> Option<f64> {
    series.summary.mean.filter(|mean| mean.is_finite())
}

/// The largest value of a series; `None` where there is none.
pub(super) fn peak_of(series: &ResourceSeries) -> Option<f64> {
    series.summary.peak.filter(|peak| peak.is_finite())
}
