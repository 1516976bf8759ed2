//! Too many operations fail.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{ScenarioResult, Set, Severity};

use super::insight::{Insight, subject};
use crate::format;

const RULE: &str = "error_rate";

/// Share of the operations above which errors are no accident.
const LIMIT: f64 = 0.01;

pub(super) fn find(set: &Set) -> Vec<Insight> {
    let scenarios = set
        .runs
        .iter()
        .enumerate()
        .flat_map(|(index, place)| place.run.scenarios.iter().map(move |scenario| (index, scenario)));
    scenarios.filter_map(|(index, scenario)| insight(set, index, scenario)).collect()
}

fn insight(set: &Set, index: usize, scenario: &ScenarioResult) -> Option<Insight> {
    let counts = &scenario.counts;
    if counts.started == 0 {
        return None;
    }
    let share = to_f64(counts.errors()) / to_f64(counts.started);
    if share <= LIMIT {
        return None;
    }
    let name = subject(set, index, &scenario.name);
    let message = format!("{} of {name} failed, above {}", format::share(share), format::share(LIMIT));
    let advice = "start with the most frequent kind; latencies of a run that fails fast are no good news";
    let mut evidence = vec![format!(
        "{} errors in {} operations",
        format::count(counts.errors()),
        format::count(counts.started)
    )];
    evidence.extend(
        scenario.errors.first().map(|first| {
            format!("most frequent: {}, {} of the errors", first.kind, format::share(first.share))
        }),
    );
    let severity = if share > 0.1 { Severity::Critical } else { Severity::High };
    Some(Insight::new(RULE, severity, name, message, advice, evidence))
}
