//! What is known of runs and of the set as a whole.

use plimsoll_model::{Procedure, Run, Set, TargetKind};

use super::exposition::{Family, Labels, Type};

/// Resources of each run, how metrics stand against an earlier set, and when the set was complete.
pub(super) fn families<'a>(set: &Set, runs: impl Iterator<Item = (Labels, &'a Run)>) -> [Family; 4] {
    let gauge = |name, help| Family::new(name, Type::Gauge, help);
    let mut cpu = gauge("plimsoll_cpu_ratio", "CPU time of the host taken, 0 to 1, on average over the run.");
    let mut memory =
        gauge("plimsoll_memory_ratio", "Memory taken as a share of what there is, 0 to 1, on average.");
    for (labels, run) in runs {
        for series in &run.resources {
            let labels = labels.with("target", &series.target);
            let Some(mean) = series.summary.mean else { continue };
            match (series.metric.as_str(), series.kind) {
                // Of anything else it is a number of cores.
                ("cpu", TargetKind::Host) => cpu.sample(&labels, mean),
                ("memory_share", _) => memory.sample(&labels, mean),
                _ => {}
            }
        }
    }
    let mut completed = gauge("plimsoll_completed_timestamp_seconds", "When the set was complete.");
    // An empty set says nothing, not even this.
    if !set.runs.is_empty() {
        completed.sample(&Labels::default(), set.completed_at.since_epoch().as_secs_f64());
    }
    [cpu, memory, against_baseline(set), completed]
}

fn against_baseline(set: &Set) -> Family {
    let help = "A metric as a multiple of what the earlier result had.";
    let mut family = Family::new("plimsoll_baseline_ratio", Type::Gauge, help);
    for comparison in set.comparisons.iter().filter(|one| one.procedure != Procedure::Targets) {
        for row in &comparison.metrics {
            let mut labels = Labels::default().with("workload", &row.workload);
            if let Some(scenario) = &row.scenario {
                labels = labels.with("scenario", scenario);
            }
            if let Some(ratio) = row.ratio {
                family.sample(&labels.with("metric", &row.metric), ratio);
            }
        }
    }
    family
}
