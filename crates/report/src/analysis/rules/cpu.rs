//! A target has no CPU left.

use plimsoll_model::{ResourceSeries, Severity, TargetKind, Unit};

use super::io_wait;
use crate::analysis::capacity;
use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, mean_of, peak_of};
use crate::format;

/// CPU: of a host the share of the machine, of anything else in cores, where 2 is two busy cores.
pub(super) const METRIC: &str = "cpu";

/// Share of what it may use above which work begins to wait for a core.
const LIMIT: f64 = 0.8;

/// Share above which nothing is left.
const GRAVE: f64 = 0.95;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let capacity = capacity::cpu(place, series).filter(|_| series.unit == Unit::Ratio)?;
    let mean = mean_of(series)?;
    let share = mean / capacity;
    // A machine that waits for its disk looks busy; more cores would wait as well.
    let io_wait = place.host_mean(io_wait::METRIC);
    if share <= LIMIT || io_wait.is_some_and(|wait| wait > io_wait::LIMIT) {
        return None;
    }
    let subject = place.subject(&series.target);
    let message = format!(
        "CPU of {subject} averaged {} of what it may use{}, above {}",
        format::share(share),
        place.load(),
        format::share(LIMIT)
    );
    let mut evidence = vec![figure(series, "mean", mean)];
    evidence.extend(peak_of(series).map(|peak| figure(series, "peak", peak)));
    evidence.extend(io_wait.map(|wait| format!("iowait.mean(host) = {}", format::share(wait))));
    let severity = if share > GRAVE { Severity::High } else { Severity::Medium };
    let advice = advice(series.kind, capacity).to_owned();
    Some(Insight { rule: "cpu_saturation", severity, subject, message, advice, evidence })
}

/// More of the same or another one beside it, by what it has shown that it can use.
fn advice(kind: TargetKind, capacity: f64) -> &'static str {
    match kind {
        TargetKind::Host => {
            "all of the machine is in use, so profile first what can be saved; then a larger machine (vertical) if \
             one process needs the cores, or more machines (horizontal) if several share them"
        }
        _ if capacity > 1.0 => {
            "it has shown that it can use several cores, so give it more of them (vertical) while the machine has \
             some, and add instances (horizontal) beyond that; profile it first for what can be saved"
        }
        _ => {
            "one core is all that it may use: raise that limit first (vertical), and add instances (horizontal) if \
             a second core does not help; profile it for what can be saved"
        }
    }
}
