//! One run: reads as wanted, writes too slow, the database at its memory limit.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_model::{
    Caveat, Event, EventKind, Generator, GeneratorMode, Kind, MixOrder, Overload, Phase, PhaseKind, Plan,
    PlannedPhase, PlannedScenario, Profile, Run, SCHEMA_VERSION, Sampler, Status, Stop, StopCause, Threshold,
    Verdict, Window,
};

use super::latencies::{SECOND, histogram, latency};
use super::resources::resources;
use super::scenarios::{read, write};
use super::sets::started_at;

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

pub(crate) fn plan() -> Plan {
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
        abort_rules: Vec::new(),
        thresholds: vec![
            "p99(write) < 20ms".parse().expect("a fixture is valid"),
            "error_rate < 0.1%".parse().expect("a fixture is valid"),
        ],
        think: None,
        pacing_ns: None,
        samples: vec!["host".to_owned(), "container:postgres".to_owned()],
        parameters: BTreeMap::new(),
    }
}

pub(crate) fn windows() -> Vec<Window> {
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
