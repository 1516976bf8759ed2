//! Sets to render: a realistic one, and the ends of what may come.
#![expect(dead_code, reason = "each test file takes what it needs")]

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_metrics::{Histogram, summarize};
use plimsoll_model::{
    Aggregate, Alarm, Better, Breakdown, Caveat, CheckCount, Comparability, Comparison, ComparisonVerdict,
    Counts, CustomMetric, CustomMetricKind, DropCause, Effect, Environment, ErrorCount, Event, EventKind,
    Fairness, Gap, GapCause, Generator, GeneratorMode, Isolation, Kind, Latency, LatencySummary, Leak,
    LeakVerdict, MemoryCooldown, MemoryFall, MemoryProfile, MetricComparison, MixOrder, Overload, Phase,
    PhaseKind, Plan, PlannedPhase, PlannedScenario, Procedure, Profile, Protocol, ProtocolScenario, Rating,
    ResourceSeries, ResourceSummary, Run, SCHEMA_VERSION, Sampler, SawtoothProfile, Scaling, ScenarioResult,
    Set, SetRef, SetRun, Status, StepResult, Stop, StopCause, TargetKind, Threshold, Throughput, Timestamp,
    Tool, Unit, Verdict, Window,
};
use plimsoll_report::Renderer;

pub(crate) const SECOND: u64 = 1_000_000_000;
const MILLI: u64 = 1_000_000;

/// What a renderer prints.
pub(crate) fn render(renderer: &dyn Renderer, set: &Set) -> String {
    let mut out = Vec::new();
    renderer.render(set, &mut out).expect("a fixture is valid");
    String::from_utf8(out).expect("a fixture is valid")
}

/// The text that a bad renderer would print for a missing figure, if it is in there.
pub(crate) fn nonsense(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    ["NaN", "inf", "null", "undefined", "Infinity", "None"].into_iter().find(|word| words.contains(word))
}

/// Two scenarios for two minutes, one of them too slow, with all that a report can show.
pub(crate) fn checkout() -> Set {
    let run = run();
    let reasons = vec![
        "p99(write) was 31.8 ms, the limit is < 25 ms".to_owned(),
        "p95(write) became worse than main-2026-11: +32 %".to_owned(),
    ];
    let mut set = empty();
    set.runs = vec![place(run)];
    set.verdict = Verdict { status: Status::Fail, reasons };
    set.comparisons = vec![comparison()];
    set.aggregates = checkout_aggregates();
    set.caveats = vec![Caveat::new("git_dirty", "the source differed from its revision while it was built")];
    set.analysis = Some(plimsoll_report::analyze(&set));
    set
}

/// Three iterations of the same workload.
pub(crate) fn repeated() -> Set {
    let mut set = checkout();
    let first = set.runs.remove(0);
    set.runs = (1..=3).map(|iteration| SetRun { iteration, ..first.clone() }).collect();
    set.analysis = Some(plimsoll_report::analyze(&set));
    set
}

/// The parts that few sets have: tags, own metrics, a protocol, scaling, leaks, and more rows than are shown.
pub(crate) fn rare() -> Set {
    let mut set = checkout();
    let write = &mut set.runs[0].run.scenarios[1];
    let tenant = |name: &str, errors: u64| Breakdown {
        tags: BTreeMap::from([("tenant".to_owned(), name.to_owned())]),
        counts: Counts {
            planned: 59_192,
            started: 59_192,
            ok: 59_192 - errors,
            failed: errors,
            ..Counts::default()
        },
        throughput: write.throughput,
        latency: write.latency.clone(),
    };
    write.breakdowns = vec![tenant("acme", 0), tenant("umbrella", 312)];
    write.fairness =
        Some(Fairness { tag: "tenant".to_owned(), jain_index: 0.9871, worst: "umbrella".to_owned() });
    write.counts.over_range = 1;
    let own = |name: &str, kind, value, distribution| CustomMetric {
        name: name.to_owned(),
        kind,
        count: 812,
        value,
        distribution,
    };
    write.metrics = vec![
        own("rows", CustomMetricKind::Counter, Some(91_234.0), None),
        own("cache hits", CustomMetricKind::Rate, Some(0.834), None),
        own("page size", CustomMetricKind::Trend, None, Some(latency(&[(1_432, 800), (9_100, 12)]))),
    ];
    write.steps =
        (0..40).map(|step_number| step(&format!("step {step_number}"), 1_000, 0, 1_000_000)).collect();
    let scenario = |name: &str, aborted| ProtocolScenario {
        scenario_name: name.to_owned(),
        scenario_params: BTreeMap::from([
            ("workers".to_owned(), 4.into()),
            ("mode".to_owned(), "fast".into()),
        ]),
        aborted,
        metadata: BTreeMap::from([
            ("recovered".to_owned(), true.into()),
            ("nothing".to_owned(), serde_json::Value::Null),
        ]),
    };
    set.runs[0].run.memory = vec![memory()];
    set.protocol = Some(Protocol {
        name: "isolation".to_owned(),
        scenarios: vec![scenario("alone", false), scenario("noisy", true)],
    });
    let analysis = set.analysis.get_or_insert_default();
    analysis.recommendations.clear();
    analysis.findings.truncate(1);
    analysis.scaling = Some(Scaling {
        dimension: "workers".to_owned(),
        points: vec![(1.0, 1.0), (2.0, 1.93), (4.0, 2.41)],
        law: Some("usl".to_owned()),
        knee: Some(4.0),
        advice: "beyond 4 workers more do not help".to_owned(),
    });
    analysis.leaks = vec![Leak {
        target: "process".to_owned(),
        phase: "hold".to_owned(),
        verdict: LeakVerdict::Leak,
        slope_bytes_per_min: Some(1_800_000.0),
        lower_bytes_per_min: Some(1_500_000.0),
        upper_bytes_per_min: Some(2_100_000.0),
        detail: "it grows surely".to_owned(),
    }];
    set
}

/// Memory under a collector that makes the load wait, and a cooldown.
fn memory() -> MemoryProfile {
    let fall = MemoryFall {
        start_ns: 18_000_000_000,
        end_ns: 20_000_000_000,
        bytes: 27_000_000,
        p99_ns: Some(80_000_000),
        max_ns: Some(91_000_000),
    };
    MemoryProfile {
        target: "process".to_owned(),
        metric: "memory".to_owned(),
        peak_bytes: 227_000_000,
        mean_bytes: 213_000_000,
        verdict: LeakVerdict::NotEnoughData,
        slope_bytes_per_min: Some(1_800_000.0),
        lower_bytes_per_min: None,
        upper_bytes_per_min: None,
        enough_ns: Some(1_920_000_000_000),
        sawtooth: Some(SawtoothProfile {
            period_ns: 20_000_000_000,
            amplitude_bytes: 27_000_000,
            falls: vec![fall; 3],
            p99_in_falls_ns: Some(80_000_000),
            p99_elsewhere_ns: Some(2_000_000),
        }),
        cooldown: Some(MemoryCooldown {
            delta_bytes: -30_000_000.0,
            retained_bytes: Some(20_000_000.0),
            retained_share: Some(0.4),
        }),
    }
}

/// A set without runs.
pub(crate) fn empty() -> Set {
    Set {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Set,
        id: "01JD3ZK8QW".to_owned(),
        name: "checkout-api".to_owned(),
        tool: Tool { name: "plimsoll".to_owned(), version: "0.1.0".to_owned(), git: None },
        started_at: started_at(),
        completed_at: started_at().after(Duration::from_secs(126)),
        config: BTreeMap::from([("backend".to_owned(), "postgres://***@db/shop".to_owned())]),
        derived_config: BTreeMap::new(),
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

/// A run in which nothing was started.
pub(crate) fn nothing_started() -> Set {
    let mut set = checkout();
    for place in &mut set.runs {
        place.run.windows.clear();
        place.run.generator.schedule_lag = LatencySummary::default();
        for scenario in &mut place.run.scenarios {
            *scenario = ScenarioResult {
                name: scenario.name.clone(),
                counts: Counts { planned: 10, not_started: 10, ..Counts::default() },
                ..blank_scenario()
            };
        }
        for threshold in &mut place.run.thresholds {
            *threshold =
                Threshold { observed: None, passed: false, status: Status::Invalid, ..threshold.clone() };
        }
    }
    set.verdict = Verdict::because(Status::Invalid, "nothing was started");
    set
}

/// A run in which every operation failed.
pub(crate) fn all_failed() -> Set {
    let mut set = checkout();
    for scenario in &mut set.runs[0].run.scenarios {
        let started = scenario.counts.started;
        scenario.counts = Counts { planned: started, started, failed: started, ..Counts::default() };
        scenario.throughput =
            Throughput { offered_per_s: scenario.throughput.offered_per_s, ..Throughput::default() };
    }
    set
}

/// A run that was stopped from outside before anything was sampled.
pub(crate) fn interrupted() -> Set {
    let mut set = checkout();
    let run = &mut set.runs[0].run;
    run.stop = Stop::plain(StopCause::Interrupt, 3 * SECOND);
    run.duration_ns = 3 * SECOND + 17;
    run.resources.iter_mut().for_each(|series| {
        series.summary = ResourceSummary::default();
        series.points.clear();
    });
    run.windows.truncate(1);
    set.comparisons.clear();
    set.aggregates.clear();
    set.analysis = None;
    set.verdict = Verdict::because(Status::Interrupted, "a signal ended it after 3 s");
    set
}

/// A set in which every name and sentence from outside is this text.
pub(crate) fn named(text: &str) -> Set {
    let own = || text.to_owned();
    let mut set = checkout();
    set.name = own();
    set.environment.label = own();
    set.environment.cpu_model = own();
    set.config = BTreeMap::from([(own(), own())]);
    set.verdict.reasons = vec![own()];
    set.caveats = vec![Caveat::new(text, own())];
    for place in &mut set.runs {
        place.workload = own();
        place.step = Some(own());
        place.run.name = own();
        place.run.plan.scenarios[0].name = own();
        place.run.scenarios[0].name = own();
        place
            .run
            .windows
            .iter_mut()
            .filter(|window| window.scenario == "read")
            .for_each(|window| window.scenario = own());
        for scenario in &mut place.run.scenarios {
            scenario.errors.iter_mut().for_each(|error| (error.kind, error.sample) = (own(), own()));
            scenario.steps.iter_mut().for_each(|step| step.name = own());
            scenario.checks.iter_mut().for_each(|check| check.name = own());
        }
        for series in &mut place.run.resources {
            (series.target, series.metric) = (own(), own());
            series.gaps.iter_mut().for_each(|gap| gap.detail = own());
        }
        place.run.events.iter_mut().for_each(|event| (event.target, event.detail) = (own(), own()));
    }
    for comparison in &mut set.comparisons {
        comparison.candidate.name = own();
        comparison.baseline.iter_mut().for_each(|baseline| baseline.name = own());
        for metric in &mut comparison.metrics {
            (metric.workload, metric.scenario, metric.detail) = (own(), Some(own()), own());
        }
        comparison
            .comparability
            .iter_mut()
            .for_each(|field| (field.baseline, field.candidate) = (own(), own()));
    }
    set.aggregates
        .iter_mut()
        .for_each(|aggregate| (aggregate.workload, aggregate.scenario) = (own(), Some(own())));
    set.analysis = Some(plimsoll_report::analyze(&set));
    set
}

pub(crate) fn place(run: Run) -> SetRun {
    SetRun {
        workload: "checkout".to_owned(),
        iteration: 1,
        side: None,
        step: None,
        isolation: Isolation::InProcess,
        run,
    }
}

/// One run: reads as wanted, writes too slow, the database at its memory limit.
pub(crate) fn run() -> Run {
    Run {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Run,
        id: "01JD3ZK8QX".to_owned(),
        name: "checkout".to_owned(),
        started_at: started_at(),
        duration_ns: 125_312_000_000,
        seed: 42,
        plan: plan(),
        phases: vec![
            Phase { name: "warm-up".to_owned(), kind: PhaseKind::Warmup, start_ns: 0, length_ns: 5 * SECOND },
            Phase {
                name: "hold".to_owned(),
                kind: PhaseKind::Measure,
                start_ns: 5 * SECOND,
                length_ns: 120 * SECOND,
            },
        ],
        stop: Stop::plain(StopCause::Finished, 125 * SECOND),
        scenarios: vec![read(), write()],
        windows: windows(),
        generator: Generator {
            mode: GeneratorMode::DedicatedThreads,
            threads: 2,
            schedule_lag: latency(&[(12_000, 590_000), (31_000, 9_000), (1_240_000, 12)]),
            cpu_ratio: Some(0.124),
            missed: 12,
        },
        sampler: Some(Sampler { cpu_ratio: Some(0.0031), ticks: 62, late: 1, missed: 0 }),
        resources: resources(),
        events: vec![Event {
            t_ns: 61_400_000_000,
            target: "container:postgres".to_owned(),
            kind: EventKind::Health,
            detail: "healthy -> starting".to_owned(),
        }],
        memory: Vec::new(),
        thresholds: vec![
            threshold("p99(write) < 25ms", Some(31_840_000.0), false),
            threshold("p99(read) < 25ms", Some(4_112_000.0), true),
            threshold("throughput >= 4900/s", Some(4_984.733_333), true),
            threshold("error_rate < 0.1%", Some(0.002_6), false),
        ],
        verdict: Verdict::because(Status::Fail, "p99(write) was 31.8 ms, the limit is < 25 ms"),
        caveats: vec![Caveat::new("in_process", "the service shared its machine with the generator")],
    }
}

pub(crate) fn threshold(condition: &str, observed: Option<f64>, passed: bool) -> Threshold {
    let status = if passed { Status::Pass } else { Status::Fail };
    Threshold { condition: condition.parse().expect("a fixture is valid"), observed, passed, status }
}

/// A latency summary of so many values each.
pub(crate) fn latency(values: &[(u64, u64)]) -> LatencySummary {
    summarize(&histogram(values), None)
}

pub(crate) fn histogram(values: &[(u64, u64)]) -> Histogram {
    let mut histogram = Histogram::new();
    values.iter().for_each(|(ns, times)| histogram.record_n(*ns, *times));
    histogram
}

pub(crate) fn series(
    target: &str,
    kind: TargetKind,
    metric: &str,
    unit: Unit,
    mean: f64,
    peak: f64,
) -> ResourceSeries {
    let summary =
        ResourceSummary { count: 62, mean: Some(mean), peak: Some(peak), slope_per_min: Some(mean / 100.0) };
    ResourceSeries {
        target: target.to_owned(),
        kind,
        metric: metric.to_owned(),
        unit,
        points: vec![(2 * SECOND, Some(mean)), (4 * SECOND, None), (6 * SECOND, Some(peak))],
        gaps: Vec::new(),
        summary,
    }
}

pub(crate) fn metric(
    name: &str,
    unit: Unit,
    verdict: ComparisonVerdict,
    baseline: Option<f64>,
    current: f64,
) -> MetricComparison {
    let ratio = baseline.map(|baseline| current / baseline);
    MetricComparison {
        workload: "checkout".to_owned(),
        scenario: None,
        metric: name.to_owned(),
        unit,
        better: if unit == Unit::PerSecond { Better::Higher } else { Better::Lower },
        verdict,
        severity: (verdict == ComparisonVerdict::Regression).then_some(Alarm::Critical),
        baseline,
        current: Some(current),
        ratio,
        lower: ratio.map(|ratio| ratio * 0.97),
        upper: ratio.map(|ratio| ratio * 1.04),
        confidence: Some(0.95),
        p: Some(0.000_4),
        p_adjusted: Some(0.001_6),
        mde: Some(0.05),
        gating: true,
        detail: "at most +10 %".to_owned(),
    }
}

pub(crate) fn comparison() -> Comparison {
    let pass = ComparisonVerdict::Pass;
    let p95 =
        metric("p95", Unit::Nanoseconds, ComparisonVerdict::Regression, Some(18_310_000.0), 24_171_000.0);
    Comparison {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Comparison,
        id: "01JD3ZK8QY".to_owned(),
        procedure: Procedure::Screening,
        baseline: Some(SetRef { id: "main".to_owned(), name: "main-2026-11".to_owned(), runs: 5 }),
        candidate: SetRef { id: "01JD3ZK8QW".to_owned(), name: "checkout-api".to_owned(), runs: 1 },
        comparability: vec![
            Comparability {
                field: "cpu_model".to_owned(),
                baseline: "EPYC".to_owned(),
                candidate: "EPYC".to_owned(),
                effect: Effect::Same,
            },
            Comparability {
                field: "kernel".to_owned(),
                baseline: "6.1.0".to_owned(),
                candidate: "6.8.0".to_owned(),
                effect: Effect::Caveat,
            },
        ],
        policy: BTreeMap::from([("p95".to_owned(), "+10%".to_owned())]),
        metrics: vec![
            metric("throughput", Unit::PerSecond, pass, Some(5_001.2), 4_984.733_333),
            MetricComparison { scenario: Some("write".to_owned()), ..p95 },
            metric("cpu.mean(process)", Unit::Ratio, ComparisonVerdict::Improvement, Some(2.31), 1.92),
            metric("memory.peak(process)", Unit::Bytes, ComparisonVerdict::Invalid, None, 536_870_912.0),
        ],
        rating: Some(Rating::Poor),
        verdict: Verdict::because(Status::Fail, "p95(write) went beyond its critical limit"),
        caveats: Vec::new(),
    }
}

fn started_at() -> Timestamp {
    "2026-11-20T18:00:00Z".parse().expect("a fixture is valid")
}

fn environment() -> Environment {
    Environment {
        label: "staging".to_owned(),
        os: "Debian GNU/Linux 12".to_owned(),
        kernel: "6.8.0".to_owned(),
        cpu_model: "AMD EPYC 7B13".to_owned(),
        cores: 8,
        memory_bytes: 33_600_000_000,
        rustc: "rustc 1.89.0".to_owned(),
        git_revision: Some("4f2a91c07d7c3b2a1f00".to_owned()),
        git_dirty: Some(true),
        ..Environment::default()
    }
}

fn plan() -> Plan {
    let phase = |name: &str, kind, profile| PlannedPhase { name: name.to_owned(), kind, profile };
    let scenario =
        |name: &str, weight| PlannedScenario { name: name.to_owned(), weight, tags: BTreeMap::new() };
    Plan {
        name: "checkout".to_owned(),
        scenarios: vec![scenario("read", 8), scenario("write", 2)],
        mix: MixOrder::Exact,
        phases: vec![
            phase(
                "warm-up",
                PhaseKind::Warmup,
                Profile::ramp(0.0, 5_000.0, Duration::from_secs(5)).expect("a fixture is valid"),
            ),
            phase(
                "hold",
                PhaseKind::Measure,
                Profile::hold(5_000.0, Duration::from_secs(120)).expect("a fixture is valid"),
            ),
        ],
        in_flight: 256,
        overload: Overload::Drop,
        timeout_ns: Some(2 * SECOND),
        drain_ns: 5 * SECOND,
        window_ns: SECOND,
        thresholds: vec![
            "p99(write) < 20ms".parse().expect("a fixture is valid"),
            "error_rate < 0.1%".parse().expect("a fixture is valid"),
        ],
        samples: vec!["host".to_owned(), "container:postgres".to_owned()],
        parameters: BTreeMap::new(),
    }
}

fn blank_scenario() -> ScenarioResult {
    ScenarioResult {
        name: String::new(),
        tags: BTreeMap::new(),
        counts: Counts::default(),
        throughput: Throughput::default(),
        latency: Latency {
            response: LatencySummary::default(),
            service: LatencySummary::default(),
            queue: LatencySummary::default(),
        },
        steps: Vec::new(),
        breakdowns: Vec::new(),
        fairness: None,
        errors: Vec::new(),
        checks: Vec::new(),
        metrics: Vec::new(),
    }
}

fn read() -> ScenarioResult {
    let values = [
        (1_210_000, 300_000),
        (1_830_000, 130_000),
        (2_640_000, 44_000),
        (4_112_000, 5_940),
        (18_900_000, 60),
    ];
    ScenarioResult {
        name: "read".to_owned(),
        counts: Counts { planned: 480_000, started: 480_000, ok: 480_000, ..Counts::default() },
        throughput: Throughput {
            offered_per_s: 4_000.0,
            achieved_per_s: 4_000.0,
            peak_per_s: 4_012.0,
            items_per_s: 0.0,
        },
        latency: Latency {
            response: latency(&values),
            service: latency(&values),
            queue: latency(&[(0, 479_000), (240_000, 1_000)]),
        },
        checks: vec![CheckCount { name: "has a price".to_owned(), passed: 479_998, failed: 2 }],
        ..blank_scenario()
    }
}

fn write() -> ScenarioResult {
    let service = [
        (6_400_000, 90_000),
        (11_800_000, 22_000),
        (16_100_000, 5_200),
        (21_000_000, 1_088),
        (2 * SECOND, 96),
    ];
    let response = histogram(&[
        (9_100_000, 90_000),
        (18_310_000, 20_000),
        (24_171_000, 6_600),
        (31_840_000, 1_688),
        (2 * SECOND, 96),
    ]);
    ScenarioResult {
        name: "write".to_owned(),
        counts: Counts {
            planned: 120_000,
            started: 118_384,
            dropped: BTreeMap::from([(DropCause::InFlightCap, 1_616)]),
            ok: 118_072,
            failed: 216,
            timed_out: 96,
            ..Counts::default()
        },
        throughput: Throughput {
            offered_per_s: 1_000.0,
            achieved_per_s: 983.933_333_333_333_3,
            peak_per_s: 1_004.0,
            items_per_s: 0.0,
        },
        latency: Latency {
            response: summarize(&response, Some(2 * SECOND)),
            service: summarize(&histogram(&service), Some(2 * SECOND)),
            queue: latency(&[(2_700_000, 90_000), (8_100_000, 20_000), (11_000_000, 8_384)]),
        },
        steps: vec![step("begin", 118_288, 0, 410_000), step("insert order", 118_072, 216, 5_200_000)],
        errors: vec![
            error("deadlock", 216, 0.692_307_692, "deadlock detected: process 812 waits for ShareLock"),
            error("timeout", 96, 0.307_692_308, "no answer within 2 s"),
        ],
        ..blank_scenario()
    }
}

fn step(name: &str, ok: u64, failed: u64, typical: u64) -> StepResult {
    let latency = latency(&[(typical, ok * 9 / 10), (typical * 3, ok / 10), (typical * 5, failed)]);
    StepResult { name: name.to_owned(), ok, failed, bytes: 0, latency }
}

fn error(kind: &str, count: u64, share: f64, sample: &str) -> ErrorCount {
    ErrorCount {
        kind: kind.to_owned(),
        count,
        share,
        first_ns: 7_120 * MILLI,
        last_ns: 119_800 * MILLI,
        sample: sample.to_owned(),
    }
}

fn windows() -> Vec<Window> {
    let window = |second: u64, scenario: &str, ok: u64| Window {
        scenario: scenario.to_owned(),
        start_ns: (5 + second) * SECOND,
        length_ns: SECOND,
        offered: ok,
        started: ok,
        completed: ok,
        ok,
        failed: 0,
        response: histogram(&[(1_000_000, ok)]).encode(),
        service: plimsoll_metrics::brief(&histogram(&[(1_000_000, ok)])),
        queue: Default::default(),
    };
    let at = |second: u64| {
        [window(second, "read", 4_000), window(second, "write", 1_000 - second.abs_diff(60) * 9)]
    };
    (0..120).step_by(8).flat_map(at).collect()
}

fn resources() -> Vec<ResourceSeries> {
    let container = |metric, unit, mean, peak| {
        series("container:postgres", TargetKind::Container, metric, unit, mean, peak)
    };
    let mut gpu = series("gpu:0", TargetKind::Gpu, "memory", Unit::Bytes, 0.0, 0.0);
    gpu.summary = ResourceSummary::default();
    gpu.gaps = vec![Gap {
        start_ns: 0,
        end_ns: 125 * SECOND,
        cause: GapCause::Unavailable,
        detail: "no driver".to_owned(),
    }];
    vec![
        series("host", TargetKind::Host, "cpu", Unit::Ratio, 0.874, 0.993),
        series("host", TargetKind::Host, "iowait", Unit::Ratio, 0.021, 0.09),
        series("process", TargetKind::Process, "cpu", Unit::Ratio, 1.92, 2.4),
        series("process", TargetKind::Process, "memory", Unit::Bytes, 498_073_600.0, 536_870_912.0),
        container("memory", Unit::Bytes, 901_000_000.0, 1_010_000_000.0),
        container("memory_limit", Unit::Bytes, 1_073_741_824.0, 1_073_741_824.0),
        gpu,
    ]
}

pub(crate) fn checkout_aggregates() -> Vec<Aggregate> {
    let aggregate = |metric: &str, scenario: Option<&str>, unit, values: [f64; 3]| Aggregate {
        workload: "checkout".to_owned(),
        scenario: scenario.map(ToOwned::to_owned),
        metric: metric.to_owned(),
        unit,
        better: Better::Lower,
        n: 3,
        mean: values.iter().sum::<f64>() / 3.0,
        stddev: Some(values[0] / 31.0),
        lower: Some(values[0] * 0.97),
        upper: Some(values[0] * 1.03),
        per_run: values.to_vec(),
    };
    vec![
        aggregate("throughput", None, Unit::PerSecond, [4_984.733_333, 4_979.1, 4_990.7]),
        aggregate("p95", Some("write"), Unit::Nanoseconds, [24_171_000.0, 23_900_000.0, 24_440_000.0]),
    ]
}
