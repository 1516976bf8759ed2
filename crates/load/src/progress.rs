//! Looking at a run while it goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use plimsoll_metrics::num::per_second;
use plimsoll_metrics::{Nanos, Timeline};
use plimsoll_model::{Activity, Plan, Snapshot};

use crate::collector::Collector;
use crate::lane::LanePlan;

/// What a lane has done so far, in all phases.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    pub(crate) started: u64,
    pub(crate) completed: u64,
    pub(crate) errors: u64,
    pub(crate) dropped: u64,
}

/// The same where others can read it. Only its lane writes.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    started: AtomicU64,
    completed: AtomicU64,
    errors: AtomicU64,
    dropped: AtomicU64,
    in_flight: AtomicU64,
}

impl Gauges {
    pub(crate) fn publish(&self, progress: &Progress, in_flight: u64) {
        self.started.store(progress.started, Ordering::Relaxed);
        self.completed.store(progress.completed, Ordering::Relaxed);
        self.errors.store(progress.errors, Ordering::Relaxed);
        self.dropped.store(progress.dropped, Ordering::Relaxed);
        self.in_flight.store(in_flight, Ordering::Relaxed);
    }
}

/// Makes snapshots of a run.
pub(crate) struct Observatory {
    pub(crate) plan: Arc<Plan>,
    pub(crate) lane_plan: Arc<LanePlan>,
    pub(crate) gauges: Vec<Arc<Gauges>>,
    pub(crate) collector: Arc<Collector>,
    pub(crate) timeline: Timeline,
}

impl Observatory {
    /// How the run stands, with the rate since the snapshot before.
    pub(crate) fn look(&self, before: Option<&Snapshot>, is_over: bool) -> Snapshot {
        let elapsed_ns = self.timeline.now();
        let sum =
            |of: fn(&Gauges) -> &AtomicU64| self.gauges.iter().map(|g| of(g).load(Ordering::Relaxed)).sum();
        let completed: u64 = sum(|gauges| &gauges.completed);
        let (completed_before, elapsed_before) = before.map_or((0, 0), |s| (s.completed, s.elapsed_ns));
        let last = self.collector.last();
        let planned_ns = self.plan.phases.iter().map(|phase| phase.profile.length_ns()).sum();
        let phase = self.lane_plan.phases.iter().rposition(|phase| phase.start <= elapsed_ns).unwrap_or(0);
        Snapshot {
            name: self.plan.name.clone(),
            activity: activity(planned_ns, elapsed_ns, is_over),
            phase: self.plan.phases.get(phase).map_or_else(String::new, |phase| phase.name.clone()),
            elapsed_ns,
            planned_ns,
            planned: self.planned(),
            target_per_s: self.target(phase, elapsed_ns),
            started: sum(|gauges| &gauges.started),
            completed,
            errors: sum(|gauges| &gauges.errors),
            dropped: sum(|gauges| &gauges.dropped),
            in_flight: sum(|gauges| &gauges.in_flight),
            rate_per_s: per_second(completed.saturating_sub(completed_before), elapsed_ns - elapsed_before),
            p50_ns: last.map(|brief| brief.p50),
            p99_ns: last.map(|brief| brief.p99),
        }
    }

    fn planned(&self) -> Option<u64> {
        let of_phase = |phase: &crate::lane::LanePhase| match (&phase.schedule, &phase.crowd) {
            (Some(schedule), _) => Some(schedule.total()),
            (None, Some(crowd)) => crowd.planned(),
            (None, None) => Some(0),
        };
        self.lane_plan.phases.iter().map(of_phase).sum()
    }

    fn target(&self, phase: usize, elapsed_ns: Nanos) -> Option<f64> {
        let phase = self.lane_plan.phases.get(phase)?;
        phase.schedule.as_ref().map(|schedule| schedule.rate_at(elapsed_ns.saturating_sub(phase.start)))
    }
}

fn activity(planned_ns: Option<u64>, elapsed_ns: Nanos, is_over: bool) -> Activity {
    match planned_ns {
        _ if is_over => Activity::Done,
        Some(planned_ns) if elapsed_ns > planned_ns => Activity::Draining,
        _ => Activity::Running,
    }
}
