//! What memory does after the load, and when it would run out.

use crate::stats::Estimate;
use crate::stats::summary::all_finite;

/// Growth below this, in bytes, is too little to say which share of it stayed.
const LEAST_GROWTH: f64 = 5e6;

/// What cooling down gave back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cooldown {
    /// Floor at the end of the cooldown minus floor at the end of the load, in bytes; negative was released.
    pub delta: f64,
    /// Share of the growth under load that stayed: 0 all released, 1 none; may lie outside. `None` where memory
    /// grew by less than 5 MB.
    pub retained: Option<f64>,
}

/// Compares three floors in bytes (see [`memory_floor`](super::memory_floor)): before the load, at its end, and at
/// the end of the cooldown.
///
/// The definition is plimsoll's own. `None` when a floor is not finite.
///
/// ```
/// use plimsoll_metrics::stats::cooldown;
///
/// let cooled = cooldown(100e6, 140e6, 110e6).expect("three floors");
/// assert_eq!((cooled.delta, cooled.retained), (-30e6, Some(0.25)));
/// ```
#[must_use]
pub fn cooldown(before: f64, active: f64, after: f64) -> Option<Cooldown> {
    if !all_finite(&[before, active, after]) {
        return None;
    }
    let growth = active - before;
    let retained = (growth >= LEAST_GROWTH).then(|| (after - before) / growth);
    Some(Cooldown { delta: after - active, retained })
}

/// Earliest and latest time until `level` reaches `limit` at the ends of `slope`'s interval, in the time unit of
/// the slope; the latest is infinite where the slope may be zero.
///
/// A range, never a date. Plimsoll's own. `None` where the slope cannot be positive, the limit is already reached,
/// the level or the limit is not finite, an end of the slope is NaN, or its lower end infinite.
///
/// ```
/// use plimsoll_metrics::stats::{Estimate, time_to_exhaustion};
///
/// let slope = Estimate { value: 2.0, lower: 1.0, upper: 4.0, confidence: 0.9 };
/// assert_eq!(time_to_exhaustion(60.0, 100.0, &slope), Some((10.0, 40.0)));
/// ```
#[must_use]
pub fn time_to_exhaustion(level: f64, limit: f64, slope: &Estimate) -> Option<(f64, f64)> {
    let room = limit - level;
    let sensible = all_finite(&[level, limit]) && slope.lower < f64::INFINITY;
    if !(sensible && room > 0.0 && slope.upper > 0.0) {
        return None;
    }
    let latest = if slope.lower > 0.0 { room / slope.lower } else { f64::INFINITY };
    Some((room / slope.upper, latest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_growth_has_no_share() {
        assert_eq!(cooldown(100e6, 104e6, 103e6).unwrap().retained, None);
        assert_eq!(cooldown(100e6, f64::NAN, 103e6), None);
        assert_eq!(cooldown(-1e308, 1e308, 1e308), None);
    }

    #[test]
    fn what_may_not_grow_may_last_for_ever() {
        let slope = |lower, upper| Estimate { value: 0.0, lower, upper, confidence: 0.9 };
        assert_eq!(time_to_exhaustion(1.0, 2.0, &slope(-1.0, 0.5)), Some((2.0, f64::INFINITY)));
        assert_eq!(time_to_exhaustion(1.0, 2.0, &slope(-1.0, -0.5)), None);
        assert_eq!(time_to_exhaustion(3.0, 2.0, &slope(0.5, 1.0)), None);
        assert_eq!(time_to_exhaustion(f64::NAN, 2.0, &slope(0.5, 1.0)), None);
        assert_eq!(time_to_exhaustion(1.0, 2.0, &slope(f64::NAN, 1.0)), None);
        assert_eq!(time_to_exhaustion(-1e308, 1e308, &slope(0.5, 1.0)), None);
    }
}
