//! Memory moves to the disk.

use plimsoll_model::{ResourceSeries, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::{Place, figure, peak_of};
use crate::format;

/// Swap in use, in bytes.
pub(super) const METRIC: &str = "swap";

/// Growth above which it is no accident: what lies in swap from before harms nobody.
const LIMIT: f64 = 16.0 * 1_048_576.0;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let first = series.points.iter().find_map(|(_, value)| *value)?;
    let peak = peak_of(series)?;
    let growth = peak - first;
    if growth.is_nan() || growth <= LIMIT {
        return None;
    }
    let subject = place.subject(&series.target);
    let message = format!(
        "{subject} moved {} to swap{}, above {}",
        format::bytes(growth),
        place.load(),
        format::bytes(LIMIT)
    );
    let mut evidence =
        vec![format!("swap at the start {}", format::bytes(first)), figure(series, "peak", peak)];
    let pressure = place.host_mean("memory_pressure");
    evidence.extend(pressure.map(|share| format!("memory_pressure.mean(host) = {}", format::share(share))));
    Some(Insight {
        rule: "swapping",
        severity: Severity::High,
        subject,
        message,
        advice: "latencies now depend on the disk: add memory (vertical), or bound what the processes keep"
            .to_owned(),
        evidence,
    })
}
