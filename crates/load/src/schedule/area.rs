//! The number of arrivals that a rate makes, and when it has made so many.

use plimsoll_metrics::num::{to_f64, to_u64_saturating};
use plimsoll_metrics::{NANOS_PER_SECOND, Nanos};
use plimsoll_model::Stage;

/// The area under a rate that goes in straight lines, Λ(t), and its inverse.
#[derive(Debug, Clone)]
pub(super) struct Area {
    pieces: Vec<Piece>,
    /// The piece that the last area asked for was reached in; areas never go back.
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

impl Area {
    pub(super) fn new(stages: &[Stage]) -> Area {
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
        Area { pieces: stages.iter().map(piece).collect(), current: 0 }
    }

    /// The whole area.
    pub(super) fn whole(&self) -> f64 {
        self.pieces.last().map_or(0.0, |last| last.area_after)
    }

    /// The rate per second at a point of time; 0 after the end.
    pub(super) fn rate_at(&self, at: Nanos) -> f64 {
        let piece = self.pieces.iter().rev().find(|piece| piece.start_ns <= at);
        piece.map_or(0.0, |piece| {
            let share = to_f64(at - piece.start_ns) / 1e9 / piece.seconds;
            if share <= 1.0 { piece.from + (piece.to - piece.from) * share } else { 0.0 }
        })
    }

    /// When an area is reached, or `None` when it never is. Not to be asked for less than before.
    pub(super) fn instant(&mut self, area: f64) -> Option<Nanos> {
        while self.pieces.get(self.current)?.area_after <= area {
            self.current += 1;
        }
        let piece = self.pieces[self.current];
        let seconds = piece.seconds_until(area - piece.area_before);
        Some(piece.start_ns + to_u64_saturating(seconds * to_f64(NANOS_PER_SECOND)))
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
