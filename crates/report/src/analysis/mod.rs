//! What the figures of a set say about the system: rules, each with its evidence.
//!
//! A rule is a pure function of the set. It finds something only where a figure has crossed its limit, and
//! what it recommends names the rule and the figures, so that a reader can check it.

mod capacity;
mod cpu;
mod drops;
mod errors;
mod generator;
mod insight;
mod memory;
mod queue;
mod regression;

use std::cmp::Reverse;

use plimsoll_model::{Analysis, Set};

use insight::Insight;

/// A rule.
type Rule = fn(&Set) -> Vec<Insight>;

const RULES: [Rule; 7] =
    [generator::find, errors::find, drops::find, cpu::find, memory::find, queue::find, regression::find];

/// Findings and recommendations from the figures of a set, the gravest and most urgent first.
///
/// What other estimators stored in the set before, scaling and leaks, is kept. The caller stores the result
/// in the set, and renderers print it.
///
/// | rule | finds |
/// |---|---|
/// | `generator_saturated` | open model: schedule lag p99 above 1 ms and above 10 % of the response p50; or the generator's own CPU above 80 % |
/// | `error_rate` | a scenario with more than 1 % errors |
/// | `drops` | arrivals that were dropped |
/// | `cpu_saturation` | average CPU above 80 % of what a target may use, with at most 10 % I/O wait |
/// | `memory_nearly_full` | peak memory above 90 % of what a target may use |
/// | `queue_build_up` | more than a quarter of the mean response time spent waiting to start |
/// | `regression` | each metric that a comparison calls a regression |
#[must_use]
pub fn analyze(set: &Set) -> Analysis {
    let insights: Vec<Insight> = RULES.iter().flat_map(|rule| rule(set)).collect();
    let mut analysis = set.analysis.clone().unwrap_or_default();
    (analysis.findings, analysis.recommendations) =
        insights.into_iter().map(|insight| (insight.finding, insight.recommendation)).unzip();
    analysis.findings.sort_by_key(|finding| Reverse(finding.severity));
    analysis.recommendations.sort_by_key(|advice| Reverse(advice.priority));
    analysis
}
