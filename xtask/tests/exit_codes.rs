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

#[tokio::test]
async fn a_result_that_contradicts_itself_is_not_believed() {
    let folder = result(20, 100).await;
    let mut set = plimsoll_cli::read_set(folder.path()).unwrap();
    set.runs[0].run.scenarios[0].latency.response.max_ns = 1;
    let edited = stored(&set);
    let ended = xtask(&["compare", "--current", &latest(&edited), "--baseline", "baselines/default.yaml"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(ended.stdout.contains("contradicts itself"), "{}", ended.stdout);
    let shown = xtask(&["report", &latest(&edited)]);
    assert!(shown.code == Some(0) && shown.stdout.contains("CAVEAT  contradiction"), "{}", shown.stdout);
}

#[tokio::test]
async fn a_folder_of_results_is_one_summary_with_a_row_for_each() {
    let folder = tempfile::tempdir().unwrap();
    for (name, job_ms) in [("fast", 20), ("slow", 40)] {
        let one = result(job_ms, 100).await;
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::copy(one.path().join("latest.json"), folder.path().join(name).join("latest.json")).unwrap();
    }
    let path = folder.path().display().to_string();
    // Virtual results have one id; another one makes them two.
    let slow = folder.path().join("slow/latest.json");
    let text = std::fs::read_to_string(&slow).unwrap().replacen("\"id\": \"", "\"id\": \"slow-", 1);
    std::fs::write(&slow, text).unwrap();
    let shown = xtask(&["report", &path]);
    let rows =
        shown.stdout.lines().filter(|line| line.contains("job-queue/small #") && line.contains("/s")).count();
    assert_eq!((shown.code, rows), (Some(0), 2), "{}{}", shown.stdout, shown.stderr);
    assert!(shown.stdout.contains("SCENARIOS AND COMPONENTS"), "{}", shown.stdout);
    assert_eq!(xtask(&["analyze", &path]).code, Some(0));
}

#[tokio::test]
async fn a_folder_with_one_result_under_two_names_is_that_result() {
    let folder = result(20, 100).await;
    let path = folder.path().display().to_string();
    assert_eq!(xtask(&["report", &path]).stdout, xtask(&["report", &latest(&folder)]).stdout);
    let empty = tempfile::tempdir().unwrap();
    let ended = xtask(&["report", &empty.path().display().to_string()]);
    assert!(ended.code == Some(2) && ended.stderr.contains("holds no result"), "{}", ended.stderr);
}

#[tokio::test]
async fn every_form_is_the_same_in_any_locale_and_time_zone() {
    let folder = result(20, 100).await;
    let forms = |locale: &str, zone: &str| {
        let names =
            ["report.md", "all.csv", "junit.xml", "metrics.prom"].map(|name| folder.path().join(name));
        let ended = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["report", &latest(&folder), "--markdown"])
            .arg(&names[0])
            .arg("--csv")
            .arg(&names[1])
            .arg("--junit")
            .arg(&names[2])
            .arg("--prometheus")
            .arg(&names[3])
            .envs([("LC_ALL", locale), ("LANG", locale), ("TZ", zone)])
            .output()
            .unwrap();
        assert!(ended.status.success());
        names.map(|name| std::fs::read(name).unwrap())
    };
    assert_eq!(forms("C", "UTC"), forms("de_DE.UTF-8", "Asia/Kolkata"));
}

#[tokio::test]
async fn nothing_is_written_for_github_where_there_is_no_job() {
    let folder = result(20, 100).await;
    let summary = folder.path().join("summary.md");
    let report = |variables: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["report", &latest(&folder), "--github"])
            .env_remove("GITHUB_STEP_SUMMARY")
            .env_remove("GITHUB_ACTIONS")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!((report(&[]).as_str(), summary.exists()), ("", false));
    let path = summary.display().to_string();
    let printed = report(&[("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", &path)]);
    assert!(printed.starts_with("::notice title=✓ PASS"), "{printed}");
    let once = std::fs::read_to_string(&summary).unwrap();
    report(&[("GITHUB_STEP_SUMMARY", &path)]);
    assert_eq!(std::fs::read_to_string(&summary).unwrap(), once.repeat(2), "appended, never overwritten");
}

#[tokio::test]
async fn json_can_be_read_and_a_reader_who_leaves_is_no_error() {
    let folder = result(20, 100).await;
    let json = xtask(&["analyze", &latest(&folder), "--format", "json"]);
    assert!(serde_json::from_str::<serde_json::Value>(&json.stdout).unwrap()["analysis"].is_object());
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["analyze", &latest(&folder), "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["compare"][..],
        &["compare", "--current", "x.json"],
        &["perf-ci", "--quick", "--full"],
        &["perf-ci", "--format", "text"],
        &["perf-ci", "--keep", "5"],
        &["perf-ci", "--every", "0s"],
        &["no-such-command"],
        &[],
    ] {
        let ended = xtask(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stderr);
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
}

#[tokio::test]
async fn pages_and_pictures_are_written_where_they_are_asked_for() {
    let folder = result(40, 20).await;
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (html, dashboard, charts) = (at("page.html"), at("dashboard.html"), at("pictures"));
    let ended =
        xtask(&["report", &latest(&folder), "--html", &html, "--dashboard", &dashboard, "--charts", &charts]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{}", ended.stderr);
    let page = std::fs::read_to_string(&html).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("job-queue"));
    assert!(std::fs::read_to_string(&dashboard).unwrap().contains("Percentiles over time"));
    for name in ["latency_heatmap.png", "latency_heatmap.html", "throughput.png"] {
        assert!(folder.path().join("pictures").join(name).is_file(), "{name}");
    }
    let none = xtask(&["report", "no-such-file.json", "--html", &html]);
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("no-such-file.json"), "{}", none.stderr);
}

#[tokio::test]
async fn trends_follow_the_results_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("trends.html").display().to_string();
    let input = folder.path().join("results");
    std::fs::create_dir(&input).unwrap();
    let from =
        |input: &Path| xtask(&["trends", "--input", &input.display().to_string(), "--output", &output]);
    let empty = from(&input);
    assert_eq!(empty.code, Some(2));
    assert!(empty.stderr.contains("holds no result"), "{}", empty.stderr);
    for (index, job_ms) in [40, 44, 41].into_iter().enumerate() {
        let one = result(job_ms, 20).await;
        let set = plimsoll_cli::read_set(one.path()).unwrap();
        // Virtual results of one plan share their id and their time.
        let at = set.started_at.after(std::time::Duration::from_secs(index as u64 * 86_400));
        let set = Set { id: format!("set-{index}"), started_at: at, ..set };
        Results::create(input.join(format!("{index}"))).unwrap().write_set(&set).unwrap();
    }
    file(&input, "broken.json", b"{ half");
    let ended = from(&input);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{}", ended.stderr);
    let page = std::fs::read_to_string(&output).unwrap();
    assert!(
        page.contains("3 results") && page.contains("job-queue&#x2f;small") && page.contains("broken.json")
    );
    let missing = from(&folder.path().join("nowhere"));
    assert_eq!(missing.code, Some(2));
}
