//! The program ends with the code that others rely on, and says why.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use plimsoll::model::{Isolation, Set};
use plimsoll::{Load, Profile, Sitting, millis, op, secs};
use plimsoll_cli::Results;

/// What a command came to.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs `cargo xtask` with arguments, from the workspace.
fn xtask(arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with a result of the small profile in it whose jobs took so long.
async fn result(job_ms: u64, jobs_per_s: u32) -> tempfile::TempDir {
    let load = Load::new("job-queue/small")
        .operation(op("job", move |cx| async move { cx.sleep(millis(job_ms)).await }))
        .measure(Profile::hold(jobs_per_s, secs(20)))
        .virtual_time();
    let mut sitting = Sitting::begin("stored", xtask::tool(), "dev");
    sitting.add("job-queue/small", Isolation::Process, load.run().await.unwrap());
    stored(&sitting.finish())
}

fn stored(set: &Set) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Results::create(folder.path()).unwrap().write_set(set).unwrap();
    folder
}

fn latest(folder: &tempfile::TempDir) -> String {
    folder.path().join("latest.json").display().to_string()
}

/// A file with that content.
fn file(folder: &Path, name: &str, content: &[u8]) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

fn baseline(target: &str) -> String {
    format!(
        "schema_version: \"1.0\"\nmetadata:\n  id: t\nworkloads:\n  job-queue/small:\n    targets:\n      - {target}\n"
    )
}

#[tokio::test]
async fn a_result_that_meets_its_targets_ends_with_0_and_one_that_misses_with_1_and_the_target() {
    let folder = result(20, 100).await;
    let met = xtask(&["compare", "--current", &latest(&folder), "--baseline", "baselines/default.yaml"]);
    assert_eq!((met.code, met.stderr.as_str()), (Some(0), ""), "{}", met.stdout);
    let impossible = file(folder.path(), "b.yaml", baseline("{target: p95 < 1ns, hard: true}").as_bytes());
    let missed = xtask(&["compare", "--current", &latest(&folder), "--baseline", &impossible]);
    assert_eq!(missed.code, Some(1), "{}", missed.stdout);
    assert!(missed.stdout.contains("FAIL") && missed.stdout.contains("p95"), "{}", missed.stdout);
}

#[tokio::test]
async fn a_regression_fails_only_on_demand() {
    let (before, slower) = (result(20, 100).await, result(26, 100).await);
    let compare = |current, previous, more: &[&str]| {
        let (current, previous) = (latest(current), latest(previous));
        let named = ["compare", "--current", current.as_str(), "--previous", previous.as_str()];
        xtask(&[&named, more].concat())
    };
    let on_demand = compare(&slower, &before, &["--fail-on-regression"]);
    assert_eq!(on_demand.code, Some(1), "{}", on_demand.stdout);
    assert!(on_demand.stdout.contains("p95"), "{}", on_demand.stdout);
    assert_eq!(compare(&slower, &before, &[]).code, Some(0));
    assert_eq!(compare(&before, &before, &["--fail-on-regression"]).code, Some(0));
    assert_eq!(compare(&before, &slower, &["--fail-on-regression"]).code, Some(0), "faster is no regression");
}

#[tokio::test]
async fn another_plan_is_not_compared() {
    let (one, other) = (result(20, 100).await, result(20, 50).await);
    let (one, other) = (latest(&one), latest(&other));
    let refused = xtask(&["compare", "--current", &one, "--previous", &other, "--fail-on-regression"]);
    assert_eq!(refused.code, Some(3), "{}", refused.stdout);
}

#[test]
fn nothing_measured_ends_with_3() {
    let folder = stored(&Sitting::begin("empty", xtask::tool(), "dev").finish());
    let ended = xtask(&["compare", "--current", &latest(&folder), "--baseline", "baselines/default.yaml"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
}

#[tokio::test]
async fn mistakes_in_targets_end_with_2_and_say_file_line_found_and_expected() {
    let folder = result(20, 100).await;
    let mistakes = [
        ("wrong key", baseline("{target: p95 < 1s, critcal: 2s}")),
        ("wrong metric", baseline("p59x < 1s")),
        ("wrong type", baseline("{target: p95 < 1s, hard: maybe}")),
        ("negative", baseline("p95 < 1s").replace("    targets", "    minimum_requests: -5\n    targets")),
        (
            "not a number",
            baseline("p95 < 1s").replace("    targets", "    minimum_requests: .nan\n    targets"),
        ),
        ("empty", String::new()),
        ("brackets", "[".repeat(1 << 20)),
        ("deep", "[".repeat(1 << 10)),
        ("bomb", bomb()),
    ];
    let mut said = Vec::new();
    for (what, text) in mistakes {
        let file = file(folder.path(), "b.yaml", text.as_bytes());
        let ended = xtask(&["compare", "--current", &latest(&folder), "--baseline", &file]);
        assert_eq!(ended.code, Some(2), "{what}: {}", ended.stderr);
        said.push(format!("{what}: {}", ended.stderr.replace(&file, "b.yaml").trim_end()));
        // The main job finds the same mistake before it builds or runs anything.
        let out = folder.path().join("out").display().to_string();
        let main_job = xtask(&["perf-ci", "--quick", "--baseline", &file, "--out", &out]);
        assert_eq!((main_job.code, main_job.stderr), (Some(2), ended.stderr), "{what}");
    }
    insta::assert_snapshot!(said.join("\n"));
}

fn bomb() -> String {
    let level = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "));
    std::iter::once("a0: &a0 [x, x, x, x]\n".to_owned()).chain((1..12).map(level)).collect()
}

#[tokio::test]
async fn results_that_cannot_be_read_end_with_2_and_name_the_file() {
    let folder = result(20, 100).await;
    let whole = std::fs::read(folder.path().join("latest.json")).unwrap();
    let bad = folder.path();
    let files = [
        file(bad, "cut.json", &whole[..whole.len() / 2]),
        file(bad, "empty.json", b""),
        file(bad, "list.json", b"[1, 2]"),
        file(
            bad,
            "key.json",
            &String::from_utf8(whole.clone()).unwrap().replacen("\"id\"", "\"ID\"", 1).into_bytes(),
        ),
        bad.join("missing.json").display().to_string(),
    ];
    for file in &files {
        let ended = xtask(&["compare", "--current", file, "--baseline", "baselines/default.yaml"]);
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(file), "{}", ended.stderr);
        assert_eq!(xtask(&["report", file]).code, Some(2));
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["compare"][..],
        &["compare", "--current", "x.json"],
        &["perf-ci", "--quick", "--full"],
        &["perf-ci", "--format", "text"],
        &["no-such-command"],
        &[],
    ] {
        let ended = xtask(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stderr);
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
}
