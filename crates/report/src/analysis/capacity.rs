//! How much of a resource a target may use.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{ResourceSeries, TargetKind};

use super::place::Place;

/// The limits of a container, as series of the same target.
const CPU_LIMIT: &str = "cpu_limit";
const MEMORY_LIMIT: &str = "memory_limit";

/// How much CPU a target may use, in the unit of its series; `None` where nobody knows.
pub(super) fn cpu(place: Place<'_>, series: &ResourceSeries) -> Option<f64> {
    let environment = place.environment();
    let machine = positive(to_f64(environment.cores));
    match series.kind {
        TargetKind::Host => Some(1.0),
        TargetKind::Process => {
            let limit = environment.container_limits.and_then(|limits| limits.cpu_millicores);
            smaller(limit.map(|millicores| to_f64(millicores) / 1000.0), machine)
        }
        TargetKind::Container => smaller(limit(place, series, CPU_LIMIT), machine),
        TargetKind::Gpu => None,
    }
}

/// Bytes that a target may use; `None` where nobody knows.
pub(super) fn memory(place: Place<'_>, series: &ResourceSeries) -> Option<f64> {
    let environment = place.environment();
    let host = positive(to_f64(environment.memory_bytes));
    match series.kind {
        TargetKind::Host => host,
        TargetKind::Process => {
            let limit = environment.container_limits.and_then(|limits| limits.memory_bytes);
            smaller(limit.map(to_f64), host)
        }
        TargetKind::Container => smaller(limit(place, series, MEMORY_LIMIT), host),
        TargetKind::Gpu => limit(place, series, MEMORY_LIMIT),
    }
}

/// Bytes in each second that the network carries in each direction; `None` where nobody knows.
///
/// It is read from what the environment says of the network, such as `10 Gbit/s`.
pub(super) fn network(place: Place<'_>) -> Option<f64> {
    const BITS: f64 = 8.0;
    let words: Vec<&str> = place.environment().network.as_deref()?.split_whitespace().collect();
    let speed = words.windows(2).find_map(|pair| {
        let size = match pair[1].trim_end_matches([',', ';', ')']) {
            "Gbit/s" | "Gbps" | "Gb/s" => 1e9,
            "Mbit/s" | "Mbps" | "Mb/s" => 1e6,
            _ => return None,
        };
        pair[0].trim_start_matches('(').parse::<f64>().ok().map(|number| number * size / BITS)
    });
    speed.and_then(positive)
}

/// The largest value that the series of a limit had.
fn limit(place: Place<'_>, of: &ResourceSeries, metric: &str) -> Option<f64> {
    place.of(&of.target, metric)?.summary.peak.and_then(positive)
}

fn positive(capacity: f64) -> Option<f64> {
    (capacity > 0.0 && capacity.is_finite()).then_some(capacity)
}

/// The smaller of two capacities, as far as they are known.
fn smaller(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
}
