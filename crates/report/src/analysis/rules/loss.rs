//! Packets are lost.

use plimsoll_model::{ResourceSeries, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, mean_of, peak_of};
use crate::format;

/// Packets dropped in each second.
pub(super) const DROPS: &str = "network_drops";

/// Packets broken in each second.
pub(super) const ERRORS: &str = "network_errors";

/// Segments that TCP sent again in each second.
pub(super) const RETRANSMITS: &str = "tcp_retransmits";

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let (what, limit) = match series.metric.as_str() {
        DROPS => ("dropped packets", 1.0),
        ERRORS => ("broken packets", 1.0),
        // A few are normal on any busy network.
        _ => ("sent segments again", 10.0),
    };
    let mean = mean_of(series).filter(|mean| *mean > limit)?;
    let subject = place.subject(&series.target);
    let message =
        format!("{subject}: {what}, {}{}, above {}", format::rate(mean), place.load(), format::rate(limit));
    let mut evidence = vec![figure(series, "mean", mean)];
    evidence.extend(peak_of(series).map(|peak| figure(series, "peak", peak)));
    Some(Insight {
        rule: "network_loss",
        severity: Severity::Medium,
        subject,
        message,
        advice: "each loss costs a round trip or a timeout, which is seen in the highest percentiles: look at buffers, \
                 the accept backlog, the cable and the other side before blaming the service"
            .to_owned(),
        evidence,
    })
}
