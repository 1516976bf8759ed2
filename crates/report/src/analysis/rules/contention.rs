//! Threads hand over more than they work.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{ResourceSeries, Severity};

use super::cpu;
use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, mean_of};
use crate::format;

/// Context switches of the machine in each second.
pub(super) const METRIC: &str = "context_switches";

/// Switches in each second for each core above which handing over costs more than it gives.
const PER_CORE: f64 = 10_000.0;

/// Switches for each operation above which they are not explained by the operations themselves.
const PER_OPERATION: f64 = 10.0;

/// Share of the machine up to which CPU is not what the threads wait for.
const CPU_LEFT: f64 = 0.8;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let cores = Some(to_f64(place.environment().cores)).filter(|cores| *cores > 0.0)?;
    let operations: f64 = place.run.scenarios.iter().map(|scenario| scenario.throughput.achieved_per_s).sum();
    let cpu = place.host_mean(cpu::METRIC).filter(|cpu| *cpu <= CPU_LEFT)?;
    let switches = mean_of(series)?;
    let (per_core, per_operation) = (switches / cores, switches / operations);
    let is_found = per_core > PER_CORE && per_operation > PER_OPERATION && per_operation.is_finite();
    if !is_found {
        return None;
    }
    let subject = place.subject(&series.target);
    let message = format!(
        "threads of {subject} changed places {} for each core{}, above {}, while CPU was left",
        format::rate(per_core),
        place.load(),
        format::rate(PER_CORE)
    );
    let mut evidence = vec![
        figure(series, "mean", switches),
        format!(
            "{} for each operation, above {}",
            format::number(per_operation),
            format::number(PER_OPERATION)
        ),
        format!("cpu.mean(host) = {}", format::share(cpu)),
    ];
    let threads = place.series("threads").filter_map(|series| Some(figure(series, "mean", mean_of(series)?)));
    evidence.extend(threads);
    Some(Insight {
        rule: "thread_contention",
        severity: Severity::Medium,
        subject,
        message,
        advice: "threads wait for each other and not for a core, so neither more cores nor more instances on this \
                 machine help: look for a shared lock, a pool that is too small, or more threads than cores"
            .to_owned(),
        evidence,
    })
}
