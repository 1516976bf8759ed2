//! Results to export.

use std::collections::BTreeSet;

use plimsoll::baseline::{Thresholds, screening};
use plimsoll::model::{CustomMetric, CustomMetricKind, Isolation, Set};
use plimsoll::report::Prometheus;
use plimsoll::{Load, Profile, Sitting, millis, op, secs};
use plimsoll_cli::Results;

/// A set that has all that can be exported.
pub(crate) async fn full() -> Set {
    let load = || {
        Load::new("shop")
            .mix([
                (1, op("job", |cx| async move { cx.sleep(millis(20)).await })),
                (1, op("search", |cx| async move { cx.sleep(millis(20)).await })),
            ])
            .tenants([(1, "acme"), (1, "a\"b\n")])
            .measure(Profile::hold(50, secs(20)))
            .virtual_time()
    };
    let set = async || {
        let mut run = load().run().await.unwrap();
        run.scenarios[0].metrics.push(CustomMetric {
            name: "job_semaphore_utilization(acme)".to_owned(),
            kind: CustomMetricKind::Gauge,
            count: 1,
            value: Some(0.5),
            distribution: None,
        });
        let mut sitting = Sitting::begin("perf-ci", xtask::tool(), "dev");
        sitting.add("shop", Isolation::Process, run);
        sitting.finish()
    };
    let (before, mut after) = (set().await, set().await);
    after.comparisons.push(screening::compare(&before, &after, &Thresholds::default()));
    // What a machine was like is not known under virtual time.
    let sampled: Set = serde_json::from_str(include_str!("../../../../docs/sample/latest.json")).unwrap();
    after.runs[0].run.resources = sampled.runs[0].run.resources.clone();
    after
}

/// A set of one workload whose operations took so long.
pub(crate) async fn small(workload: &str, operation_ms: u64) -> Set {
    let load = Load::new(workload)
        .operation(op("job", move |cx| async move { cx.sleep(millis(operation_ms)).await }))
        .measure(Profile::hold(20, secs(10)))
        .virtual_time();
    let mut sitting = Sitting::begin("perf-ci", xtask::tool(), "dev");
    sitting.add(workload, Isolation::Process, load.run().await.unwrap());
    sitting.finish()
}

/// A folder with a result in it.
pub(crate) fn stored(set: &Set) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Results::create(folder.path()).unwrap().write_set(set).unwrap();
    folder
}

/// What the page of a run shows while it goes on.
pub(crate) async fn live() -> String {
    let load = Load::new("shop")
        .operation(op("read", |cx| async move { cx.sleep(millis(1)).await }))
        .measure(Profile::hold(10, secs(1)))
        .virtual_time();
    let snapshots = load.snapshots();
    load.run().await.unwrap();
    let last = snapshots.borrow().clone().unwrap();
    let mut text = Vec::new();
    Prometheus::write_snapshot(&last, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The names of the metrics in a text.
pub(crate) fn exported(text: &str) -> BTreeSet<String> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.map(|line| line.split(['{', ' ']).next().unwrap().to_owned()).collect()
}
