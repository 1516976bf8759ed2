//! How soon a service is itself again after a stress.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::time::Duration;

use plimsoll_metrics::Histogram;
use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{Quantile, Run, Window, human};

/// What p95 and errors may be of what they were: a tenth more.
const MARGIN: f64 = 1.1;

/// Windows in a row that must be back: one alone may be chance.
const IN_A_ROW: usize = 3;

/// How soon a service was itself again after a stress.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recovery {
    /// From the end of the stress until p95 and errors were back, to the length of a window; `None` when they did not
    /// come back.
    pub after: Option<Duration>,
    /// From the end of the stress until nobody looked any more.
    pub watched: Duration,
    /// p95 of the response before the stress, in nanoseconds.
    pub p95_before_ns: u64,
    /// Share of errors before the stress, 0 to 1.
    pub error_rate_before: f64,
}

/// When p95 of the response and the share of errors were back within 10 % of what they had been before a stress: the
/// start of the first three windows in a row in which both are, of a light load after it that is the same as the one
/// before it. `gap` is the time between the end of the stress and the start of the load after it.
///
/// `None` when nothing was measured before or after. Where there were no errors before, there may be none after.
#[must_use]
pub fn recovery(before: &Run, after: &Run, gap: Duration) -> Option<Recovery> {
    let usual = Level::of(&before.windows.iter().collect::<Vec<_>>())?;
    let mut windows: BTreeMap<u64, Vec<&Window>> = BTreeMap::new();
    for window in &after.windows {
        windows.entry(window.start_ns).or_default().push(window);
    }
    let is_back: Vec<(u64, bool)> = windows
        .iter()
        .map(|(start, windows)| (*start, Level::of(windows).is_some_and(|level| level.is_like(&usual))))
        .collect();
    let needed = IN_A_ROW.min(is_back.len()).max(1);
    let back = is_back.windows(needed).find(|row| row.iter().all(|(_, is_back)| *is_back));
    let end = after.windows.iter().map(|window| window.start_ns + window.length_ns).max()?;
    Some(Recovery {
        after: back.map(|row| gap + Duration::from_nanos(row[0].0)),
        watched: gap + Duration::from_nanos(end),
        p95_before_ns: usual.p95,
        error_rate_before: usual.error_rate,
    })
}

/// What a service is like for a while.
struct Level {
    p95: u64,
    error_rate: f64,
}

impl Level {
    /// Of all scenarios together; `None` when nothing was completed.
    fn of(windows: &[&Window]) -> Option<Level> {
        let mut all = Histogram::new();
        for window in windows {
            all.merge_encoded(&window.response).ok()?;
        }
        let sum = |of: fn(&Window) -> u64| to_f64(windows.iter().map(|window| of(window)).sum::<u64>());
        let error_rate = ratio(sum(|window| window.failed), sum(|window| window.completed))?;
        Some(Level { p95: all.value_at(Quantile::P95)?, error_rate })
    }

    fn is_like(&self, usual: &Level) -> bool {
        to_f64(self.p95) <= MARGIN * to_f64(usual.p95) && self.error_rate <= MARGIN * usual.error_rate
    }
}

impl Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |length: Duration| human::span(u64::try_from(length.as_nanos()).unwrap_or(u64::MAX));
        match self.after {
            Some(after) => write!(f, "back within 10 % after {}", span(after)),
            None => write!(f, "did not recover within {}", span(self.watched)),
        }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_load::{Context, Load, Outcome, op};
    use plimsoll_model::Profile;

    use super::*;

    const GAP: Duration = Duration::from_millis(200);

    /// Half a minute of a service that takes so many milliseconds and fails so, by the second.
    async fn half_a_minute(behaves: fn(u64) -> (u64, bool)) -> Run {
        let call = move |cx: Context| async move {
            let (takes, fails) = behaves(cx.now().as_secs());
            cx.sleep(Duration::from_millis(takes)).await;
            if fails { Outcome::fail("unavailable", "for a while") } else { Outcome::ok() }
        };
        let load = Load::new("service")
            .operation(op("call", call))
            .measure(Profile::users(5, Duration::from_secs(30)));
        load.virtual_time().run().await.expect("the plan is valid")
    }

    async fn after(behaves: fn(u64) -> (u64, bool)) -> Recovery {
        let before = half_a_minute(|_| (10, false)).await;
        recovery(&before, &half_a_minute(behaves).await, GAP).expect("something was measured")
    }

    #[tokio::test]
    async fn a_service_is_back_when_its_p95_is() {
        let slow = after(|second| (if second < 12 { 60 } else { 10 }, false)).await;
        // Those that began just before the twelfth second end in it.
        assert!(matches!(slow.after, Some(at) if (12..=13).contains(&at.as_secs())), "{slow:?}");
        assert_eq!(after(|_| (10, false)).await.after, Some(GAP));
    }

    #[tokio::test]
    async fn errors_have_to_be_back_as_well() {
        let failing = after(|second| (10, second < 7)).await;
        assert!(matches!(failing.after, Some(at) if (7..=8).contains(&at.as_secs())), "{failing:?}");
    }

    #[tokio::test]
    async fn a_service_that_stays_slow_or_is_well_for_a_second_only_has_not_recovered() {
        let slow = after(|_| (12, false)).await;
        assert_eq!((slow.after, slow.to_string().as_str()), (None, "did not recover within 30.2 s"));
        assert_eq!(after(|second| (if second % 3 == 0 { 60 } else { 10 }, false)).await.after, None);
    }

    #[tokio::test]
    async fn where_nothing_was_measured_nothing_is_said() {
        let mut nothing = half_a_minute(|_| (10, false)).await;
        let something = nothing.clone();
        nothing.windows.clear();
        assert_eq!(recovery(&nothing, &something, GAP), None);
        assert_eq!(recovery(&something, &nothing, GAP), None);
    }
}
