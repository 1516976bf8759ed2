//! A target keeps one core busy and leaves the others alone.

use plimsoll_model::{ResourceSeries, Severity, TargetKind, Unit};

use crate::analysis::capacity;
use crate::analysis::insight::Insight;
use crate::analysis::level::Level;
use crate::analysis::place::{Place, figure, mean_of, peak_of};
use crate::format;

/// Cores above which one of them has no reserve.
const BUSY: f64 = 0.95;

/// Cores at the peak up to which no second one was used; readings of CPU time scatter a little.
const ONE: f64 = 1.05;

pub(super) fn find(place: Place<'_>, series: &ResourceSeries) -> Option<Insight> {
    let may_use = capacity::cpu(place, series).filter(|_| series.unit == Unit::Ratio)?;
    let (mean, peak) = (mean_of(series)?, peak_of(series)?);
    let is_one_core = mean >= BUSY && peak <= ONE;
    if Level::of_plan(&place.run.plan) == Some(Level::Users(1.0)) {
        // One user has nothing for a second core to do.
        return None;
    }
    if series.kind == TargetKind::Host || may_use < 2.0 || !is_one_core {
        return None;
    }
    let subject = place.subject(&series.target);
    let may_use = format::number(may_use);
    let message = format!(
        "{subject} kept one core busy{} ({} of one) and never used a second of its {may_use}",
        place.load(),
        format::share(mean),
    );
    Some(Insight {
        rule: "one_core_busy",
        severity: Severity::Medium,
        subject,
        message,
        advice: "one thread does all the work, so more cores do not help it: add instances (horizontal), or spread \
                 the work over threads"
            .to_owned(),
        evidence: vec![figure(series, "mean", mean), figure(series, "peak", peak), format!("{may_use} cores to use")],
    })
}
