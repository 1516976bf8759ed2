//! Sets of runs whose figures are known exactly.

use std::time::Duration;

use plimsoll_metrics::{Histogram, summarize};
use plimsoll_model::{
    Counts, Environment, Generator, GeneratorMode, Isolation, Kind, Latency, LatencySummary, MixOrder,
    Overload, Phase, PhaseKind, Plan, PlannedPhase, PlannedScenario, Profile, ResourceSeries,
    ResourceSummary, Run, SCHEMA_VERSION, ScenarioResult, Set, SetRun, StepResult, Stop, StopCause,
    TargetKind, Throughput, Timestamp, Tool, Unit, Verdict,
};

/// The figures of one run, healthy unless said otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    /// Every operation took exactly this long; below 2,048 ns a histogram keeps it exactly.
    pub(crate) latency_ns: u64,
    /// Operations started.
    pub(crate) started: u64,
    /// Of these, failed.
    pub(crate) failed: u64,
    /// Of these, given up after their latency.
    pub(crate) timed_out: u64,
    pub(crate) throughput: f64,
    /// Peak and mean of the process; `None` when nothing was sampled.
    pub(crate) memory_bytes: Option<f64>,
    pub(crate) duration: Duration,
}

impl Default for Figures {
    fn default() -> Self {
        Figures {
            latency_ns: 1000,
            started: 10_000,
            failed: 0,
            timed_out: 0,
            throughput: 100.0,
            memory_bytes: Some(1e9),
            duration: Duration::from_secs(10),
        }
    }
}

/// A set without runs.
pub(crate) fn set(id: &str) -> Set {
    Set {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Set,
        id: id.to_owned(),
        name: id.to_owned(),
        tool: Tool { name: "test".to_owned(), version: "0".to_owned(), git: None },
        started_at: Timestamp::EPOCH,
        completed_at: Timestamp::EPOCH,
        config: [].into(),
        derived_config: [].into(),
        environment: environment(),
        runs: Vec::new(),
        aggregates: Vec::new(),
        protocol: None,
        comparisons: Vec::new(),
        analysis: None,
        verdict: Verdict::pass(),
        caveats: Vec::new(),
    }
}

/// A set of the workload `checkout`, one run for each entry.
pub(crate) fn set_of(id: &str, figures: &[Figures]) -> Set {
    figures.iter().fold(set(id), |set, figures| with_run(set, "checkout", figures))
}

/// A set of the workload `checkout` with one run.
pub(crate) fn single(id: &str, figures: Figures) -> Set {
    set_of(id, &[figures])
}

/// The set with one more run.
pub(crate) fn with_run(mut set: Set, workload: &str, figures: &Figures) -> Set {
    let iteration = set.runs.iter().filter(|run| run.workload == workload).count() as u64 + 1;
    set.runs.push(SetRun {
        workload: workload.to_owned(),
        iteration,
        side: None,
        step: None,
        isolation: Isolation::Process,
        run: run(workload, figures),
    });
    set
}

pub(crate) fn environment() -> Environment {
    Environment {
        label: "dev".to_owned(),
        os: "Linux 1".to_owned(),
        kernel: "1.0".to_owned(),
        cpu_model: "Model A".to_owned(),
        cores: 4,
        memory_bytes: 8_000_000_000,
        rustc: "1.89.0".to_owned(),
        ..Environment::default()
    }
}

fn run(workload: &str, figures: &Figures) -> Run {
    let seconds = Duration::from_secs;
    let profile = Profile::hold(100.0, seconds(10)).expect("the profile is valid");
    let phase = |profile| PlannedPhase { name: "measure".to_owned(), kind: PhaseKind::Measure, profile };
    Run {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Run,
        id: workload.to_owned(),
        name: workload.to_owned(),
        started_at: Timestamp::EPOCH,
        duration_ns: figures.duration.as_nanos() as u64,
        seed: 1,
        plan: Plan {
            name: workload.to_owned(),
            scenarios: vec![PlannedScenario { name: "buy".to_owned(), weight: 1, tags: [].into() }],
            mix: MixOrder::Exact,
            phases: vec![phase(profile)],
            in_flight: 100,
            overload: Overload::Drop,
            timeout_ns: Some(2_000_000_000),
            drain_ns: 30_000_000_000,
            window_ns: 1_000_000_000,
            thresholds: Vec::new(),
            abort_rules: Vec::new(),
            think: None,
            pacing_ns: None,
            samples: Vec::new(),
            parameters: [].into(),
        },
        phases: vec![Phase {
            name: "measure".to_owned(),
            kind: PhaseKind::Measure,
            start_ns: 0,
            length_ns: 10_000_000_000,
        }],
        stop: Stop::plain(StopCause::Finished, 0),
        scenarios: vec![scenario(figures)],
        windows: Vec::new(),
        generator: Generator {
            mode: GeneratorMode::DedicatedThreads,
            threads: 1,
            schedule_lag: LatencySummary::default(),
            cpu_ratio: None,
            missed: 0,
        },
        sampler: None,
        resources: figures.memory_bytes.map(memory).into_iter().collect(),
        events: Vec::new(),
        memory: Vec::new(),
        thresholds: Vec::new(),
        verdict: Verdict::pass(),
        caveats: Vec::new(),
    }
}

fn scenario(figures: &Figures) -> ScenarioResult {
    let mut histogram = Histogram::new();
    histogram.record_n(figures.latency_ns, figures.started);
    let censored_from = (figures.timed_out > 0).then_some(figures.latency_ns);
    let latency = summarize(&histogram, censored_from);
    ScenarioResult {
        name: "buy".to_owned(),
        tags: [].into(),
        counts: Counts {
            planned: figures.started,
            started: figures.started,
            ok: figures.started - figures.failed - figures.timed_out,
            failed: figures.failed,
            timed_out: figures.timed_out,
            ..Counts::default()
        },
        throughput: Throughput { achieved_per_s: figures.throughput, ..Throughput::default() },
        latency: Latency {
            response: latency.clone(),
            service: latency.clone(),
            queue: LatencySummary::default(),
        },
        steps: vec![StepResult {
            name: "search".to_owned(),
            ok: figures.started,
            failed: 0,
            per_s: None,
            bytes: 0,
            latency,
        }],
        breakdowns: Vec::new(),
        fairness: None,
        errors: Vec::new(),
        checks: Vec::new(),
        metrics: Vec::new(),
    }
}

fn memory(bytes: f64) -> ResourceSeries {
    ResourceSeries {
        target: "process".to_owned(),
        kind: TargetKind::Process,
        metric: "memory".to_owned(),
        unit: Unit::Bytes,
        points: Vec::new(),
        gaps: Vec::new(),
        summary: ResourceSummary { count: 10, mean: Some(bytes), peak: Some(bytes), slope_per_min: None },
    }
}
