//! A target has little memory left.

use plimsoll_model::{ResourceSeries, Severity, Unit};

use crate::analysis::capacity;
use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, peak_of};
use crate::format;

/// Memory in bytes.
pub(super) const METRIC: &str = "memory";

/// Share of what a target may use above which it is close to being killed.
const LIMIT: f64 = 0.9;

/// Share above which the next burst may do it.
const GRAVE: f64 = 0.95;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let capacity = capacity::memory(place, series).filter(|_| series.unit == Unit::Bytes)?;
    let peak = peak_of(series)?;
    let share = peak / capacity;
    if share <= LIMIT {
        return None;
    }
    let subject = place.subject(&series.target);
    let message = format!(
        "memory of {subject} peaked at {} of its {}{}, above {}",
        format::share(share),
        format::bytes(capacity),
        place.load(),
        format::share(LIMIT)
    );
    let mut evidence = vec![figure(series, "peak", peak)];
    let slope = series.summary.slope_per_min.map(|slope| format::per_minute(slope, series.unit));
    evidence.extend(slope.map(|slope| format!("memory.slope({}) = {slope}", series.target)));
    Some(Insight {
        rule: "memory_nearly_full",
        severity: if share > GRAVE { Severity::Critical } else { Severity::High },
        subject,
        message,
        advice: "raise its limit (vertical), or bound its caches and queues; look at the trend before deciding which, \
                 since more memory only puts a leak off"
            .to_owned(),
        evidence,
    })
}
