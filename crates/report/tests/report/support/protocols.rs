//! A set as the protocols of containers leave it: leak, stress, speed scaling.

use std::collections::BTreeMap;

use plimsoll_model::{
    Phase, PhaseKind, Protocol, ProtocolScenario, ResourceSeries, Run, Set, SetRun, TargetKind, Unit,
};
use serde_json::json;

use super::large::series;
use super::latencies::SECOND;
use super::runs::run;
use super::sets::{empty, place};

/// Points every two seconds.
fn points(seconds: u64, value: impl Fn(f64) -> f64) -> Vec<(u64, Option<f64>)> {
    (0..seconds / 2)
        .map(|tick| (tick * 2 * SECOND, Some(value(tick as f64 * 2.0 / seconds as f64))))
        .collect()
}

fn container(name: &str, metric: &str, unit: Unit, points: Vec<(u64, Option<f64>)>) -> ResourceSeries {
    series(&format!("container:{name}"), TargetKind::Container, metric, unit, points)
}

fn step(name: &str, seconds: u64, cpu: [f64; 2]) -> SetRun {
    let mut run = Run { duration_ns: seconds * SECOND, windows: Vec::new(), events: Vec::new(), ..run() };
    run.resources = ["api", "worker"]
        .into_iter()
        .zip(cpu)
        .flat_map(|(name, cpu)| {
            let memory = points(seconds, |at| 2.0e8 + 4.0e7 * at.min(0.6));
            [
                container(name, "cpu", Unit::Ratio, points(seconds, |at| cpu * (0.4 + 0.6 * at))),
                container(name, "memory", Unit::Bytes, memory),
            ]
        })
        .collect();
    SetRun { step: Some(name.to_owned()), workload: "simulation".to_owned(), ..place(run) }
}

/// Leak, stress that met its threshold, and three speeds.
pub(crate) fn protocols() -> Set {
    let scenario = |name: &str, metadata: Vec<(&str, serde_json::Value)>| ProtocolScenario {
        scenario_name: name.to_owned(),
        scenario_params: BTreeMap::new(),
        aborted: false,
        metadata: metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
    };
    let mut leak = step("leak", 300, [0.3, 0.2]);
    let phase = |name: &str, kind, start, length| Phase {
        name: name.to_owned(),
        kind,
        start_ns: start * SECOND,
        length_ns: length * SECOND,
    };
    leak.run.phases =
        vec![phase("active", PhaseKind::Measure, 0, 180), phase("cooldown", PhaseKind::Cooldown, 180, 120)];
    let mut set = empty();
    set.runs = vec![leak, step("stress", 60, [0.47, 1.2])];
    set.runs.extend(
        [("2x", 0.2), ("4x", 0.31), ("8x", 0.44)]
            .map(|(speed, cpu)| step(&format!("speed_scaling/{speed}"), 40, [cpu, cpu / 2.0])),
    );
    let trigger = json!({"container": "container:api", "metric": "cpu", "value": 0.47, "limit": 0.45});
    let cooldown = json!({"container:api": {"delta_mb": -12.5, "retained": 0.3, "memory_released": true}});
    set.protocol = Some(Protocol {
        name: "containers".to_owned(),
        scenarios: vec![
            scenario("idle", Vec::new()),
            scenario("stress", vec![("trigger", trigger)]),
            scenario("leak", vec![("cooldown_analysis", cooldown)]),
            scenario(
                "speed_scaling",
                vec![("max_speed_achieved", 8.into()), ("stopped_by_threshold", true.into())],
            ),
        ],
    });
    set.analysis = Some(plimsoll_report::analyze(&set));
    set
}
