//! The disk takes its time.

use plimsoll_model::{ResourceSeries, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, mean_of};
use crate::format;

/// Mean time of a request, queue included.
pub(super) const METRIC: &str = "disk_wait";

/// Mean time of a request, in nanoseconds, above which a disk is slow or has a queue: a rotating one takes ten.
const LIMIT_NS: f64 = 20e6;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let mean = mean_of(series).filter(|mean| *mean > LIMIT_NS)?;
    let subject = place.subject(&series.target);
    let message = format!(
        "a request to the disk of {subject} took {}{}, above {}",
        format::time(mean),
        place.load(),
        format::time(LIMIT_NS)
    );
    let requests = place.of(&series.target, "disk_requests");
    let requests = requests.and_then(|other| Some(figure(other, "mean", mean_of(other)?)));
    Some(Insight {
        rule: "slow_disk",
        severity: Severity::Medium,
        subject,
        message,
        advice: "with many requests it has a queue: batch them or spread them over disks; with few it is slow: take a \
                 faster one (vertical)"
            .to_owned(),
        evidence: std::iter::once(figure(series, "mean", mean)).chain(requests).collect(),
    })
}
