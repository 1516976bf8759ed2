//! Arrivals found no place.

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{ScenarioResult, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::Place;
use crate::format;

/// Share of the planned operations above which the offered load was not really offered.
const GRAVE: f64 = 0.01;

pub(super) fn find(place: Place<'_>, scenario: &ScenarioResult) -> Option<Insight> {
    let (dropped, planned) = (scenario.counts.dropped_total(), scenario.counts.planned);
    let share = ratio(to_f64(dropped), to_f64(planned)).filter(|share| *share > 0.0)?;
    let subject = place.subject(&scenario.name);
    Some(Insight {
        rule: "drops",
        severity: if share > GRAVE { Severity::High } else { Severity::Medium },
        message: format!("{} of the arrivals of {subject} were dropped{}", format::share(share), place.load()),
        subject,
        advice: "the latencies are only of those that were let in; lower the rate, speed the service up, or raise the \
                 in-flight limit if the service can take it"
            .to_owned(),
        evidence: vec![
            format!("{} of {} arrivals dropped", format::count(dropped), format::count(planned)),
            format!("at most {} in flight", format::count(place.run.plan.in_flight)),
        ],
    })
}
