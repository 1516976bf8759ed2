//! The network carries as much as it can.

use plimsoll_model::{ResourceSeries, Severity, TargetKind, Unit};

use crate::analysis::capacity;
use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, mean_of, peak_of};
use crate::format;

/// Share of its speed above which packets begin to wait.
const LIMIT: f64 = 0.8;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let capacity = capacity::network(place).filter(|_| series.kind == TargetKind::Host)?;
    let mean = mean_of(series)?;
    let share = mean / capacity;
    if share.is_nan() || share <= LIMIT {
        return None;
    }
    let subject = place.subject(&series.target);
    let speed = format::value(capacity, Unit::BytesPerSecond);
    let message = format!(
        "the network of {subject} carried {} of its {speed}{}, above {}",
        format::share(share),
        place.load(),
        format::share(LIMIT)
    );
    let mut evidence = vec![figure(series, "mean", mean)];
    evidence.extend(peak_of(series).map(|peak| figure(series, "peak", peak)));
    Some(Insight {
        rule: "network_saturation",
        severity: Severity::High,
        subject,
        message,
        advice: "send less for each operation (compression, fewer fields), take a faster link (vertical), or spread the \
                 traffic over machines (horizontal)"
            .to_owned(),
        evidence,
    })
}
