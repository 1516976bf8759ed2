//! What a command leaves is whole, valid, and says the same in every form.

#![expect(clippy::unwrap_used, reason = "what cannot be made or read fails the test")]

use std::path::Path;

use plimsoll::baseline::{screening, targets};
use plimsoll::metrics::contradiction;
use plimsoll::model::{Isolation, Set};
use plimsoll::report::{Console, ConsoleOptions, Renderer, analyze, format};
use plimsoll::{Host, Load, Outcome, Process, Profile, Sample, Sitting, millis, op};
use plimsoll_cli::{Results, read_baseline, read_set};
use serde_json::Value;

/// A real set: two workloads, one of them three times, sampled, judged, compared and analysed.
async fn set() -> Set {
    let mut sitting = Sitting::begin("result files", xtask::tool(), "dev");
    for iteration in 0..3 {
        let load = Load::new("job-queue/small")
            .mix([
                (3, op("read", |cx| async move { cx.sleep(millis(1)).await })),
                (
                    1,
                    op("write", |cx| async move {
                        cx.sleep(millis(2)).await;
                        let outcome = Outcome::ok().items(5).step("store", millis(1));
                        if cx.iteration() % 50 == 3 {
                            Outcome::fail("refused", "no room: 17 of 17")
                        } else {
                            outcome
                        }
                    }),
                ),
            ])
            .warm_up(Profile::users(2, millis(20)))
            .measure(Profile::users(4, millis(300 + 10 * iteration)))
            .window(millis(100))
            .threshold("p99 < 5s".parse().unwrap())
            .sample_every(millis(50), [Box::new(Host::new()) as _, Box::new(Process::own()) as _]);
        sitting.add("job-queue/small", Isolation::InProcess, load.run().await.unwrap());
    }
    let load = Load::new("late").operation(op("op", |_| async {})).measure(Profile::hold(200, millis(200)));
    sitting.add("late", Isolation::InProcess, load.run().await.unwrap());
    let mut set = sitting.finish();
    let baseline = read_baseline(&[root().join("baselines/default.yaml")]).unwrap();
    set.comparisons = vec![
        targets::judge(&set, &baseline, None).unwrap(),
        screening::compare(&set, &set, &baseline.regression),
    ];
    set.analysis = Some(analyze(&set));
    set
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[tokio::test]
async fn the_result_is_valid_by_the_committed_schema_and_reads_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let set = set().await;
    Results::create(folder.path()).unwrap().write_set(&set).unwrap();
    let text = std::fs::read_to_string(folder.path().join("latest.json")).unwrap();
    let schema = std::fs::read_to_string(root().join("docs/schema/set.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let errors: Vec<_> =
        validator.iter_errors(&serde_json::from_str(&text).unwrap()).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(read_set(folder.path()).unwrap(), set);
}

#[tokio::test]
async fn every_number_in_the_reports_for_people_is_in_the_result() {
    let folder = tempfile::tempdir().unwrap();
    let set = set().await;
    Results::create(folder.path()).unwrap().write_set(&set).unwrap();
    let latest = std::fs::read_to_string(folder.path().join("latest.json")).unwrap();
    let stored = stored(&serde_json::from_str(&latest).unwrap(), &set);
    let markdown = std::fs::read_to_string(folder.path().join("report.md")).unwrap();
    assert_eq!(not_stored(&markdown, &stored, &set), Vec::<String>::new());
    let comparison = std::fs::read_to_string(folder.path().join("comparison_report.txt")).unwrap();
    assert_eq!(not_stored(&comparison, &stored, &set), Vec::<String>::new());
    for width in [80, 120] {
        let options = ConsoleOptions { width, ..ConsoleOptions::default() };
        let mut console = Vec::new();
        Console { options }.render(&set, &mut console).unwrap();
        let console = String::from_utf8(console).unwrap();
        assert!(console.lines().all(|line| line.chars().count() <= width), "{console}");
        assert_eq!(not_stored(&console, &stored, &set), Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_sums_of_a_result_add_up() {
    let set = set().await;
    for scenario in set.runs.iter().flat_map(|place| &place.run.scenarios) {
        let counts = &scenario.counts;
        assert!(counts.is_conserved());
        assert_eq!(scenario.errors.iter().map(|error| error.count).sum::<u64>(), counts.errors());
        assert_eq!(scenario.latency.response.count, counts.started);
        let shares: f64 = scenario.errors.iter().map(|error| error.share).sum();
        assert!(counts.errors() == 0 || (shares - 1.0).abs() < 1e-9, "{shares}");
    }
    for place in &set.runs {
        assert_eq!(contradiction(&place.run), None);
        let of_windows = |name: &str| {
            place
                .run
                .windows
                .iter()
                .filter(|it| it.scenario == name)
                .map(|window| window.completed)
                .sum::<u64>()
        };
        for scenario in &place.run.scenarios {
            assert!(of_windows(&scenario.name) <= scenario.counts.started);
        }
    }
}

/// All numbers of the document, those within its sentences, and the few sums that the reports make of counts.
fn stored(document: &Value, set: &Set) -> Vec<f64> {
    let mut stored = Vec::new();
    collect(document, &mut stored);
    for scenario in set.runs.iter().flat_map(|place| &place.run.scenarios) {
        let counts = &scenario.counts;
        let given_up = counts.cancelled + counts.unfinished;
        stored.extend([counts.errors(), given_up, counts.dropped_total()].map(|count| count as f64));
        stored.extend([counts.ok, counts.errors()].map(|part| part as f64 / counts.started.max(1) as f64));
    }
    stored.push(set.completed_at.since(set.started_at).as_nanos() as f64);
    stored
}

fn collect(value: &Value, stored: &mut Vec<f64>) {
    match value {
        Value::Number(number) => stored.extend(number.as_f64()),
        Value::String(text) => stored.extend(format::numbers(text).iter().map(|shown| shown.value)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, stored)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, stored)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// The numbers of a text that are not stored, within the precision in which they are printed.
fn not_stored(text: &str, stored: &[f64], set: &Set) -> Vec<String> {
    let started = set.started_at.human();
    let lines = text.lines().filter(|line| !line.contains(&started) && !is_our_own_words(line));
    let shown = lines.flat_map(|line| format::numbers(&line.replace("95 % interval", "")));
    let missing = shown.filter(|shown| !stored.iter().any(|stored| shown.agrees_with(*stored)));
    missing.map(|shown| format!("{shown:?}")).collect()
}

/// Lines that count their own rows.
fn is_our_own_words(line: &str) -> bool {
    line.contains(" more rows") || line.contains("over 1 ms late")
}

#[tokio::test]
async fn a_comparison_of_two_sides_leaves_its_own_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut set = set().await;
    let results = Results::create(folder.path()).unwrap();
    results.write_set(&set).unwrap();
    assert!(folder.path().join("report.html").is_file());
    assert!(!folder.path().join("dashboard.html").exists(), "only two sides have it");
    let sides = [plimsoll::model::Side::A, plimsoll::model::Side::B];
    set.runs.iter_mut().zip(sides).for_each(|(place, side)| place.side = Some(side));
    results.write_set(&set).unwrap();
    for name in ["dashboard.html", "latency_heatmap.png", "memory_analysis.html", "regression_report.txt"] {
        assert!(folder.path().join(name).metadata().unwrap().len() > 500, "{name}");
    }
    let validation = std::fs::read_to_string(folder.path().join("validation_report.txt")).unwrap();
    assert!(validation.contains("checks passed: "), "{validation}");
    let summary = std::fs::read_to_string(folder.path().join("execution_summary.json")).unwrap();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(
        (&summary["runs"]["a"], &summary["runs"]["b"], &summary["runs"]["other"]),
        (&1.into(), &1.into(), &2.into())
    );
    let started: u64 =
        set.runs.iter().flat_map(|place| &place.run.scenarios).map(|it| it.counts.started).sum();
    assert_eq!(summary["operations"]["started"], started);
    assert_eq!(summary["verdict"]["status"], serde_json::to_value(set.verdict.status).unwrap());
}
