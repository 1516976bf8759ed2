//! A long run of many scenarios, as real ones look: rhythm, a stall, a burst of errors, a leak.

use plimsoll_metrics::{Histogram, brief, summarize};
use plimsoll_model::{
    Counts, ErrorCount, Event, EventKind, Latency, Phase, PhaseKind, PlannedScenario, ResourceSeries,
    ResourceSummary, Run, ScenarioResult, Set, TargetKind, Throughput, Unit, Window,
};

use super::latencies::{MILLI, SECOND};
use super::runs::run;
use super::scenarios::blank_scenario;
use super::sets::{empty, place};

const NAMES: [&str; 10] =
    ["browse", "search", "product", "cart", "checkout", "login", "orders", "profile", "recommend", "health"];

/// A stream of numbers that looks random and is always the same.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal: the sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

/// One run of so many scenarios for so many seconds.
pub(crate) fn large(scenarios: usize, seconds: u64) -> Set {
    let mut set = empty();
    set.runs = vec![place(large_run(scenarios, seconds))];
    set.completed_at = set.started_at.after(std::time::Duration::from_secs(seconds + 5));
    set.analysis = Some(plimsoll_report::analyze(&set));
    set
}

/// As many runs of one scenario each.
pub(crate) fn many(runs: usize, seconds: u64) -> Set {
    let mut set = empty();
    for (index, name) in NAMES.iter().cycle().take(runs).enumerate() {
        let mut own = place(large_run(1, seconds));
        own.workload = format!("{name}-{index}");
        set.runs.push(own);
    }
    set.analysis = Some(plimsoll_report::analyze(&set));
    set
}

fn large_run(scenarios: usize, seconds: u64) -> Run {
    let mut noise = Noise(42);
    let mut run =
        Run { duration_ns: (seconds + 5) * SECOND, windows: Vec::new(), scenarios: Vec::new(), ..run() };
    run.phases = vec![
        Phase { name: "warm-up".into(), kind: PhaseKind::Warmup, start_ns: 0, length_ns: 5 * SECOND },
        Phase {
            name: "hold".into(),
            kind: PhaseKind::Measure,
            start_ns: 5 * SECOND,
            length_ns: seconds * SECOND,
        },
    ];
    run.thresholds.clear();
    run.plan.scenarios.clear();
    for (index, name) in NAMES.into_iter().take(scenarios).enumerate() {
        let (scenario, windows) = scenario(name, index, seconds, &mut noise);
        run.plan.scenarios.push(PlannedScenario { name: name.into(), weight: 1, tags: Default::default() });
        run.scenarios.push(scenario);
        run.windows.extend(windows);
    }
    run.windows.sort_by_key(|window| window.start_ns);
    run.resources = resources(seconds, &mut noise);
    run.events = vec![Event {
        t_ns: (5 + seconds / 2) * SECOND,
        target: "container:postgres".into(),
        kind: EventKind::Health,
        detail: "healthy -> unhealthy".into(),
    }];
    run
}

fn scenario(name: &str, index: usize, seconds: u64, noise: &mut Noise) -> (ScenarioResult, Vec<Window>) {
    let rate = 40 + 25 * (index as u64 % 4);
    let mut all = Histogram::new();
    let mut windows = Vec::new();
    let mut counts = Counts::default();
    for second in 0..seconds {
        let is_stalled = second.abs_diff(seconds / 2) < 4;
        let is_failing = second.abs_diff(seconds * 3 / 4) < seconds / 30 + 1 && index % 4 == 2;
        let wave = (second as f64 / seconds as f64 * 9.0).sin() * 0.15;
        let mut own = Histogram::new();
        let due = rate + (noise.next() * 6.0) as u64;
        for _ in 0..due {
            let base = (2.0 + index as f64 * 1.7) * MILLI as f64;
            let slow = if is_stalled { 40.0 } else { 1.0 };
            let tail = if noise.next() > 0.985 { 5.0 } else { 1.0 };
            own.record((base * slow * tail * (0.35 * noise.normal() + wave).exp()) as u64);
        }
        let failed = if is_failing { due / 3 } else { 0 };
        counts.add(&Counts { planned: due, started: due, ok: due - failed, failed, ..Counts::default() });
        all.merge(&own);
        windows.push(Window {
            scenario: name.into(),
            start_ns: (5 + second) * SECOND,
            length_ns: SECOND,
            offered: due,
            started: due,
            completed: due,
            ok: due - failed,
            failed,
            response: own.encode(),
            service: brief(&own),
            queue: Default::default(),
        });
    }
    let per_s = |count: u64| count as f64 / seconds as f64;
    let errors = ErrorCount {
        kind: "503 Service Unavailable".into(),
        count: counts.failed,
        share: 1.0,
        first_ns: (5 + seconds * 3 / 4) * SECOND,
        last_ns: (9 + seconds * 3 / 4) * SECOND,
        sample: "upstream connect error or disconnect before headers".into(),
    };
    let result = ScenarioResult {
        name: name.into(),
        throughput: Throughput {
            offered_per_s: per_s(counts.started),
            achieved_per_s: per_s(counts.ok),
            peak_per_s: (rate + 5) as f64,
            items_per_s: 0.0,
        },
        latency: Latency {
            response: summarize(&all, None),
            service: summarize(&all, None),
            queue: Default::default(),
        },
        errors: if counts.failed > 0 { vec![errors] } else { Vec::new() },
        counts,
        ..blank_scenario()
    };
    (result, windows)
}

fn resources(seconds: u64, noise: &mut Noise) -> Vec<ResourceSeries> {
    let mut all = Vec::new();
    let targets = [
        ("host", TargetKind::Host, 0.55, 6.2e9),
        ("process", TargetKind::Process, 0.8, 2.1e8),
        ("container:postgres", TargetKind::Container, 1.2, 8.9e8),
        ("container:redis", TargetKind::Container, 0.25, 6.4e7),
        ("container:checkout", TargetKind::Container, 0.6, 3.1e8),
    ];
    for (index, (target, kind, cpu, memory)) in targets.into_iter().enumerate() {
        let mut points = |form: &mut dyn FnMut(f64, f64) -> f64| -> Vec<(u64, Option<f64>)> {
            let at = |second: u64| second as f64 / seconds as f64;
            (0..(seconds + 5) / 2)
                .map(|tick| {
                    let value = (tick > 0 && !(index == 3 && (80..95).contains(&tick)))
                        .then(|| form(at(tick * 2), noise.normal()));
                    (tick * 2 * SECOND + index as u64 * 200_000, value)
                })
                .collect()
        };
        let cpu_points =
            points(&mut |at, noise| (cpu * (1.0 + 0.2 * (at * 9.0).sin() + 0.06 * noise)).max(0.0));
        let leak = if index == 4 { 0.35 } else { 0.0 };
        let memory_points = points(&mut |at, noise| memory * (1.0 + leak * at + 0.01 * noise));
        all.push(series(target, kind, "cpu", Unit::Ratio, cpu_points));
        all.push(series(target, kind, "memory", Unit::Bytes, memory_points));
        if index == 2 {
            let limit = vec![(0, Some(1_073_741_824.0))];
            all.push(series(target, kind, "memory_limit", Unit::Bytes, limit));
        }
    }
    all
}

pub(crate) fn series(
    target: &str,
    kind: TargetKind,
    metric: &str,
    unit: Unit,
    points: Vec<(u64, Option<f64>)>,
) -> ResourceSeries {
    let values: Vec<f64> = points.iter().filter_map(|(_, value)| *value).collect();
    let summary = ResourceSummary {
        count: values.len() as u64,
        mean: Some(values.iter().sum::<f64>() / values.len() as f64),
        peak: values.iter().copied().reduce(f64::max),
        slope_per_min: None,
    };
    ResourceSeries {
        target: target.into(),
        kind,
        metric: metric.into(),
        unit,
        points,
        gaps: Vec::new(),
        summary,
    }
}
