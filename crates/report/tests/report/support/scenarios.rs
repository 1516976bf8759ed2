//! What the operations of a run did.

use std::collections::BTreeMap;

use plimsoll_metrics::summarize;
use plimsoll_model::{
    CheckCount, Counts, DropCause, ErrorCount, Latency, LatencySummary, ScenarioResult, StepResult,
    Throughput,
};

use super::latencies::{MILLI, SECOND, histogram, latency};

pub(crate) fn read() -> ScenarioResult {
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

pub(crate) fn write() -> ScenarioResult {
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

pub(crate) fn blank_scenario() -> ScenarioResult {
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

pub(crate) fn step(name: &str, ok: u64, failed: u64, typical: u64) -> StepResult {
    let latency = latency(&[(typical, ok * 9 / 10), (typical * 3, ok / 10), (typical * 5, failed)]);
    StepResult { name: name.to_owned(), ok, failed, per_s: None, bytes: 0, latency }
}

pub(crate) fn error(kind: &str, count: u64, share: f64, sample: &str) -> ErrorCount {
    ErrorCount {
        kind: kind.to_owned(),
        count,
        share,
        first_ns: 7_120 * MILLI,
        last_ns: 119_800 * MILLI,
        sample: sample.to_owned(),
    }
}
