//! Arrivals found no place.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{ScenarioResult, Set, Severity};

use super::insight::{Insight, subject};
use crate::format;

const RULE: &str = "drops";

/// Share of the planned operations above which the offered load was not really offered.
const GRAVE: f64 = 0.01;

pub(super) fn find(set: &Set) -> Vec<Insight> {
    let scenarios = set.runs.iter().enumerate().flat_map(|(index, place)| {
        place.run.scenarios.iter().map(move |scenario| (index, place.run.plan.in_flight, scenario))
    });
    scenarios.filter_map(|(index, in_flight, scenario)| insight(set, index, in_flight, scenario)).collect()
}

fn insight(set: &Set, index: usize, in_flight: u64, scenario: &ScenarioResult) -> Option<Insight> {
    let counts = &scenario.counts;
    let dropped = counts.dropped_total();
    if dropped == 0 || counts.planned == 0 {
        return None;
    }
    let share = to_f64(dropped) / to_f64(counts.planned);
    let name = subject(set, index, &scenario.name);
    let message = format!("{} of the arrivals of {name} were dropped", format::share(share));
    let advice = "the latencies are only of those that were let in; lower the rate, speed the service up, or raise \
                  the in-flight limit if the service can take it";
    let evidence = vec![
        format!("{} of {} arrivals dropped", format::count(dropped), format::count(counts.planned)),
        format!("at most {} in flight", format::count(in_flight)),
    ];
    let severity = if share > GRAVE { Severity::High } else { Severity::Medium };
    Some(Insight::new(RULE, severity, name, message, advice, evidence))
}
