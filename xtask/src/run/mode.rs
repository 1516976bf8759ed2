//! The modes, and what load each is.

use std::time::Duration;

/// A mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Warms the service up.
    Warmup,
    /// Each component by itself.
    Components,
    /// An ordinary day.
    Steady,
    /// A busy hour.
    Peak,
    /// More than there ever was.
    Stress,
    /// For as long as a leak needs to show.
    Sustained,
}

/// Users, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// Users that each start their next operation when the last one ended.
    pub users: u64,
    /// For how long.
    pub length: Duration,
}

impl Mode {
    /// All of them in their order, the long one only where it is wanted.
    #[must_use]
    pub fn all(skip_sustained: bool) -> &'static [Mode] {
        const ALL: [Mode; 6] =
            [Mode::Warmup, Mode::Components, Mode::Steady, Mode::Peak, Mode::Stress, Mode::Sustained];
        if skip_sustained { &ALL[..5] } else { &ALL }
    }

    /// Its name on the command line and in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::Warmup => "warmup",
            Mode::Components => "components",
            Mode::Steady => "steady",
            Mode::Peak => "peak",
            Mode::Stress => "stress",
            Mode::Sustained => "sustained",
        }
    }

    /// The workload's name in results, by which targets know it.
    #[must_use]
    pub fn workload(self) -> String {
        format!("query-service/{}", self.name())
    }

    /// Its load at a scale of time; components have none of their own here.
    #[must_use]
    pub fn scenario(self, scale: f64) -> Option<Scenario> {
        let (users, seconds) = match self {
            Mode::Components => return None,
            Mode::Warmup => (5, 5 * 60),
            Mode::Steady => (5, 10 * 60),
            Mode::Peak => (50, 5 * 60),
            Mode::Stress => (100, 2 * 60),
            Mode::Sustained => (20, 60 * 60),
        };
        Some(Scenario { users, length: Duration::from_secs(seconds).mul_f64(scale) })
    }

    /// For how long a light load is put on before the scenario and after it, to see how soon the service is itself again.
    #[must_use]
    pub fn recovery(self, scale: f64) -> Option<Duration> {
        (self == Mode::Stress).then(|| Duration::from_secs(60).mul_f64(scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_shortens_all_and_leaves_the_users() {
        for mode in Mode::all(false) {
            let (Some(whole), Some(short)) = (mode.scenario(1.0), mode.scenario(0.01)) else { continue };
            assert_eq!((short.users, short.length * 100), (whole.users, whole.length), "{mode:?}");
        }
        let steady = Mode::Steady.scenario(0.01).unwrap();
        assert_eq!((steady.users, steady.length), (5, Duration::from_secs(6)));
    }

    #[test]
    fn the_hour_is_the_last_and_may_be_left_out() {
        assert_eq!(Mode::all(false).last(), Some(&Mode::Sustained));
        assert_eq!(Mode::all(true), &Mode::all(false)[..5]);
    }
}
