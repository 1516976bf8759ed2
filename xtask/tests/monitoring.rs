//! What docs/monitoring asks for is there, and Prometheus agrees with it.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use plimsoll::baseline::{Thresholds, screening};
use plimsoll::model::{CustomMetric, CustomMetricKind, Isolation, Set};
use plimsoll::{Load, Profile, Sitting, millis, op, secs};
use plimsoll_cli::Results;
use serde_json::Value;

/// Metrics of others: what Prometheus says of a scrape, and of its own alerts.
const OF_PROMETHEUS: [&str; 2] = ["up", "ALERTS"];

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/monitoring"))
}

fn file(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn dashboards() -> [Value; 2] {
    ["load", "jobs"].map(|name| serde_json::from_str(&file(&format!("dashboards/{name}.json"))).unwrap())
}

/// The expressions of all alerts.
fn rules() -> Vec<String> {
    let lines = file("alerts.yml");
    let expressions = lines.lines().filter_map(|line| line.trim().strip_prefix("expr: '"));
    expressions.map(|expr| expr.trim_end_matches('\'').replace("''", "'")).collect()
}

/// The expressions of all panels, as Prometheus gets them.
fn panels() -> Vec<String> {
    let of = |dashboard: &Value| -> Vec<String> {
        let targets = dashboard["panels"].as_array().unwrap().iter();
        let targets = targets.flat_map(|panel| panel["targets"].as_array().unwrap());
        targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
    };
    let all = dashboards();
    let substituted = |expr: String| {
        expr.replace("$__rate_interval", "1m").replace("$workload", ".*").replace("$tenant", ".*")
    };
    all.iter().flat_map(of).map(substituted).collect()
}

/// The names of metrics in an expression: words that are no label, function, keyword or text.
fn metrics(expr: &str) -> BTreeSet<String> {
    let mut outside = String::new();
    let (mut is_text, mut depth) = (false, 0);
    for c in expr.chars() {
        match c {
            '"' => is_text = !is_text,
            '{' | '[' if !is_text => depth += 1,
            '}' | ']' if !is_text => depth -= 1,
            _ if !is_text && depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = outside.split(|c| !is_word(c)).filter(|word| word.contains('_') || *word == "up");
    words.filter(|word| *word != "histogram_quantile").map(str::to_owned).collect()
}

/// A set that has all that can be exported.
async fn full() -> Set {
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
    let sampled: Set = serde_json::from_str(include_str!("../../docs/sample/latest.json")).unwrap();
    after.runs[0].run.resources = sampled.runs[0].run.resources.clone();
    after
}

async fn export() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    Results::create(folder.path()).unwrap().write_set(&full().await).unwrap();
    let text = xtask::export_metrics::export(folder.path(), SystemTime::now().into()).unwrap();
    (folder, String::from_utf8(text).unwrap())
}

fn exported(text: &str) -> BTreeSet<String> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.map(|line| line.split(['{', ' ']).next().unwrap().to_owned()).collect()
}

#[test]
fn the_reader_of_expressions_finds_metrics_and_nothing_else() {
    let expr = r#"histogram_quantile(0.95, sum by (tenant, le) (rate(a_b_bucket{x_y="c_d"}[1m]))) > 1 and up{job="e_f"} == 0"#;
    assert_eq!(metrics(expr).into_iter().collect::<Vec<_>>(), ["a_b_bucket", "up"]);
}

#[tokio::test]
async fn every_metric_of_a_rule_or_a_panel_is_in_an_export() {
    let (_folder, text) = export().await;
    let mut known = exported(&text);
    let load = Load::new("shop")
        .operation(op("read", |cx| async move { cx.sleep(millis(1)).await }))
        .measure(Profile::hold(10, secs(1)))
        .virtual_time();
    let snapshots = load.snapshots();
    load.run().await.unwrap();
    let mut live = Vec::new();
    let last = snapshots.borrow().clone().unwrap();
    plimsoll::report::Prometheus::write_snapshot(&last, &mut live).unwrap();
    known.extend(exported(&String::from_utf8(live).unwrap()));
    known.extend(OF_PROMETHEUS.map(str::to_owned));
    let (rules, panels) = (rules(), panels());
    assert!(rules.len() >= 14 && panels.len() >= 12, "{} rules, {} expressions", rules.len(), panels.len());
    for expr in rules.iter().chain(&panels) {
        let named = metrics(expr);
        assert!(!named.is_empty(), "no metric is found in {expr}");
        let missing: Vec<_> = named.difference(&known).collect();
        assert!(missing.is_empty(), "{expr}\nnames {missing:?}, which no export has");
    }
}

#[test]
fn every_rule_has_a_test_that_fires_and_one_that_stays_silent() {
    let (rules, tests) = (file("alerts.yml"), file("alerts.test.yml"));
    let names: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() >= 14, "{names:?}");
    for name in names {
        for end in ["fires", "stays silent"] {
            assert!(tests.contains(&format!("- name: {name} {end}\n")), "{name} {end}");
        }
    }
}

#[test]
fn dashboards_can_be_provisioned_as_they_are() {
    let [load, jobs] = dashboards();
    assert_eq!((load["panels"].as_array().unwrap().len(), &load["refresh"]), (8, &Value::from("5s")));
    for dashboard in [load, jobs] {
        assert_eq!((&dashboard["id"], &dashboard["schemaVersion"]), (&Value::Null, &Value::from(39)));
        assert!(dashboard["uid"].is_string() && dashboard["title"].is_string());
        let text = dashboard.to_string();
        assert!(!text.contains("__inputs") && !text.contains("${DS_"), "provisioning does not fill these in");
        let (mut ids, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for panel in dashboard["panels"].as_array().unwrap() {
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "an id twice");
            assert!(panel["title"].is_string() && panel["description"].is_string());
            assert_eq!(panel["datasource"]["uid"], "${datasource}");
            let unit = panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap();
            assert!(["s", "bytes", "percentunit", "ops", "short"].contains(&unit), "{unit}");
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|key| panel["gridPos"][key].as_u64().unwrap());
            assert!(x + w <= 24);
            let cells = (x..x + w).flat_map(|column| (y..y + h).map(move |row| (column, row)));
            assert!(cells.into_iter().all(|cell| taken.insert(cell)), "{} overlaps", panel["title"]);
            for target in panel["targets"].as_array().unwrap() {
                let expr = target["expr"].as_str().unwrap();
                let is_counter = metrics(expr).iter().any(|name| name.ends_with("_total"));
                assert!(!is_counter || expr.contains("[$__rate_interval]"), "{expr}");
            }
        }
    }
}

#[tokio::test]
async fn a_reader_never_sees_a_part_of_a_file() {
    let (folder, _) = export().await;
    let output = folder.path().join("metrics.prom");
    let args = |output: &Path| {
        vec![
            "export-metrics".to_owned(),
            "--input".to_owned(),
            folder.path().join("latest.json").display().to_string(),
            "--output".to_owned(),
            output.display().to_string(),
            "--watch".to_owned(),
            "--interval".to_owned(),
            "1ms".to_owned(),
        ]
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask")).args(args(&output)).spawn().unwrap();
    let (mut seen, mut reads) = (BTreeSet::new(), 0_u64);
    let begin = std::time::Instant::now();
    // So many different files were seen whole; on a slow machine as many as a minute gives.
    while seen.len() < 1_000 && begin.elapsed() < std::time::Duration::from_secs(60) {
        let Ok(text) = std::fs::read_to_string(&output) else { continue };
        reads += 1;
        let last = text.lines().last().unwrap_or_default().to_owned();
        // The first file is from write_set, and has no such line.
        if !seen.is_empty() || last.starts_with("job_export") {
            assert!(text.ends_with('\n') && last.starts_with("job_export_timestamp_seconds "), "{last:?}");
            seen.insert(last);
        }
    }
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(seen.len() >= 100, "{} different files in {reads} reads", seen.len());
}

/// Whether a program of Prometheus is here; where it is asked for, it must be.
fn has(program: &str) -> bool {
    let is_here = Command::new(program).arg("--version").output().is_ok();
    let required =
        std::env::var("PLIMSOLL_REQUIRE").is_ok_and(|parts| parts.split(',').any(|one| one == "prometheus"));
    assert!(is_here || !required, "PLIMSOLL_REQUIRE names prometheus, and {program} is missing");
    is_here
}

#[expect(clippy::print_stderr, reason = "says that a part is missing")]
fn skip(part: &str) {
    eprintln!("skipped: no {part}");
}

fn promtool(arguments: &[&str], input: Option<&str>) {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut command = Command::new("promtool");
    command.args(arguments).current_dir(folder()).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.unwrap_or_default().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
}

#[tokio::test]
async fn promtool_agrees_with_rules_tests_panels_and_the_export() {
    if !has("promtool") {
        return skip("prometheus");
    }
    promtool(&["check", "config", "--lint=all", "prometheus.yml"], None);
    promtool(&["check", "rules", "--lint=all", "--lint-fatal", "alerts.yml"], None);
    promtool(&["test", "rules", "alerts.test.yml"], None);
    let recorded = panels().iter().enumerate().fold(
        "groups: [{name: panels, rules: [".to_owned(),
        |text, (index, expr)| {
            format!("{text}{{record: 'panel:{index}', expr: {}}},", serde_json::to_string(expr).unwrap())
        },
    );
    let rules = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(rules.path(), recorded + "]}]").unwrap();
    promtool(&["check", "rules", &rules.path().display().to_string()], None);
    let (_folder, text) = export().await;
    promtool(&["check", "metrics"], Some(&text));
}
