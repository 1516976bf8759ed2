//! When operations are due.

use plimsoll_metrics::num::{to_f64, to_u64_saturating};
use plimsoll_metrics::{NANOS_PER_SECOND, Nanos};
use plimsoll_model::Stage;

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
    stages: Vec<Piece>,
    next: u64,
    /// The stage that the last arrival was in; arrivals never go back.
    current: usize,
}

/// A stage with what came before it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    start_ns: Nanos,
    from: f64,
    to: f64,
    seconds: f64,
    /// Arrivals due by its start and by its end.
    area_before: f64,
    area_after: f64,
}

impl RateSchedule {
    /// The schedule of stages that follow on each other.
    #[must_use]
    pub fn new(stages: &[Stage]) -> RateSchedule {
        let mut start_ns = 0;
        let mut area = ExactSum::default();
        let piece = |stage: &Stage| {
            let seconds = to_f64(stage.length_ns) / 1e9;
            let area_before = area.value();
            area.add((stage.from + stage.to) / 2.0 * seconds);
            let piece = Piece {
                start_ns,
                from: stage.from,
                to: stage.to,
                seconds,
                area_before,
                area_after: area.value(),
            };
            start_ns += stage.length_ns;
            piece
        };
        RateSchedule { stages: stages.iter().map(piece).collect(), next: 0, current: 0 }
    }

    /// Number of arrivals altogether: as many k as have k + ½ below the whole area.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.stages.last().map_or(0, |last| to_u64_saturating((last.area_after - 0.5).ceil()))
    }

    /// The rate per second at a point of time; 0 after the end.
    #[must_use]
    pub fn rate_at(&self, at: Nanos) -> f64 {
        let stage = self.stages.iter().rev().find(|stage| stage.start_ns <= at);
        stage.map_or(0.0, |stage| {
            let share = to_f64(at - stage.start_ns) / 1e9 / stage.seconds;
            if share <= 1.0 { stage.from + (stage.to - stage.from) * share } else { 0.0 }
        })
    }

    /// The instant of arrival k, or `None` beyond the last.
    fn instant(&mut self, k: u64) -> Option<Nanos> {
        let area = to_f64(k) + 0.5;
        while self.stages.get(self.current)?.area_after <= area {
            self.current += 1;
        }
        let stage = self.stages[self.current];
        let seconds = stage.seconds_until(area - stage.area_before);
        Some(stage.start_ns + to_u64_saturating(seconds * to_f64(NANOS_PER_SECOND)))
    }
}

impl Piece {
    /// How long after the stage's start an area of arrivals is reached.
    ///
    /// From `q = f·x + (c − f)·x²/2D` in the form that is stable for f = c, f = 0 and c = 0 alike:
    /// `x = 2q / (f + √(f² + 2q(c − f)/D))`.
    fn seconds_until(&self, area: f64) -> f64 {
        let radicand = self.from * self.from + 2.0 * area * (self.to - self.from) / self.seconds;
        let divisor = self.from + radicand.max(0.0).sqrt();
        if divisor > 0.0 { (2.0 * area / divisor).min(self.seconds) } else { 0.0 }
    }
}

/// A sum that keeps what each addition rounds away (Neumaier 1974), so that many small stages add up to the
/// same as one long one.
#[derive(Debug, Default)]
struct ExactSum {
    sum: f64,
    lost: f64,
}

impl ExactSum {
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let (large, small) =
            if self.sum.abs() >= value.abs() { (self.sum, value) } else { (value, self.sum) };
        self.lost += (large - sum) + small;
        self.sum = sum;
    }

    fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

impl Iterator for RateSchedule {
    type Item = Nanos;

    fn next(&mut self) -> Option<Nanos> {
        self.nth(0)
    }

    /// As cheap as one step, however many are passed over.
    fn nth(&mut self, skipped: usize) -> Option<Nanos> {
        let k = self.next.saturating_add(skipped as u64);
        let instant = self.instant(k)?;
        self.next = k + 1;
        Some(instant)
    }
}
