//! A garbage collector works too often.

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::stats::find_sawtooth;
use plimsoll_model::{ResourceSeries, Severity, TargetKind};

use crate::analysis::insight::Insight;
use crate::analysis::place::Place;
use crate::format;

/// Falls of memory in a minute above which collecting takes a share that is felt.
const LIMIT: f64 = 6.0;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    if series.kind == TargetKind::Host {
        // The sum of many processes has teeth of nobody.
        return None;
    }
    let known = series.points.iter().filter_map(|(at, value)| value.map(|value| (to_f64(*at) / 1e9, value)));
    let (seconds, bytes): (Vec<f64>, Vec<f64>) = known.unzip();
    let teeth = find_sawtooth(&seconds, &bytes)?;
    let per_minute = 60.0 / teeth.period;
    if per_minute.is_nan() || per_minute <= LIMIT {
        return None;
    }
    let subject = place.subject(&series.target);
    let message = format!(
        "memory of {subject} fell {} times a minute{}, above {}, as under a garbage collector",
        format::number(per_minute),
        place.load(),
        format::number(LIMIT)
    );
    Some(Insight {
        rule: "collector_frequency",
        severity: if per_minute > 2.0 * LIMIT { Severity::Medium } else { Severity::Low },
        subject,
        message,
        advice:
            "allocate less for each operation, or give the collector a larger heap (vertical); compare the \
                 latencies around a fall with the others first"
                .to_owned(),
        evidence: vec![
            format!("{} falls seen", format::count(teeth.falls as u64)),
            format!("one every {}", format::time(teeth.period * 1e9)),
            format!("each frees about {}", format::bytes(teeth.amplitude)),
        ],
    })
}
