//! One container, recorded twice within half a minute by all three sources at once: what each makes of it.
//!
//! Half a core of limit, 30 MiB of files in memory, on a machine with version 1 of control groups.

use std::fs;

use plimsoll_metrics::num::to_f64;

use super::{Frame, Limits, METRICS};
use crate::cadvisor::{Api, document};
use crate::cgroup::Reader;
use crate::derive::derive;
use crate::docker::stats;
use crate::system::Root;

/// What a source showed at the two moments.
type Pair = [Frame; 2];

const FOLDERS: [&str; 2] = ["before", "after"];

fn recorded(folder: &str, file: &str) -> String {
    let path = format!("{}/fixtures/agreement/{folder}/{file}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn by_docker() -> Pair {
    FOLDERS.map(|folder| {
        let answer = serde_json::from_str(&recorded(folder, "docker.json"));
        stats::frame(&answer.expect("it is of the library's form")).expect("it runs")
    })
}

fn by_files() -> Pair {
    FOLDERS.map(|folder| {
        let root = Root::at(format!("{}/fixtures/agreement/{folder}", env!("CARGO_MANIFEST_DIR")));
        let time_ns = recorded(folder, "time_ns").trim().parse().expect("nanoseconds");
        Reader::under(root, 7).read(time_ns).expect("the files are whole").frame
    })
}

fn by_cadvisor() -> Pair {
    FOLDERS.map(|folder| {
        let told = document::told(Api::V1_3, recorded(folder, "cadvisor.json").as_bytes());
        told.expect("it is of the form of this version").frame
    })
}

/// The value of a metric between the two moments, by Docker, by files and by cAdvisor.
fn all(metric: &str) -> [f64; 3] {
    [by_docker(), by_files(), by_cadvisor()].map(|pair| {
        let [before, after] = pair.map(|frame| frame.reading(String::new(), &Limits::default()));
        let derived = derive(&METRICS, Some(&before), &after, 1);
        let one = derived.into_iter().find(|one| one.name == metric).expect("it is among them");
        one.value.unwrap_or_else(|missing| panic!("{metric}: {missing:?}"))
    })
}

/// The largest less the smallest.
fn spread(values: [f64; 3]) -> f64 {
    values.iter().copied().fold(f64::MIN, f64::max) - values.iter().copied().fold(f64::MAX, f64::min)
}

#[test]
fn three_sources_agree_on_cpu_within_three_points() {
    let cpu = all("cpu");
    assert!(spread(cpu) <= 0.03, "{cpu:?}");
    // By hand, from the engine's answers: time at work over the time between them.
    assert!((cpu[0] - 14_200_319_255.0 / 30_015_344_177.0).abs() < 1e-12, "{cpu:?}");
}

#[test]
fn three_sources_agree_on_memory_within_two_per_cent() {
    for metric in ["memory", "memory_usage"] {
        let bytes = all(metric);
        assert!(spread(bytes) <= 0.02 * bytes[0], "{metric}: {bytes:?}");
        assert!(bytes[0] > to_f64(30 << 20), "{metric}: {bytes:?}");
    }
}
