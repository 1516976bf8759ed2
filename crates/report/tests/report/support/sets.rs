//! Whole sets: a realistic one, and the ends of what may come.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_model::{
    Aggregate, Better, Breakdown, Caveat, Counts, CustomMetric, CustomMetricKind, Environment, Fairness,
    Isolation, Kind, LatencySummary, Leak, LeakVerdict, Protocol, ProtocolScenario, ResourceSummary, Run,
    SCHEMA_VERSION, Scaling, ScenarioResult, Set, SetRun, Status, Stop, StopCause, Threshold, Throughput,
    Timestamp, Tool, Unit, Verdict,
};

use super::comparisons::comparison;
use super::latencies::{SECOND, latency};
use super::resources::memory;
use super::runs::run;
use super::scenarios::{blank_scenario, step};

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
    write.fairness = Some(Fairness {
        tag: "tenant".to_owned(),
        jain_index: 0.9871,
        worst: "umbrella".to_owned(),
        worst_over_others: Some(1.4),
    });
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
        capacity: None,
        advice: "beyond 4 workers more do not help".to_owned(),
    });
    analysis.leaks = vec![Leak {
        target: "process".to_owned(),
        phase: "hold".to_owned(),
        verdict: LeakVerdict::Leak,
        slope_bytes_per_min: Some(1_800_000.0),
        lower_bytes_per_min: Some(1_500_000.0),
        upper_bytes_per_min: Some(2_100_000.0),
        interval_confidence: Some(0.9),
        detail: "it grows surely".to_owned(),
    }];
    set
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

pub(crate) fn started_at() -> Timestamp {
    "2026-11-20T18:00:00Z".parse().expect("a fixture is valid")
}

pub(crate) fn environment() -> Environment {
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
