//! Noticing that the wall clock was set.

use plimsoll_model::{Event, EventKind};

/// Watches for the wall clock being set, which moves times of daemons against ours.
#[derive(Debug, Default)]
pub(super) struct WallWatch {
    drift_ns: i64,
}

impl WallWatch {
    const STEP_NS: u64 = 1_000_000_000;

    /// The event of a step of more than a second since the last look. A clock that is slowly put right is
    /// none.
    pub(super) fn step(&mut self, t_ns: u64, drift_ns: i64) -> Option<Event> {
        let before_ns = std::mem::replace(&mut self.drift_ns, drift_ns);
        let step_ns = drift_ns.saturating_sub(before_ns);
        if step_ns.unsigned_abs() <= WallWatch::STEP_NS {
            return None;
        }
        let direction = if step_ns > 0 { "forward" } else { "back" };
        let seconds = step_ns.unsigned_abs() / WallWatch::STEP_NS;
        let detail = format!("the wall clock was set {direction} by about {seconds} s");
        Some(Event { t_ns, target: "host".to_owned(), kind: EventKind::ClockStep, detail })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_that_is_set_is_one_event() {
        let mut wall = WallWatch::default();
        assert_eq!(wall.step(1, 900_000_000), None);
        let step = wall.step(2, -2_600_000_000).expect("a step of more than a second");
        assert_eq!((step.t_ns, step.kind), (2, EventKind::ClockStep));
        assert_eq!(step.detail, "the wall clock was set back by about 3 s");
        assert_eq!(wall.step(3, -2_600_000_000), None);
    }

    #[test]
    fn a_wall_clock_that_is_slowly_put_right_is_no_event() {
        let mut wall = WallWatch::default();
        assert!((1..10_i64).all(|look| wall.step(1, look * 900_000_000).is_none()));
    }
}
