//! Carrying a load out.

use std::sync::Arc;
use std::time::Duration;

use plimsoll_metrics::num::ratio;
use plimsoll_metrics::{Clock, Nanos, Rules, Timeline, VirtualClock, WindowLog, thread_cpu_ns};
use plimsoll_model::{GeneratorMode, PhaseKind, Plan, PlanError, Profile, Run, Snapshot};
use tokio::sync::watch;

use crate::builder::{Load, Mode};
use crate::collector::{Collecting, Collector};
use crate::lane::{Crowd, Lane, LaneParts, LanePhase, LanePlan, LaneReport, Pause};
use crate::progress::{Gauges, Observatory};
use crate::result::Ended;
use crate::tenants::Tenants;
use crate::{Mix, RateSchedule, StopHandle, result, virtual_time};

/// How often a snapshot is made.
const SNAPSHOT_INTERVAL: Duration = Duration::from_millis(250);

/// Most windows of a planned run; beyond, windows are longer from the start.
const MAX_WINDOWS: u64 = 1_200;

/// Why a load could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The plan cannot be run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A thread or a runtime could not be started.
    #[error("a thread for the load could not be started")]
    Thread(#[source] std::io::Error),
    /// A part of the engine ended without a report: a defect of plimsoll.
    #[error("a worker ended without a report: {0}")]
    WorkerLost(String),
    /// An operation took no virtual time, so that it went on for ever.
    #[error("a million operations took no virtual time; wait with cx.sleep in each, or run in real time")]
    NoVirtualTime,
}

/// Carries out a load whose plan has been checked.
pub(crate) async fn run(mut load: Load) -> Result<Run, LoadError> {
    let seed = load.chosen_seed();
    load.plan.window_ns = window_length(&load);
    let clock = match load.mode {
        Mode::Virtual => Clock::Virtual(Arc::new(VirtualClock::new())),
        _ => Clock::System,
    };
    let lanes = lane_count(&load);
    let job = Job::new(&load, seed, lanes);
    let mode = load.mode;
    let mut observers = std::mem::take(&mut load.observers);
    let guard = CancelOnDrop(Some(load.stop.clone()));
    let timeline = Timeline::start(clock.clone());
    observers.iter_mut().for_each(|observer| observer.start(&timeline, &job.document));

    let reports = match (mode, &clock) {
        (Mode::Virtual, Clock::Virtual(clock)) => {
            run_virtual(&job, &timeline, clock, load.stop.clone()).await?
        }
        (Mode::Dedicated(_), _) => run_dedicated(&job, &timeline, &load.stop, &load.snapshots).await?,
        _ => run_here(&job, &timeline, &load.stop, &load.snapshots).await?,
    };
    guard.disarm();
    if reports.iter().any(|report| report.lane.stood_still) {
        return Err(LoadError::NoVirtualTime);
    }
    let last = load.snapshots.borrow().clone();
    load.snapshots.send_replace(Some(job.observatory(&timeline).look(last.as_ref(), true)));
    let ended = Ended {
        plan: load.plan,
        lane_plan: &job.plan,
        seed,
        mode: generator_mode(mode),
        cpu_ratio: cpu_ratio(&reports),
        reports: reports.iter().map(|report| report.lane).collect(),
        log: job.collector.take_log(job.log()),
        by_tenant: job.collector.take_by_tenant(),
        stop: load.stop.reason(),
        timeline: &timeline,
    };
    let mut run = result::assemble(ended);
    observers.into_iter().for_each(|observer| observer.finish(&mut run));
    result::conclude(&mut run);
    Ok(run)
}

/// What all lanes of a run share, and where they deliver.
struct Job {
    document: Arc<Plan>,
    plan: Arc<LanePlan>,
    lanes: usize,
    collector: Arc<Collector>,
    gauges: Vec<Arc<Gauges>>,
}

/// A lane's report, with the CPU time of its thread where that carried nothing else.
struct Report {
    lane: LaneReport,
    cpu_ns: Option<Nanos>,
}

impl Job {
    fn new(load: &Load, seed: u64, lanes: usize) -> Job {
        let plan = Arc::new(lane_plan(load, seed));
        let names: Vec<String> = load.plan.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
        let is_open = is_open(&load.plan);
        let measured_end = plan.phases.iter().filter(|phase| phase.is_measured).map(|phase| phase.end).max();
        let rules = Rules::new(&load.plan.abort_rules, &names, measured_end.unwrap_or(0));
        let stop = load.stop.clone();
        let log = WindowLog::new(names, is_open, lanes, plan.window_origin, plan.window_length)
            .watched(rules, move |broken| stop.stop_for(broken.stop(0)));
        let has_thread = load.mode != Mode::Virtual;
        Job {
            document: Arc::new(load.plan.clone()),
            collector: Collector::new(plan.operations.len(), load.tenants.len(), is_open, has_thread, log),
            gauges: (0..lanes).map(|_| Arc::default()).collect(),
            plan,
            lanes,
        }
    }

    /// An empty log, to leave behind for the one that is taken.
    fn log(&self) -> WindowLog {
        WindowLog::new(Vec::new(), false, 0, 0, 1)
    }

    fn lane(&self, index: usize, timeline: &Timeline, control: &StopHandle) -> LaneParts {
        LaneParts {
            plan: Arc::clone(&self.plan),
            index,
            lanes: self.lanes,
            timeline: timeline.clone(),
            control: control.clone(),
            collector: Arc::clone(&self.collector),
            gauges: Arc::clone(&self.gauges[index]),
        }
    }

    fn observatory(&self, timeline: &Timeline) -> Observatory {
        Observatory {
            plan: Arc::clone(&self.document),
            lane_plan: Arc::clone(&self.plan),
            gauges: self.gauges.clone(),
            collector: Arc::clone(&self.collector),
            timeline: timeline.clone(),
        }
    }
}

/// Runs under the virtual clock, on a thread of its own so that the caller's runtime is not held up.
async fn run_virtual(
    job: &Job,
    timeline: &Timeline,
    clock: &Arc<VirtualClock>,
    control: StopHandle,
) -> Result<Vec<Report>, LoadError> {
    let parts = job.lane(0, timeline, &control);
    let clock = Arc::clone(clock);
    let report = on_thread("plimsoll-virtual".into(), move || {
        virtual_time::block_on(&clock, async { tokio::spawn(Lane::new(parts)).await })
    })?;
    let report = report.await.map_err(lost)?.map_err(LoadError::Thread)?.map_err(lost)?;
    Ok(vec![Report { lane: report, cpu_ns: None }])
}

/// Runs on the caller's runtime, one lane for each of its workers.
async fn run_here(
    job: &Job,
    timeline: &Timeline,
    control: &StopHandle,
    snapshots: &watch::Sender<Option<Snapshot>>,
) -> Result<Vec<Report>, LoadError> {
    let collecting = job.collector.spawn().map_err(LoadError::Thread)?;
    let lanes: Vec<_> = (0..job.lanes)
        .map(|index| tokio::spawn(tokio::task::unconstrained(Lane::new(job.lane(index, timeline, control)))))
        .collect();
    let watching = watch_over(job.observatory(timeline), snapshots);
    let mut reports = Vec::with_capacity(lanes.len());
    for lane in lanes {
        reports.push(Report { lane: lane.await.map_err(lost)?, cpu_ns: None });
    }
    end(watching).await;
    finish_collecting(collecting).await?;
    Ok(reports)
}

/// Runs on threads of its own, one lane and one runtime for each.
async fn run_dedicated(
    job: &Job,
    timeline: &Timeline,
    control: &StopHandle,
    snapshots: &watch::Sender<Option<Snapshot>>,
) -> Result<Vec<Report>, LoadError> {
    let collecting = job.collector.spawn().map_err(LoadError::Thread)?;
    let mut lanes = Vec::with_capacity(job.lanes);
    for index in 0..job.lanes {
        let parts = job.lane(index, timeline, control);
        let lane = on_thread(format!("plimsoll-load-{index}"), move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let lane = runtime.block_on(async { tokio::task::unconstrained(Lane::new(parts)).await });
            std::io::Result::Ok(Report { lane, cpu_ns: thread_cpu_ns() })
        })?;
        lanes.push(lane);
    }
    let watching = watch_over(job.observatory(timeline), snapshots);
    let mut reports = Vec::with_capacity(lanes.len());
    for lane in lanes {
        reports.push(lane.await.map_err(lost)?.map_err(LoadError::Thread)?);
    }
    end(watching).await;
    finish_collecting(collecting).await?;
    Ok(reports)
}

/// Sends snapshots until it is aborted.
fn watch_over(observatory: Observatory, snapshots: &watch::Sender<Option<Snapshot>>) -> Watching {
    let snapshots = snapshots.clone();
    let watching = async move {
        let mut interval = tokio::time::interval(SNAPSHOT_INTERVAL);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut last = None;
        loop {
            interval.tick().await;
            let snapshot = observatory.look(last.as_ref(), false);
            last = Some(snapshot.clone());
            snapshots.send_replace(Some(snapshot));
        }
    };
    Watching(tokio::spawn(watching))
}

/// The task that watches a run. It ends when this is dropped, so that a run that is given up leaves none.
struct Watching(tokio::task::JoinHandle<()>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ends the watching for good, so that no snapshot comes after the last one.
async fn end(mut watching: Watching) {
    watching.0.abort();
    // It was aborted: that it did not end by itself is what is expected.
    let _ = (&mut watching.0).await;
}

/// Waits until all windows are merged.
async fn finish_collecting(collecting: Collecting) -> Result<(), LoadError> {
    let Some(thread) = collecting.finish() else { return Ok(()) };
    let joined = tokio::task::spawn_blocking(move || thread.join()).await.map_err(lost)?;
    joined.map_err(|_| LoadError::WorkerLost("the collector panicked".into()))
}

/// Runs a function on a thread of its own; its result can be awaited.
fn on_thread<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<tokio::sync::oneshot::Receiver<T>, LoadError> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let work = move || drop(sender.send(work()));
    std::thread::Builder::new().name(name).spawn(work).map_err(LoadError::Thread)?;
    Ok(receiver)
}

fn lost(error: impl std::fmt::Display) -> LoadError {
    LoadError::WorkerLost(error.to_string())
}

/// Cancels the run when its future is dropped before the end.
struct CancelOnDrop(Option<StopHandle>);

impl CancelOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(stop) = &self.0 {
            stop.cancel();
        }
    }
}

fn lane_plan(load: &Load, seed: u64) -> LanePlan {
    let plan = &load.plan;
    let weights: Vec<u64> = plan.scenarios.iter().map(|scenario| scenario.weight).collect();
    let phases = lane_phases(plan, seed);
    let mix = Mix::new(&weights, plan.mix, seed);
    LanePlan {
        operations: load.operations.clone(),
        tenants: Tenants::of(&load.tenants, &mix),
        mix,
        window_origin: phases.iter().find(|phase| phase.is_measured).map_or(0, |phase| phase.start),
        phases,
        shard: load.shard.clone(),
        seed,
        in_flight: plan.in_flight,
        overload: plan.overload,
        timeout: plan.timeout_ns,
        drain: plan.drain_ns,
        pause: Pause::of(plan, seed),
        spin: load.spin_ns(),
        slice: load.slice_ns(),
        window_length: plan.window_ns,
    }
}

fn lane_phases(plan: &Plan, seed: u64) -> Vec<LanePhase> {
    let mut start = 0u64;
    let phase = |(index, phase): (usize, &plimsoll_model::PlannedPhase)| {
        let end = phase.profile.length_ns().map_or(Nanos::MAX, |length| start.saturating_add(length));
        // Each phase draws gaps of its own.
        let schedule = RateSchedule::of(&phase.profile, seed.wrapping_add(index as u64));
        let crowd = Crowd::of(&phase.profile);
        let is_measured = phase.kind == PhaseKind::Measure;
        let lane_phase = LanePhase { start, end, is_measured, in_time_until: end, schedule, crowd };
        start = end;
        lane_phase
    };
    let mut phases: Vec<_> = plan.phases.iter().enumerate().map(phase).collect();
    for index in (1..phases.len()).rev() {
        if phases[index].is_measured {
            phases[index - 1].in_time_until = phases[index].in_time_until;
        }
    }
    phases
}

/// Whether the measured phases are open.
fn is_open(plan: &Plan) -> bool {
    plan.phases.iter().any(|phase| phase.kind == PhaseKind::Measure && phase.profile.is_open())
}

/// A second, or the power of two of it that keeps the planned windows within bounds.
fn window_length(load: &Load) -> Nanos {
    if let Some(window) = load.window {
        return u64::try_from(window.as_nanos()).unwrap_or(Nanos::MAX);
    }
    // Windows begin with the first measured phase.
    let phases = load.plan.phases.iter().skip_while(|phase| phase.kind != PhaseKind::Measure);
    let planned: Nanos = phases.filter_map(|phase| phase.profile.length_ns()).sum();
    let mut length = load.plan.window_ns;
    while planned / length > MAX_WINDOWS {
        length *= 2;
    }
    length
}

/// One lane for each thread, but none without a place for an operation in flight, nor, where operations are
/// shared out, without a user to do them.
fn lane_count(load: &Load) -> usize {
    let threads = match load.mode {
        Mode::Virtual => 1,
        Mode::Dedicated(threads) => threads,
        Mode::Caller => {
            tokio::runtime::Handle::try_current().map_or(1, |handle| handle.metrics().num_workers())
        }
    };
    let sharing_users = load.plan.phases.iter().filter_map(|phase| match phase.profile {
        Profile::Iterations { users, .. } => Some(load.shard.count(users)),
        _ => None,
    });
    let most = sharing_users.chain([load.plan.in_flight]).min().unwrap_or(1);
    threads.min(usize::try_from(most).unwrap_or(usize::MAX)).max(1)
}

fn generator_mode(mode: Mode) -> GeneratorMode {
    match mode {
        Mode::Caller => GeneratorMode::CallerRuntime,
        Mode::Dedicated(_) => GeneratorMode::DedicatedThreads,
        Mode::Virtual => GeneratorMode::Virtual,
    }
}

/// CPU time of the generator's threads as a share of their time, the busiest of them. To look at the clock
/// until it is time is no work that a faster machine would do faster.
fn cpu_ratio(reports: &[Report]) -> Option<f64> {
    let of_lane = |report: &Report| {
        let cpu = plimsoll_metrics::num::to_f64(report.cpu_ns?.saturating_sub(report.lane.spun));
        ratio(cpu, plimsoll_metrics::num::to_f64(report.lane.ended))
    };
    reports.iter().filter_map(of_lane).reduce(f64::max)
}
