//! Documents and baselines from files.

#![expect(clippy::unwrap_used, reason = "a file that is not there fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use plimsoll::metrics::Clock;
use plimsoll::model::{Environment, Status};
use plimsoll::{Load, Profile, Run, millis, op, secs};
use plimsoll_cli::{read_baseline, read_set};

async fn run() -> Run {
    let load = Load::new("purchases")
        .operation(op("buy", |cx| async move { cx.sleep(millis(5)).await }))
        .measure(Profile::hold(10, secs(2)));
    load.virtual_time().run().await.unwrap()
}

/// The refusal, without the folder that differs every time.
fn refusal(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    told(folder, &read_set(&path).unwrap_err())
}

fn told(folder: &Path, error: &anyhow::Error) -> String {
    format!("{error:#}").replace(&folder.display().to_string(), "DIR")
}

#[tokio::test]
async fn a_single_run_becomes_a_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let run = run().await;
    fs::write(&path, serde_json::to_vec(&run).unwrap()).unwrap();
    let set = read_set(&path).unwrap();
    assert_eq!((set.runs[0].workload.as_str(), set.runs[0].iteration), ("purchases", 1));
    assert_eq!(set.verdict.status, Status::Pass);
    assert_eq!(set.environment, Environment::virtual_time());
    assert!(set.aggregates.iter().any(|aggregate| aggregate.metric == "p99"));
    assert_eq!(set.runs[0].run, run);
}

#[tokio::test]
async fn a_run_of_an_unknown_machine_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let mut run = run().await;
    run.generator.mode = plimsoll::model::GeneratorMode::CallerRuntime;
    run.started_at = Clock::System.wall();
    fs::write(&path, serde_json::to_vec(&run).unwrap()).unwrap();
    assert_eq!(read_set(&path).unwrap().caveats[0].code, "environment_unknown");
}

#[test]
fn each_refusal_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let missing = told(folder.path(), &read_set(&folder.path().join("missing.json")).unwrap_err());
    let refusals = [
        missing,
        refusal(folder.path(), "empty.json", ""),
        refusal(folder.path(), "cut.json", r#"{"kind"#),
        refusal(folder.path(), "other.json", "<html>"),
        told(folder.path(), &read_set(folder.path()).unwrap_err()),
    ];
    insta::with_settings!({filters => vec![(r"column \d+", "column N")]}, {
        insta::assert_snapshot!(refusals.join("\n"));
    });
}

fn yaml(folder: &Path, name: &str, rest: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, format!("schema_version: \"1.0\"\nmetadata: {{id: {name}}}\n{rest}")).unwrap();
    path
}

#[test]
fn the_first_baseline_uses_the_groups_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let first = yaml(folder.path(), "default.yaml", "workloads:\n  shop: {use: [kpi]}\n");
    let second = yaml(folder.path(), "kpi.yaml", "groups:\n  kpi: {targets: [p95 < 1s]}\n");
    let third = yaml(folder.path(), "late.yaml", "groups:\n  kpi: {targets: [p95 < 9s]}\n");
    let file = read_baseline(&[first, second, third]).unwrap();
    assert_eq!(file.metadata.id, "default.yaml");
    assert_eq!(file.targets_for("shop", None).unwrap()[0].to_string(), "p95 < 1s");
}

#[test]
fn a_baseline_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_baseline(&[folder.path().join("missing.yaml")]).unwrap_err().to_string();
    assert!(error.starts_with("baseline ") && error.ends_with("missing.yaml cannot be opened"), "{error}");
    assert!(read_baseline(&[]).is_err());
}
