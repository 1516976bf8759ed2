//! What the memory of each target did, by the estimator of [`plimsoll_metrics::stats`].

use std::time::Duration;

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::stats::{LeakEstimate, LeakSearch, estimate_leak};
use plimsoll_model::{Leak, LeakVerdict, PhaseKind, ResourceSeries, Run, Set, TargetKind};

use super::place::Place;
use crate::format;

/// The shortest measured time about which anything can be said: twelve windows of ten samples at 2 s, and the 30 s
/// before them.
const SHORTEST: Duration = Duration::from_secs(270);

/// From this length on the first quarter is cut, while caches fill.
const SUSTAINED: Duration = Duration::from_secs(600);

/// An estimate for each process, container and GPU of each run that was long enough. The memory of a host is that
/// of many programs, and of its page cache.
pub(super) fn estimate(set: &Set) -> Vec<Leak> {
    let of_place = |place: Place<'_>| {
        let series = place.series("memory").filter(|series| series.kind != TargetKind::Host);
        series.filter_map(|series| leak(place, series)).collect::<Vec<_>>()
    };
    Place::all(set).flat_map(of_place).collect()
}

fn leak(place: Place<'_>, series: &ResourceSeries) -> Option<Leak> {
    let (name, begin, end) = measured(place.run)?;
    let length = Duration::from_nanos(end - begin);
    let search = match length {
        length if length < SHORTEST => return None,
        length if length < SUSTAINED => LeakSearch::lifecycle(),
        length => LeakSearch::sustained(length),
    };
    let within = series.points.iter().filter(|(at, _)| (begin..=end).contains(at));
    let known = within.filter_map(|(at, value)| value.map(|value| (to_f64(*at) / 1e9, value)));
    let (seconds, bytes): (Vec<f64>, Vec<f64>) = known.unzip();
    let estimate = estimate_leak(&seconds, &bytes, &search)?;
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    Some(Leak {
        target: series.target.clone(),
        phase: place.subject(&name),
        verdict: estimate.verdict,
        slope_bytes_per_min: estimate.slope.and_then(|slope| finite(slope.value)),
        lower_bytes_per_min: estimate.slope.and_then(|slope| finite(slope.lower)),
        upper_bytes_per_min: estimate.slope.and_then(|slope| finite(slope.upper)),
        detail: detail(&estimate, &search),
    })
}

/// The measured time and what it is called.
fn measured(run: &Run) -> Option<(String, u64, u64)> {
    let phases: Vec<_> = run.phases.iter().filter(|phase| phase.kind == PhaseKind::Measure).collect();
    let (first, last) = phases.first().zip(phases.last())?;
    let names: Vec<&str> = phases.iter().map(|phase| phase.name.as_str()).collect();
    Some((names.join(", "), first.start_ns, last.start_ns + last.length_ns))
}

/// What the verdict rests on.
fn detail(estimate: &LeakEstimate, search: &LeakSearch) -> String {
    let per_minute = |limit: f64| format!("{}/min", format::bytes(limit));
    let windows = format::count(estimate.windows as u64);
    match estimate.verdict {
        LeakVerdict::Leak => {
            format!(
                "its floor in {windows} windows surely rises by more than {}",
                per_minute(search.leak_above)
            )
        }
        LeakVerdict::Watch => {
            format!(
                "its floor in {windows} windows surely rises, by {} or more",
                per_minute(search.normal_below)
            )
        }
        LeakVerdict::Normal => {
            format!(
                "its floor in {windows} windows surely rises by less than {}",
                per_minute(search.normal_below)
            )
        }
        LeakVerdict::NotEnoughData => match estimate.enough {
            Some(enough) => {
                let enough = format::span(u64::try_from(enough.as_nanos()).unwrap_or(u64::MAX));
                format!("too short or too noisy to say; {enough} should do")
            }
            None => "too short or too noisy to say".to_owned(),
        },
    }
}
