//! The rules, each in a file of its own.

mod collector;
mod contention;
mod cpu;
mod disk;
mod drops;
mod errors;
mod generator;
mod growth;
mod io_wait;
pub(super) mod leak;
mod loss;
mod memory;
mod network;
mod one_core;
mod out_of_memory;
mod queue;
mod regression;
mod swap;
mod tail;

use plimsoll_model::{Comparison, MetricComparison, ResourceSeries, ScenarioResult};

use super::insight::Insight;
use super::place::Place;

pub(super) use generator::RULE as GENERATOR;

/// A rule, by what it looks at one after the other.
pub(super) enum Rule {
    /// Each run as a whole.
    Run(fn(Place<'_>) -> Vec<Insight>),
    /// Each scenario of each run.
    Scenario(fn(Place<'_>, &ScenarioResult) -> Option<Insight>),
    /// Each series of a metric.
    Resource(&'static str, fn(Place<'_>, &ResourceSeries) -> Option<Insight>),
    /// Each metric of each comparison.
    Comparison(fn(&Comparison, &MetricComparison) -> Option<Insight>),
}

/// All rules. Of findings that are equally grave, those of an earlier rule come first.
pub(super) const RULES: [Rule; 21] = [
    Rule::Run(generator::find),
    Rule::Run(out_of_memory::find),
    Rule::Scenario(errors::find),
    Rule::Scenario(drops::find),
    Rule::Resource(cpu::METRIC, cpu::find),
    Rule::Resource(cpu::METRIC, one_core::find),
    Rule::Resource(memory::METRIC, memory::find),
    Rule::Resource(swap::METRIC, swap::find),
    Rule::Resource(memory::METRIC, collector::find),
    Rule::Resource(contention::METRIC, contention::find),
    Rule::Resource(io_wait::METRIC, io_wait::find),
    Rule::Resource(disk::METRIC, disk::find),
    Rule::Scenario(queue::find),
    Rule::Resource("network_receive", network::find),
    Rule::Resource("network_transmit", network::find),
    Rule::Resource(loss::DROPS, loss::find),
    Rule::Resource(loss::ERRORS, loss::find),
    Rule::Resource(loss::RETRANSMITS, loss::find),
    Rule::Scenario(tail::find),
    Rule::Scenario(growth::find),
    Rule::Comparison(regression::find),
];
