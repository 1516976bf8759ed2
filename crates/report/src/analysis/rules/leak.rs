//! Memory that grows for good.

use plimsoll_model::{Leak, LeakVerdict, Severity, Unit};

use crate::analysis::insight::Insight;
use crate::format;

/// What a leak, or the doubt about one, comes to.
pub(in crate::analysis) fn insight(leak: &Leak) -> Option<Insight> {
    let severity = match leak.verdict {
        LeakVerdict::Leak => Severity::High,
        LeakVerdict::Watch => Severity::Medium,
        LeakVerdict::Normal | LeakVerdict::NotEnoughData => return None,
    };
    let per_minute = |slope: f64| format::per_minute(slope, Unit::Bytes);
    let slope = per_minute(leak.slope_bytes_per_min?);
    let mut evidence = vec![format!("slope of the floor {slope}")];
    let interval = leak.lower_bytes_per_min.zip(leak.upper_bytes_per_min);
    evidence.extend(interval.map(|(lower, upper)| {
        format!("interval of the slope {} to {}", per_minute(lower), per_minute(upper))
    }));
    Some(Insight {
        rule: "memory_leak",
        severity,
        subject: leak.target.clone(),
        message: format!("memory of {} in {} grows by {slope} and does not come back", leak.target, leak.phase),
        advice: "take two heap profiles some minutes apart under the same load and see which allocations are still \
                 there; a larger limit only puts the end off"
            .to_owned(),
        evidence,
    })
}
