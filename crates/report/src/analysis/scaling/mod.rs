//! How throughput grows with load or resources, up to where, and what would move that point.

mod advice;
mod points;

use plimsoll_metrics::stats::{Estimate, Resampling, Usl, fit_amdahl, fit_usl};
use plimsoll_model::{Capacity, Scaling, Set};

use super::insight::Found;
use points::{Dimension, Point, points};

/// Fewest levels that have a beginning, an end and something between.
const LEAST: usize = 3;

/// Share of what a level adds that throughput must add with it; below, more does not help.
const WORTH: f64 = 0.1;

/// Share of the offered rate that must be achieved; below, the level was not held.
const HELD: f64 = 0.95;

/// A law that was fitted to the points.
#[derive(Debug, Clone, PartialEq)]
struct Law {
    name: &'static str,
    /// Share of the work that cannot be spread, 0 to 1.
    serial: f64,
    /// The load beyond which more gives less, and what is to be had there.
    capacity: Option<Capacity>,
}

/// How the runs of a set scale; `None` with fewer than three levels of one kind.
pub(super) fn advise(set: &Set, found: &[Found]) -> Option<Scaling> {
    let (dimension, points) = points(set)?;
    let first = points.first().filter(|first| first.throughput > 0.0)?.throughput;
    let law = law(&dimension, &points);
    let knee = knee(&dimension, &points, law.as_ref());
    let capacity = law.as_ref().and_then(|law| law.capacity.clone());
    let advice = advice::sentence(&advice::Given {
        dimension: &dimension,
        points: &points,
        knee,
        law: law.as_ref(),
        found,
    });
    Some(Scaling {
        dimension: dimension.name(),
        points: points.iter().map(|point| (point.level, point.throughput / first)).collect(),
        law: law.map(|law| law.name.to_owned()),
        knee,
        capacity,
        advice,
    })
}

/// The law that the points follow. A rate is what is asked, not what works at the same time: no law is about it.
fn law(dimension: &Dimension, points: &[Point]) -> Option<Law> {
    if *dimension == Dimension::Rate {
        return None;
    }
    let pairs: Vec<(f64, f64)> = points.iter().map(|point| (point.level, point.throughput)).collect();
    let resampling = Resampling { resamples: 2_000, ..Resampling::default() };
    let usl = fit_usl(&pairs, &resampling).map(|usl| Law {
        name: "usl",
        serial: usl.contention,
        capacity: usl.knee.map(|knee| capacity(&usl, &knee)),
    });
    let amdahl = || Some(Law { name: "amdahl", serial: fit_amdahl(&pairs)?.serial, capacity: None });
    usl.or_else(amdahl)
}

fn capacity(usl: &Usl, knee: &Estimate) -> Capacity {
    Capacity {
        level: knee.value,
        lower: knee.lower,
        upper: Some(knee.upper).filter(|upper| upper.is_finite()),
        confidence: knee.confidence,
        throughput_per_s: usl.throughput(knee.value),
    }
}

/// The level beyond which more does not help; `None` where no level reached it. Never beyond what was measured.
fn knee(dimension: &Dimension, points: &[Point], law: Option<&Law>) -> Option<f64> {
    if *dimension == Dimension::Rate {
        let held = points.iter().take_while(|point| point.throughput >= HELD * point.level).last()?;
        return points.iter().any(|point| point.level > held.level).then_some(held.level);
    }
    let is_flat = |pair: &&[Point]| {
        let growth = pair[1].throughput / pair[0].throughput - 1.0;
        growth < WORTH * (pair[1].level / pair[0].level - 1.0)
    };
    let measured = points.windows(2).find(is_flat).map(|pair| pair[0].level);
    let last = points.last().map_or(0.0, |point| point.level);
    measured.or_else(|| law?.capacity.as_ref().map(|capacity| capacity.level).filter(|peak| *peak <= last))
}
