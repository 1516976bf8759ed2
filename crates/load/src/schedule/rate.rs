//! Arrivals of a rate.

use plimsoll_metrics::Nanos;
use plimsoll_metrics::num::{to_f64, to_u64_saturating};
use plimsoll_model::{Profile, Stage};

use super::area::Area;
use super::gaps::Gaps;

/// A stream of intended instants: nanoseconds from the start of a phase, ascending.
///
/// It is pure: no clock, no state outside, the same every time it is made.
pub trait Schedule: Iterator<Item = Nanos> + Send {}

impl<T: Iterator<Item = Nanos> + Send> Schedule for T {}

/// The arrivals of a rate that goes in straight lines.
///
/// With Λ(t) the number of arrivals due by t, that is the area under the rate, arrival k = 0, 1, 2 … is due at
/// Λ⁻¹(k + ½), rounded to the nanosecond. The half makes a ramp up and the same ramp down mirror images, and
/// keeps arrivals off the edges of stages. Every instant is computed from k alone, so nothing drifts; what is
/// left of an arrival at the end of a stage carries over into the next.
///
/// ```
/// use plimsoll_load::RateSchedule;
/// use plimsoll_model::Stage;
///
/// let three_in_a_second = [Stage { from: 3.0, to: 3.0, length_ns: 1_000_000_000 }];
/// let instants: Vec<u64> = RateSchedule::new(&three_in_a_second).collect();
/// assert_eq!(instants, [166_666_667, 500_000_000, 833_333_333]);
/// ```
#[derive(Debug, Clone)]
pub struct RateSchedule {
    area: Area,
    spacing: Spacing,
    total: u64,
    next: u64,
}

/// Which areas the arrivals are due at.
#[derive(Debug, Clone)]
enum Spacing {
    /// k + ½.
    Even,
    /// The sum of the first k + 1 gaps.
    Random(Gaps),
}

impl RateSchedule {
    /// The schedule of stages that follow on each other: as many arrivals as have k + ½ below the whole area.
    #[must_use]
    pub fn new(stages: &[Stage]) -> RateSchedule {
        let area = Area::new(stages);
        let total = to_u64_saturating((area.whole() - 0.5).ceil());
        RateSchedule { area, spacing: Spacing::Even, total, next: 0 }
    }

    /// Arrivals at random, a Poisson process with the rate of the stages: arrival k is due at Λ⁻¹(S), S being
    /// the sum of k + 1 exponential gaps of mean 1.
    ///
    /// Gap k depends on the seed and k alone, so that whoever takes a part of the arrivals sees the same ones.
    /// All gaps are drawn once to know how many there are: a few nanoseconds for each arrival.
    ///
    /// ```
    /// use plimsoll_load::RateSchedule;
    /// use plimsoll_model::Stage;
    ///
    /// let stages = [Stage { from: 100.0, to: 100.0, length_ns: 1_000_000_000 }];
    /// let counts: Vec<u64> = (0..4).map(|seed| RateSchedule::poisson(&stages, seed).total()).collect();
    /// assert_eq!(counts, [105, 102, 87, 106]);
    /// ```
    #[must_use]
    pub fn poisson(stages: &[Stage], seed: u64) -> RateSchedule {
        let area = Area::new(stages);
        let gaps = Gaps::new(seed);
        let total = gaps.clone().take_while(|due| *due < area.whole()).count() as u64;
        RateSchedule { area, spacing: Spacing::Random(gaps), total, next: 0 }
    }

    /// The schedule of an open profile; `None` for a closed one. Evenly spaced arrivals do not depend on the
    /// seed.
    #[must_use]
    pub fn of(profile: &Profile, seed: u64) -> Option<RateSchedule> {
        match profile {
            Profile::Rate { stages } => Some(RateSchedule::new(stages)),
            Profile::Poisson { stages } => Some(RateSchedule::poisson(stages, seed)),
            _ => None,
        }
    }

    /// Number of arrivals altogether.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The rate per second at a point of time; 0 after the end.
    #[must_use]
    pub fn rate_at(&self, at: Nanos) -> f64 {
        self.area.rate_at(at)
    }
}

impl Iterator for RateSchedule {
    type Item = Nanos;

    fn next(&mut self) -> Option<Nanos> {
        self.nth(0)
    }

    /// As cheap as one step, however many are passed over; of random arrivals a gap must be drawn for each.
    fn nth(&mut self, skipped: usize) -> Option<Nanos> {
        let k = self.next.saturating_add(skipped as u64);
        let area = match &mut self.spacing {
            Spacing::Even => to_f64(k) + 0.5,
            Spacing::Random(gaps) => gaps.nth(skipped)?,
        };
        let instant = self.area.instant(area)?;
        self.next = k + 1;
        Some(instant)
    }
}
