//! A few operations take far longer than most.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Quantile, ScenarioResult, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::Place;
use crate::format;

/// Times the median above which the slow ones are another kind of operation.
const TIMES: f64 = 10.0;

/// Distance in nanoseconds above which somebody feels it.
const APART_NS: f64 = 10e6;

/// Fewest operations whose slowest hundredth says something.
const LEAST: u64 = 1_000;

pub(super) fn find(place: Place<'_>, scenario: &ScenarioResult) -> Option<Insight> {
    let response = Some(&scenario.latency.response).filter(|response| response.count >= LEAST)?;
    let at = |q| response.quantile(q).map(|value| to_f64(value.value_ns));
    let (p50, p99) = (at(Quantile::P50)?, at(Quantile::P99)?);
    if p99 <= TIMES * p50 || p99 - p50 <= APART_NS {
        return None;
    }
    let subject = place.subject(&scenario.name);
    let message = format!(
        "one in a hundred of {subject} took {} or more{}, above {} times the median",
        format::time(p99),
        place.load(),
        format::number(TIMES)
    );
    let figure = |stat: &str, ns: f64| format!("{stat}({}) = {}", scenario.name, format::time(ns));
    let mut evidence = vec![figure("p50", p50), figure("p99", p99)];
    let service = scenario.latency.service.quantile(Quantile::P99);
    evidence.extend(service.map(|value| figure("service.p99", to_f64(value.value_ns))));
    Some(Insight {
        rule: "latency_tail",
        severity: Severity::Medium,
        subject,
        message,
        advice: "more capacity seldom helps a tail: look at what the slow ones share, such as pauses, retries, locks, \
                 cold caches or one slow dependency, and at when they happened"
            .to_owned(),
        evidence,
    })
}
