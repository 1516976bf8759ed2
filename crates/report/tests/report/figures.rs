//! Every printed figure is in the document.

use plimsoll_model::{Counts, Procedure, Set, Throughput};
use plimsoll_report::{
    AnalysisText, ComparisonText, Console, ConsoleOptions, Csv, GithubAnnotations, GithubSummary, Html, Json,
    Junit, Markdown, Overview, Prometheus, Renderer, format,
};
use serde_json::Value;

use crate::support;

/// The numbers of a document, those in its sentences, and the shares of counts: all that may be printed.
fn figures(set: &Set) -> Vec<f64> {
    let document: Value = serde_json::from_str(&support::render(&Json::default(), set))
        .expect("what a renderer prints can be read");
    let mut figures = Vec::new();
    collect(&document, &mut figures);
    for scenario in set.runs.iter().flat_map(|place| &place.run.scenarios) {
        let counts = &scenario.counts;
        let parts = [counts.ok, counts.errors()];
        figures.extend(parts.map(|part| part as f64 / counts.started.max(1) as f64));
        figures.extend(
            [counts.errors(), counts.cancelled + counts.unfinished, counts.dropped_total()].map(|n| n as f64),
        );
    }
    for step in set.runs.iter().flat_map(|place| &place.run.scenarios).flat_map(|scenario| &scenario.steps) {
        figures.push(step.failed as f64 / (step.ok + step.failed).max(1) as f64);
    }
    figures.push(set.completed_at.since(set.started_at).as_nanos() as f64);
    figures
}

fn collect(value: &Value, figures: &mut Vec<f64>) {
    match value {
        Value::Number(number) => figures.extend(number.as_f64()),
        Value::String(text) => figures.extend(format::numbers(text).iter().map(|shown| shown.value)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, figures)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, figures)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Our own words that have a number in them.
fn without_labels(text: &str) -> String {
    text.replace("95 % interval", "")
        .replace("and 16 more rows", "")
        .replace("over 1 ms late", "")
        .replace("1 is even", "")
}

fn missing(renderer: &dyn Renderer, set: &Set, figures: &[f64]) -> Vec<String> {
    let text = without_labels(&support::render(renderer, set));
    let started = set.started_at.human();
    let shown = text.lines().filter(|line| !line.contains(&started)).flat_map(format::numbers);
    shown
        .filter(|shown| !figures.iter().any(|stored| shown.agrees_with(*stored)))
        .map(|s| format!("{s:?}"))
        .collect()
}

/// Sets with little and with much in them.
fn sets() -> [Set; 7] {
    [
        support::checkout(),
        support::repeated(),
        support::rare(),
        support::interrupted(),
        support::nothing_started(),
        support::all_failed(),
        support::empty(),
    ]
}

#[test]
fn every_figure_for_people_is_in_the_document() {
    let console = [(40, true), (80, true), (80, false), (120, true)];
    let options = console.map(|(width, unicode)| ConsoleOptions { width, unicode, color: false });
    for set in sets() {
        let figures = figures(&set);
        for options in options {
            assert_eq!(missing(&Console { options }, &set, &figures), Vec::<String>::new(), "{options:?}");
            assert_eq!(missing(&Overview { options }, &set, &figures), Vec::<String>::new(), "{options:?}");
            assert_eq!(
                missing(&AnalysisText { options }, &set, &figures),
                Vec::<String>::new(),
                "{options:?}"
            );
            assert_eq!(
                missing(&ComparisonText { options }, &set, &figures),
                Vec::<String>::new(),
                "{options:?}"
            );
        }
        assert_eq!(missing(&Markdown, &set, &figures), Vec::<String>::new());
        assert_eq!(missing(&GithubSummary::default(), &set, &figures), Vec::<String>::new());
    }
}

/// Charts have figures of joined windows, which their own tests follow back to the histograms.
#[test]
fn every_figure_of_a_page_is_in_the_document() {
    for set in sets() {
        let mut figures = figures(&set);
        let targets = set.runs.iter().map(|place| place.run.thresholds.len()).sum::<usize>()
            + set
                .comparisons
                .iter()
                .filter(|it| it.procedure == Procedure::Targets)
                .map(|it| it.metrics.len())
                .sum::<usize>();
        let total = |count: fn(&Counts) -> u64| {
            set.runs.iter().flat_map(|place| &place.run.scenarios).map(|it| count(&it.counts)).sum::<u64>()
                as f64
        };
        let (started, ok, errors) = (total(|it| it.started), total(|it| it.ok), total(Counts::errors));
        figures.extend([
            started,
            errors,
            ok / started.max(1.0),
            errors / started.max(1.0),
            set.runs.len() as f64,
        ]);
        figures.extend((0..=targets).map(|number| number as f64));
        for place in &set.runs {
            let rates = |rate: fn(&Throughput) -> f64| {
                place.run.scenarios.iter().map(|it| rate(&it.throughput)).sum::<f64>()
            };
            figures.extend([rates(|it| it.achieved_per_s), rates(|it| it.offered_per_s)]);
        }
        let page = support::without(&support::render(&Html::default(), &set), "figure");
        let text = without_labels(&support::seen(&page)).replace(&set.started_at.human(), "");
        let folded = text.lines().filter(|line| !line.trim_end().ends_with(" more"));
        let lost: Vec<_> = folded
            .flat_map(format::numbers)
            .filter(|shown| !figures.iter().any(|stored| shown.agrees_with(*stored)))
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}

/// The places of the document that cells of a page name, each with what the cell shows.
fn named(page: &str) -> Vec<(&str, &str)> {
    fn cell(tag: &str) -> Option<(&str, &str)> {
        let (pointer, rest) = tag.split_once('"')?;
        let (_, rest) = rest.split_once('>')?;
        Some((pointer, rest.split_once("</td>")?.0))
    }
    page.split(" data-p=\"").skip(1).filter_map(cell).collect()
}

#[test]
fn a_cell_that_names_its_place_in_the_document_shows_what_is_there() {
    for set in sets() {
        let document: Value = serde_json::from_str(&support::render(&Json::default(), &set))
            .expect("what a renderer prints can be read");
        let page = support::render(&Html::default(), &set);
        assert!(set.runs.iter().all(|place| place.run.scenarios.is_empty()) || !named(&page).is_empty());
        for (pointer, text) in named(&page) {
            let stored = document.pointer(pointer).and_then(Value::as_f64);
            let shown = format::numbers(&text.replace("&#x2f;", "/"));
            let [shown] = shown.as_slice() else { panic!("{pointer}: {text:?} is not one figure") };
            assert!(
                stored.is_some_and(|stored| shown.agrees_with(stored)),
                "{pointer}: {text:?}, {stored:?}"
            );
        }
    }
}

#[test]
fn the_tables_of_a_page_name_the_places_of_their_figures() {
    let page = support::render(&Html::default(), &support::checkout());
    let named = named(&page);
    let parts = [
        "/throughput/achieved_per_s",
        "/latency/response/quantiles/",
        "/latency/queue/max_ns",
        "/steps/0/failed",
        "/errors/0/share",
        "/summary/peak",
        "/comparisons/0/metrics/0/current",
    ];
    for part in parts {
        assert!(named.iter().any(|(pointer, _)| pointer.contains(part)), "{part} in {named:?}");
    }
}

#[test]
fn every_figure_of_the_annotations_is_in_the_document() {
    for set in sets() {
        let figures = figures(&set);
        let text = support::render(&GithubAnnotations, &set)
            .replace("%25", "%")
            .replace("%2C", ",")
            .replace("%3A", ":");
        let lost: Vec<_> = format::numbers(&without_labels(&text))
            .into_iter()
            .filter(|shown| !figures.iter().any(|stored| shown.agrees_with(*stored)))
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}

#[test]
fn every_figure_of_junit_is_in_the_document_or_counts_its_cases() {
    for set in sets() {
        let mut figures = figures(&set);
        let text = support::render(&Junit, &set);
        let report =
            quick_junit::Report::deserialize_from_str(&text).expect("what a renderer prints can be read");
        for suite in &report.test_suites {
            figures.extend(suite.time.map(|time| time.as_secs_f64()));
        }
        let lost = text.split('>').filter(|tag| tag.contains("<failure") || tag.contains("<testcase"));
        let lost: Vec<_> = lost
            .flat_map(|tag| format::numbers(&without_labels(tag)))
            .filter(|shown| !figures.iter().any(|stored| shown.agrees_with(*stored)))
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}

#[test]
fn every_figure_of_the_table_is_exactly_in_the_document() {
    for set in sets() {
        let figures = figures(&set);
        let text = support::render(&Csv, &set);
        for record in csv::Reader::from_reader(text.as_bytes()).records() {
            let record = record.expect("what a renderer prints can be read");
            let value: f64 = record[6].parse().expect("what a renderer prints can be read");
            // Yes and no are 1 and 0.
            let is_word = matches!(&record[4], "passed") || record[4].ends_with(".censored");
            assert!(is_word || figures.contains(&value), "{record:?}");
        }
    }
}

#[test]
fn every_figure_for_the_collector_follows_from_the_document() {
    for set in sets() {
        let text = support::render(&Prometheus, &set);
        let samples = support::exposition::read(&text).expect("what a renderer prints can be read");
        let figures = figures(&set);
        // Buckets, shares, sums over tenants and instants are made of several figures or in another unit.
        let others = ["plimsoll_latency_seconds_", "plimsoll_error_ratio", "plimsoll_completed_", "job_"];
        let plain =
            samples.iter().filter(|((name, _), _)| !others.iter().any(|other| name.starts_with(other)));
        for ((name, labels), value) in plain {
            let is_time = name == "plimsoll_latency_quantile_seconds";
            let value = if is_time { (value * 1e9).round() } else { *value };
            assert!(figures.contains(&value), "{name} {labels:?} {value}");
        }
    }
}

#[test]
fn a_wrong_figure_would_be_noticed() {
    let mut set = support::checkout();
    let text = support::render(&Markdown, &set);
    set.runs[0].run.scenarios[1].throughput.peak_per_s = 7.0;
    let figures = figures(&set);
    let lost = format::numbers(&without_labels(&text))
        .into_iter()
        .filter(|shown| !figures.iter().any(|f| shown.agrees_with(*f)));
    assert!(lost.into_iter().any(|shown| shown.value == 1004.0));
}
