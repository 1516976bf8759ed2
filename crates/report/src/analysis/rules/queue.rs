//! Operations wait to be started.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Quantile, ScenarioResult, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::Place;
use crate::format;

/// Share of the mean response time above which waiting is a cause of its own.
const LIMIT: f64 = 0.25;

/// Share above which it is the main one.
const GRAVE: f64 = 0.5;

pub(super) fn find(place: Place<'_>, scenario: &ScenarioResult) -> Option<Insight> {
    let (queue, response) = (&scenario.latency.queue, &scenario.latency.response);
    let (waited, took) = (queue.mean_ns?, response.mean_ns.filter(|mean| *mean > 0.0)?);
    let share = waited / took;
    if share <= LIMIT {
        return None;
    }
    let subject = place.subject(&scenario.name);
    let message = format!(
        "{} of the response time of {subject} was waiting to start{}, above {}",
        format::share(share),
        place.load(),
        format::share(LIMIT)
    );
    let mut evidence =
        vec![format!("mean {} of {} was spent in the queue", format::time(waited), format::time(took))];
    let p99 = queue.quantile(Quantile::P99);
    evidence.extend(
        p99.map(|p99| format!("queue.p99({}) = {}", scenario.name, format::time(to_f64(p99.value_ns)))),
    );
    Some(Insight {
        rule: "queue_build_up",
        severity: if share > GRAVE { Severity::High } else { Severity::Medium },
        subject,
        message,
        advice: "more arrives than is served: add capacity, or shed load earlier; a higher in-flight limit helps only \
                 while the service time stays flat"
            .to_owned(),
        evidence,
    })
}
