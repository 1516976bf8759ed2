//! Operations wait to be started.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Quantile, ScenarioResult, Set, Severity};

use super::insight::{Insight, subject};
use crate::format;

const RULE: &str = "queue_build_up";

/// Share of the mean response time above which waiting is a cause of its own.
const LIMIT: f64 = 0.25;

pub(super) fn find(set: &Set) -> Vec<Insight> {
    let scenarios = set
        .runs
        .iter()
        .enumerate()
        .flat_map(|(index, place)| place.run.scenarios.iter().map(move |scenario| (index, scenario)));
    scenarios.filter_map(|(index, scenario)| insight(set, index, scenario)).collect()
}

fn insight(set: &Set, index: usize, scenario: &ScenarioResult) -> Option<Insight> {
    let (queue, response) = (&scenario.latency.queue, &scenario.latency.response);
    let (waited, took) = (queue.mean_ns?, response.mean_ns.filter(|mean| *mean > 0.0)?);
    let share = waited / took;
    if share <= LIMIT {
        return None;
    }
    let name = subject(set, index, &scenario.name);
    let message = format!(
        "{} of the response time of {name} was waiting to start, above {}",
        format::share(share),
        format::share(LIMIT)
    );
    let advice = "more arrives than is served: add capacity, or shed load earlier; a higher in-flight limit helps \
                  only while the service time stays flat";
    let mut evidence =
        vec![format!("mean {} of {} was spent in the queue", format::time(waited), format::time(took))];
    let p99 = queue.quantile(Quantile::P99);
    evidence.extend(
        p99.map(|p99| format!("queue.p99({}) = {}", scenario.name, format::time(to_f64(p99.value_ns)))),
    );
    let severity = if share > 0.5 { Severity::High } else { Severity::Medium };
    Some(Insight::new(RULE, severity, name, message, advice, evidence))
}
