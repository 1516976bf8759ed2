//! What the memory of each target did, by the profiles of the runs.

use std::time::Duration;

use plimsoll_metrics::stats::LeakSearch;
use plimsoll_model::{Leak, LeakVerdict, MemoryProfile, PhaseKind, Set};

use super::place::Place;
use crate::format;

/// The shortest measured time about which anything is said; in a shorter run nobody asks for leaks.
const SHORTEST: Duration = Duration::from_secs(270);

/// The conclusion of each memory profile of each run that was long enough. Nothing is estimated here: the profile
/// and the conclusion could only contradict each other.
pub(super) fn of_profiles(set: &Set) -> Vec<Leak> {
    Place::all(set).flat_map(of_place).collect()
}

fn of_place(place: Place<'_>) -> Vec<Leak> {
    let Some(phase) = measured(place).map(|name| place.subject(&name)) else { return Vec::new() };
    place.run.memory.iter().map(|profile| leak(phase.clone(), profile)).collect()
}

fn leak(phase: String, profile: &MemoryProfile) -> Leak {
    // Without an interval the slope is that of a straight line, which follows teeth and caches too.
    let slope = profile.slope_bytes_per_min.filter(|_| profile.lower_bytes_per_min.is_some());
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    Leak {
        target: profile.target.clone(),
        phase,
        verdict: profile.verdict,
        slope_bytes_per_min: finite(slope),
        lower_bytes_per_min: finite(profile.lower_bytes_per_min),
        upper_bytes_per_min: finite(profile.upper_bytes_per_min),
        interval_confidence: profile.interval_confidence,
        detail: detail(profile),
    }
}

/// What the measured time is called; `None` where it was too short, and is no protocol that looks for leaks.
fn measured(place: Place<'_>) -> Option<String> {
    let run = place.run;
    let phases: Vec<_> = run.phases.iter().filter(|phase| phase.kind == PhaseKind::Measure).collect();
    let length_ns: u64 = phases.iter().map(|phase| phase.length_ns).sum();
    let names: Vec<&str> = phases.iter().map(|phase| phase.name.as_str()).collect();
    let is_asked = place.step() == Some("leak") || Duration::from_nanos(length_ns) >= SHORTEST;
    is_asked.then(|| names.join(", "))
}

/// What the verdict rests on.
fn detail(profile: &MemoryProfile) -> String {
    let limits = LeakSearch::sustained(Duration::ZERO);
    let per_minute = |limit: f64| format!("{}/min", format::bytes(limit));
    match profile.verdict {
        LeakVerdict::Leak => format!("its floor surely rises by more than {}", per_minute(limits.leak_above)),
        LeakVerdict::Watch => {
            format!("its floor surely rises, by {} or more", per_minute(limits.normal_below))
        }
        LeakVerdict::Normal => {
            format!("its floor surely rises by less than {}", per_minute(limits.normal_below))
        }
        LeakVerdict::NotEnoughData => match profile.enough_ns {
            Some(enough) => format!("too short or too noisy to say; {} should do", format::span(enough)),
            None => "too short or too noisy to say".to_owned(),
        },
    }
}
