//! A target was killed for lack of memory.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Event, EventKind, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, peak_of};
use crate::format;

pub(super) fn find(place: Place<'_>) -> Vec<Insight> {
    let killed = place.run.events.iter().filter(|event| event.kind == EventKind::Oom);
    killed.map(|event| insight(place, event)).collect()
}

fn insight(place: Place<'_>, event: &Event) -> Insight {
    let subject = place.subject(&event.target);
    let when = format::time(to_f64(event.t_ns));
    let mut evidence = vec![format!("killed {when} after the start {}", event.detail).trim_end().to_owned()];
    let of_target = |metric| place.of(&event.target, metric);
    let peaks = ["memory", "memory_limit"].into_iter().filter_map(of_target);
    evidence.extend(peaks.filter_map(|series| peak_of(series).map(|peak| figure(series, "peak", peak))));
    Insight {
        rule: "out_of_memory",
        severity: Severity::Critical,
        message: format!("{subject} ran out of memory{} and was killed", place.load()),
        subject,
        advice: "what was measured after that is about a restart: raise its limit (vertical), or bound what it keeps, \
                 and look for a leak in a longer run below this load"
            .to_owned(),
        evidence,
    }
}
