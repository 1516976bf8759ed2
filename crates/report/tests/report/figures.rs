//! Every printed figure is in the document.

use plimsoll_model::Set;
use plimsoll_report::{Console, ConsoleOptions, Json, Markdown, Renderer, format};
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

fn missing(renderer: &dyn Renderer, set: &Set) -> Vec<String> {
    let figures = figures(set);
    let text = without_labels(&support::render(renderer, set));
    let started = set.started_at.human();
    let shown = text.lines().filter(|line| !line.contains(&started)).flat_map(format::numbers);
    shown
        .filter(|shown| !figures.iter().any(|stored| shown.agrees_with(*stored)))
        .map(|s| format!("{s:?}"))
        .collect()
}

#[test]
fn every_figure_of_the_console_is_in_the_document() {
    let options = ConsoleOptions { width: 120, ..ConsoleOptions::default() };
    for set in [support::checkout(), support::repeated(), support::interrupted(), support::nothing_started()]
    {
        assert_eq!(missing(&Console { options }, &set), Vec::<String>::new());
    }
}

#[test]
fn every_figure_of_the_markdown_is_in_the_document() {
    for set in [support::checkout(), support::rare(), support::repeated(), support::all_failed()] {
        assert_eq!(missing(&Markdown, &set), Vec::<String>::new());
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
