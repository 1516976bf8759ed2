//! The schemas: what we write is valid under them, and what we would not read is not.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll::model::{
    Counts, DropCause, EncodedHistogram, Environment, Generator, GeneratorMode, Isolation, Kind, Latency,
    LatencySummary, MixOrder, Overload, Phase, PhaseKind, Plan, PlannedPhase, PlannedScenario, Profile,
    Quantile, QuantileValue, Run, SCHEMA_VERSION, ScenarioResult, Set, SetRun, Status, Stop, StopCause,
    Threshold, Throughput, Timestamp, Tool, Verdict, read,
};
use serde_json::{Value, json};
use xtask::schema;

fn validator(kind: Kind) -> jsonschema::Validator {
    let documents = schema::documents();
    let document = documents.iter().find(|document| document.kind == kind).expect("each kind has a schema");
    jsonschema::draft202012::new(&document.schema).expect("it is a schema")
}

fn as_value(set: &Set) -> Value {
    serde_json::to_value(set).expect("documents are plain data")
}

#[test]
fn a_set_as_we_write_it_is_valid() {
    let value = as_value(&checkout());
    let errors: Vec<_> = validator(Kind::Set).iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
}

#[test]
fn a_run_inside_a_set_is_valid_by_itself() {
    let value = as_value(&checkout());
    assert!(validator(Kind::Run).is_valid(&value["runs"][0]["run"]));
}

#[test]
fn the_reader_and_the_schema_agree_on_the_example() {
    let text = as_value(&checkout()).to_string();
    assert!(read::json("set.json", text.as_bytes()).is_ok());
}

#[test]
fn a_document_of_another_kind_is_refused() {
    let value = as_value(&checkout());
    assert!(!validator(Kind::Run).is_valid(&value));
    assert!(!validator(Kind::Comparison).is_valid(&value));
}

#[test]
fn a_missing_or_misshapen_value_is_refused() {
    let validator = validator(Kind::Set);
    for (pointer, wrong) in [
        ("/kind", json!("run")),
        ("/started_at", json!(5)),
        ("/runs/0/iteration", json!(-1)),
        ("/runs/0/run/kind", json!("set")),
        ("/runs/0/run/scenarios/0/counts", json!({})),
        ("/runs/0/run/plan/overload/policy", json!("wait")),
        ("/verdict/status", json!("passed")),
    ] {
        let mut value = as_value(&checkout());
        *value.pointer_mut(pointer).expect("the example has it") = wrong;
        assert!(!validator.is_valid(&value), "{pointer}");
    }
}

#[test]
fn a_key_of_a_later_minor_version_is_let_through() {
    let mut value = as_value(&checkout());
    value["weather"] = json!("fair");
    assert!(validator(Kind::Set).is_valid(&value));
}

#[test]
fn each_schema_has_a_name_that_stays() {
    let names = schema::documents().map(|document| document.schema["$id"].clone());
    assert_eq!(names, ["urn:plimsoll:set:1", "urn:plimsoll:run:1", "urn:plimsoll:comparison:1"]);
}

/// One minute of a checkout service at 500 a second, a few arrivals too many for it.
fn checkout() -> Set {
    let started_at = Timestamp::EPOCH.after(Duration::from_secs(1_795_000_000));
    let verdict = Verdict::because(Status::Fail, "p99(write) < 20ms: 23.1ms");
    Set {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Set,
        id: "checkout-1".to_owned(),
        name: "checkout".to_owned(),
        tool: Tool { name: "plimsoll".to_owned(), version: "0.1.0".to_owned(), git: None },
        started_at,
        completed_at: started_at.after(Duration::from_secs(61)),
        config: BTreeMap::from([("rate".to_owned(), "500".to_owned())]),
        derived_config: BTreeMap::new(),
        environment: Environment::virtual_time(),
        runs: vec![SetRun {
            workload: "checkout".to_owned(),
            iteration: 1,
            side: None,
            step: None,
            isolation: Isolation::Process,
            run: run(started_at, verdict.clone()),
        }],
        aggregates: Vec::new(),
        protocol: None,
        comparisons: Vec::new(),
        analysis: None,
        verdict,
        caveats: Vec::new(),
    }
}

const MINUTE_NS: u64 = 60_000_000_000;

fn run(started_at: Timestamp, verdict: Verdict) -> Run {
    let condition = "p99(write) < 20ms".parse().expect("it is a condition");
    Run {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Run,
        id: "checkout-1-1".to_owned(),
        name: "checkout".to_owned(),
        started_at,
        duration_ns: MINUTE_NS,
        seed: 42,
        plan: plan(),
        phases: vec![Phase {
            name: "hold".to_owned(),
            kind: PhaseKind::Measure,
            start_ns: 0,
            length_ns: MINUTE_NS,
        }],
        stop: Stop::plain(StopCause::Finished, MINUTE_NS),
        scenarios: vec![write()],
        windows: Vec::new(),
        generator: Generator {
            mode: GeneratorMode::CallerRuntime,
            threads: 2,
            schedule_lag: summary(30_000),
            cpu_ratio: None,
            missed: 3,
        },
        sampler: None,
        resources: Vec::new(),
        events: Vec::new(),
        memory: Vec::new(),
        thresholds: vec![Threshold {
            condition,
            observed: Some(2.31e7),
            passed: false,
            status: Status::Fail,
        }],
        verdict,
        caveats: Vec::new(),
    }
}

fn plan() -> Plan {
    let profile = Profile::hold(500.0, Duration::from_secs(60)).expect("it is a profile");
    Plan {
        name: "checkout".to_owned(),
        scenarios: vec![PlannedScenario { name: "write".to_owned(), weight: 1, tags: BTreeMap::new() }],
        mix: MixOrder::Exact,
        phases: vec![PlannedPhase { name: "hold".to_owned(), kind: PhaseKind::Measure, profile }],
        in_flight: 256,
        overload: Overload::Drop,
        timeout_ns: Some(2_000_000_000),
        drain_ns: 30_000_000_000,
        window_ns: 1_000_000_000,
        thresholds: vec!["p99(write) < 20ms".parse().expect("it is a condition")],
        abort_rules: vec!["error_rate < 50% over 10s".parse().expect("it is a condition")],
        think: None,
        pacing_ns: None,
        samples: vec!["host".to_owned()],
        parameters: BTreeMap::new(),
    }
}

fn write() -> ScenarioResult {
    let dropped = BTreeMap::from([(DropCause::InFlightCap, 12)]);
    ScenarioResult {
        name: "write".to_owned(),
        tags: BTreeMap::new(),
        counts: Counts { planned: 30_000, started: 29_988, dropped, ok: 29_988, ..Counts::default() },
        throughput: Throughput { offered_per_s: 500.0, achieved_per_s: 499.8, ..Throughput::default() },
        latency: Latency {
            response: summary(23_100_000),
            service: summary(23_000_000),
            queue: summary(100_000),
        },
        steps: Vec::new(),
        breakdowns: Vec::new(),
        fairness: None,
        errors: Vec::new(),
        checks: Vec::new(),
        metrics: Vec::new(),
    }
}

fn summary(p99_ns: u64) -> LatencySummary {
    let p99 = QuantileValue {
        q: Quantile::P99,
        value_ns: p99_ns,
        lower_ns: p99_ns - p99_ns / 20,
        upper_ns: None,
        censored: false,
    };
    LatencySummary {
        count: 29_988,
        min_ns: p99_ns / 10,
        mean_ns: Some(p99_ns as f64 / 4.0),
        stddev_ns: None,
        max_ns: p99_ns * 2,
        quantiles: vec![p99],
        histogram: EncodedHistogram("HISTFAAAAA==".to_owned()),
    }
}
