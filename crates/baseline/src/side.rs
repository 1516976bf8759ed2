//! The runs of a set that speak for it, by workload.

use plimsoll_metrics::contradiction;
use plimsoll_metrics::stats::median;
use plimsoll_model::{Caveat, Condition, MetricRef, Run, Set, SetRun, Side, Status, Unit};

use crate::figure::{self, Missing};

/// The runs of one workload, in their order; never none.
#[derive(Debug)]
pub(crate) struct Workload<'a> {
    pub(crate) name: &'a str,
    pub(crate) runs: Vec<&'a SetRun>,
}

/// A figure over the runs of a workload.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    /// The median of the runs, in the metric's base unit.
    pub(crate) value: f64,
    /// The value of each run, in their order.
    pub(crate) values: Vec<f64>,
    /// The fewest operations or samples behind one run's value.
    pub(crate) samples: u64,
    /// Whether one of the values is only a lower bound.
    pub(crate) censored: bool,
}

/// The workloads of a set, in the order in which they first took place.
///
/// Runs of side A are left out: in an A/B set they stand for the other system.
pub(crate) fn workloads(set: &Set) -> Vec<Workload<'_>> {
    by_workload(set.runs.iter().filter(|run| run.side != Some(Side::A)))
}

/// Runs by workload, in the order in which the workloads first took place.
pub(crate) fn by_workload<'a>(runs: impl IntoIterator<Item = &'a SetRun>) -> Vec<Workload<'a>> {
    let mut workloads: Vec<Workload<'_>> = Vec::new();
    for run in runs {
        match workloads.iter_mut().find(|workload| workload.name == run.workload) {
            Some(workload) => workload.runs.push(run),
            None => workloads.push(Workload { name: &run.workload, runs: vec![run] }),
        }
    }
    workloads
}

impl<'a> Workload<'a> {
    /// The runs themselves.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &'a Run> {
        self.runs.iter().map(|run| &run.run)
    }

    /// Whether a scenario or a step of that name was measured.
    pub(crate) fn has_part(&self, name: &str) -> bool {
        self.runs().any(|run| {
            run.scenarios
                .iter()
                .any(|scenario| scenario.name == name || scenario.steps.iter().any(|step| step.name == name))
        })
    }

    /// Why no figure of this workload means anything; `None` when nothing is wrong.
    ///
    /// Bad runs are not left out one by one: what made one bad may be what is looked for.
    pub(crate) fn flaw(&self) -> Option<String> {
        let invalid = |run: &&SetRun| {
            let is_invalid = run.run.verdict.status == Status::Invalid;
            let reason = run.run.verdict.reasons.first().map_or("no reason given", String::as_str);
            is_invalid.then(|| format!("run {} of {} is invalid: {reason}", run.iteration, self.name))
        };
        let contradicting = |run: &&SetRun| {
            let what = contradiction(&run.run)?;
            Some(format!("run {} of {} contradicts itself: {what}", run.iteration, self.name))
        };
        self.runs.iter().find_map(invalid).or_else(|| self.runs.iter().find_map(contradicting))
    }

    /// The doubt that an interrupted run leaves; `None` without one.
    pub(crate) fn interruption(&self) -> Option<Caveat> {
        let run = self.runs.iter().find(|run| run.run.verdict.status == Status::Interrupted)?;
        let message =
            format!("run {} of {} was interrupted; its figures are partial", run.iteration, self.name);
        Some(Caveat::new("interrupted", message))
    }

    /// The median of a metric over all runs. One run without it is enough for the whole to be missing.
    pub(crate) fn measure(&self, metric: &MetricRef) -> Result<Measured, Missing> {
        let observed: Vec<_> =
            self.runs().map(|run| figure::observe(run, metric)).collect::<Result<_, _>>()?;
        let values: Vec<f64> = observed.iter().map(|observed| observed.value).collect();
        Ok(Measured {
            value: median(&values).expect("a workload has at least one run"),
            values,
            samples: observed.iter().map(|observed| observed.samples).min().unwrap_or(0),
            censored: observed.iter().any(|observed| observed.censored),
        })
    }

    /// The same for the metric of a condition, and whether a run has too little to tell whether it holds.
    pub(crate) fn evaluate(&self, condition: &Condition) -> Result<(Measured, bool), Missing> {
        let mut is_doubtful = false;
        for run in self.runs() {
            let (_, status) = figure::evaluate(run, condition)?;
            is_doubtful |= status == Status::Inconclusive;
        }
        Ok((self.measure(&condition.metric)?, is_doubtful))
    }

    /// The base unit of a metric; `None` when no run has it.
    pub(crate) fn unit(&self, metric: &MetricRef) -> Option<Unit> {
        self.runs().find_map(|run| figure::unit(run, metric))
    }
}
