//! The whole in three sentences, and in a few figures.

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{Counts, Priority, Quantile, Run, ScenarioResult, Set, Status};

use super::{Cell, Observation, Tone};
use crate::{format, text};

/// The whole in three sentences at most: what became of the targets, what was done, what to do.
pub(crate) fn sentences(set: &Set) -> Vec<String> {
    [Some(targets(set)), load(set), advice(set)].into_iter().flatten().collect()
}

fn targets(set: &Set) -> String {
    let all = Observation::all(set);
    let missed = all.iter().filter(|target| target.status == Status::Fail).count();
    let unsure = all.iter().filter(|target| !matches!(target.status, Status::Fail | Status::Pass)).count();
    let count = |number: usize| format::count(number as u64);
    match (all.len(), missed, unsure) {
        (0, _, _) => "No targets were given: the figures stand for themselves.".to_owned(),
        (1, 0, 0) => "The one target was met.".to_owned(),
        (of, 0, 0) => format!("All {} targets were met.", count(of)),
        (of, 0, unsure) => format!("Of {} targets, {} could not be decided.", count(of), count(unsure)),
        (of, missed, 0) => format!("Of {} targets, {} missed.", count(of), were(missed)),
        (of, missed, unsure) => {
            format!(
                "Of {} targets, {} missed and {} could not be decided.",
                count(of),
                were(missed),
                count(unsure)
            )
        }
    }
}

fn were(number: usize) -> String {
    format!("{} {}", format::count(number as u64), if number == 1 { "was" } else { "were" })
}

fn load(set: &Set) -> Option<String> {
    let total = total(set);
    if set.runs.is_empty() {
        return None;
    }
    if total.started == 0 {
        return Some("No operation was started, so nothing was measured.".to_owned());
    }
    let runs = match set.runs.len() {
        1 => String::new(),
        runs => format!(" in {} runs", format::count(runs as u64)),
    };
    let ended = ratio(to_f64(total.ok), to_f64(total.started))
        .map_or_else(String::new, |share| format!("; {} of them ended well", format::share(share)));
    Some(format!("{} operations were started{runs}{ended}.", format::count(total.started)))
}

/// The most urgent advice, or that there is none.
fn advice(set: &Set) -> Option<String> {
    let analysis = set.analysis.as_ref()?;
    let first = analysis.recommendations.first().filter(|advice| advice.priority >= Priority::Medium)?;
    let message = text::sentence(&first.message);
    let mut letters = message.chars();
    let capital: String = letters.next().map(|first| first.to_uppercase().to_string()).into_iter().collect();
    Some(format!("{capital}{}.", letters.as_str().trim_end_matches('.')))
}

fn scenarios(set: &Set) -> impl Iterator<Item = &ScenarioResult> {
    set.runs.iter().flat_map(|place| &place.run.scenarios)
}

fn total(set: &Set) -> Counts {
    let mut total = Counts::default();
    scenarios(set).for_each(|scenario| total.add(&scenario.counts));
    total
}

/// A figure that a reader looks for first.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct KeyFigure {
    pub(crate) label: &'static str,
    pub(crate) cell: Cell,
    /// Where it comes from, or what it is held against.
    pub(crate) note: String,
}

/// The figures that a reader looks for first. Those of latency only where one run has them: percentiles of several
/// runs are not one figure.
pub(crate) fn figures(set: &Set) -> Vec<KeyFigure> {
    let mut figures = Vec::new();
    if let [only] = set.runs.as_slice() {
        figures.extend(of_run(&only.run));
    } else if !set.runs.is_empty() {
        figures.push(figure("runs", format::count(set.runs.len() as u64), String::new()));
    }
    let total = total(set);
    if total.started > 0 {
        figures.push(figure("operations", format::count(total.started), String::new()));
        let share = to_f64(total.errors()) / to_f64(total.started);
        let tone = if total.errors() > 0 { Tone::Bad } else { Tone::Good };
        let cell = Cell::toned(format::share(share), tone);
        let note = if total.errors() > 0 {
            format!("{} failed", format::count(total.errors()))
        } else {
            String::new()
        };
        figures.push(KeyFigure { label: "errors", cell, note });
    }
    figures
}

fn figure(label: &'static str, text: String, note: String) -> KeyFigure {
    KeyFigure { label, cell: text.into(), note }
}

/// Throughput, and the latencies of the slowest scenario.
fn of_run(run: &Run) -> Vec<KeyFigure> {
    let started = || run.scenarios.iter().filter(|scenario| scenario.counts.started > 0);
    let mut figures = Vec::new();
    let achieved: f64 = started().map(|scenario| scenario.throughput.achieved_per_s).sum();
    let offered: f64 = started().map(|scenario| scenario.throughput.offered_per_s).sum();
    if started().next().is_some() {
        figures.push(figure(
            "throughput",
            format::rate(achieved),
            format!("of {} due", format::rate(offered)),
        ));
    }
    let slowest =
        started().max_by_key(|it| it.latency.response.quantile(Quantile::P99).map_or(0, |q| q.value_ns));
    for (label, q) in [("p50", Quantile::P50), ("p95", Quantile::P95), ("p99", Quantile::P99)] {
        let Some(value) = slowest.and_then(|it| it.latency.response.quantile(q)) else { continue };
        let bound = if value.censored { "≥ " } else { "" };
        let note = match slowest.filter(|_| run.scenarios.len() > 1) {
            Some(scenario) => format!("{}, the slowest", text::name(&scenario.name)),
            None => String::new(),
        };
        figures.push(figure(label, format!("{bound}{}", format::time(to_f64(value.value_ns))), note));
    }
    figures
}
