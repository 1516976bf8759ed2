//! The machine waits for a disk.

use plimsoll_model::{ResourceSeries, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, mean_of};
use crate::format;

/// Share of the machine's time that waits for a disk.
pub(super) const METRIC: &str = "iowait";

/// Share above which the disk is a cause of its own.
pub(super) const LIMIT: f64 = 0.1;

/// Share above which it is the main one.
const GRAVE: f64 = 0.3;

/// What shows what the disk was asked for.
const BESIDE: [&str; 4] = ["disk_wait", "disk_read", "disk_write", "io_pressure"];

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let mean = mean_of(series).filter(|mean| *mean > LIMIT)?;
    let subject = place.subject(&series.target);
    let message = format!(
        "{subject} waited for a disk {} of the time{}, above {}",
        format::share(mean),
        place.load(),
        format::share(LIMIT)
    );
    let beside = BESIDE.into_iter().filter_map(|metric| place.of(&series.target, metric));
    let beside = beside.filter_map(|other| Some(figure(other, "mean", mean_of(other)?)));
    Some(Insight {
        rule: "io_wait",
        severity: if mean > GRAVE { Severity::High } else { Severity::Medium },
        subject,
        message,
        advice: "more CPU would wait as well: read and write less (caches, batches, fewer syncs), or take a faster disk \
                 (vertical); instances help only with disks of their own (horizontal)"
            .to_owned(),
        evidence: std::iter::once(figure(series, "mean", mean)).chain(beside).collect(),
    })
}
