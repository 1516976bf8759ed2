//! A run that goes on.

use std::io;

use plimsoll_metrics::NANOS_PER_SECOND;
use plimsoll_metrics::num::to_f64;
use plimsoll_model::Snapshot;

use super::exposition::{Family, Labels, Type};
use super::seconds;

/// Prints how a run stands.
pub(super) fn write(now: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
    let labels = Labels::default().with("workload", &now.name);
    let single = |name, kind, help, value: Option<f64>| {
        let mut family = Family::new(name, kind, help);
        value.into_iter().for_each(|value| family.sample(&labels, value));
        family
    };
    let counter = |name, help, value| single(name, Type::Counter, help, Some(to_f64(value)));
    let gauge = |name, help, value| single(name, Type::Gauge, help, value);
    let mut latency = Family::new(
        "plimsoll_live_latency_seconds",
        Type::Gauge,
        "Response time of the last window, by quantile.",
    );
    for (quantile, value) in [("0.5", now.p50_ns), ("0.99", now.p99_ns)] {
        value.into_iter().for_each(|ns| latency.sample(&labels.with("q", quantile), seconds(ns)));
    }
    let elapsed = to_f64(now.elapsed_ns) / to_f64(NANOS_PER_SECOND);
    let families = [
        counter("plimsoll_live_started_total", "Operations started, in all phases.", now.started),
        counter("plimsoll_live_completed_total", "Operations ended, in whatever way.", now.completed),
        counter("plimsoll_live_errors_total", "Operations ended in an error.", now.errors),
        counter("plimsoll_live_dropped_total", "Arrivals dropped.", now.dropped),
        gauge("plimsoll_live_in_flight", "Operations in flight.", Some(to_f64(now.in_flight))),
        gauge("plimsoll_live_target_per_second", "Rate that the plan asks for now.", now.target_per_s),
        gauge("plimsoll_live_elapsed_seconds", "Since the start of the run.", Some(elapsed)),
        latency,
    ];
    families.iter().try_for_each(|family| family.write(out))
}
