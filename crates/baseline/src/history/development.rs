//! When did it change, does it drift, and how long until a limit?

use std::time::Duration;

use plimsoll_metrics::stats::{
    Anomaly, ChangeSearch, SustainedTrend, anomaly, change_points, median, sustained_trend, theil_sen,
    time_to_exhaustion,
};
use plimsoll_model::{Better, Timestamp};

use super::series::Series;

/// A smaller drift from end to end, or a smaller step, is not worth a word: 5 %.
const LEAST_CHANGE: f64 = 0.05;
/// Values that say where a figure stands now.
const RECENT: usize = 5;

/// How a figure developed.
#[derive(Debug, Clone, PartialEq)]
pub struct Development {
    /// When its level changed, oldest first; `None` with too few values to tell.
    pub turns: Option<Vec<Turn>>,
    /// Whether it drifts; `None` with too few values to tell.
    pub trend: Option<SustainedTrend>,
    /// How the newest value stands to the others; `None` without one.
    pub newest: Option<Anomaly>,
}

/// A change of level.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// When the first value of the new level was measured.
    pub at: Timestamp,
    /// Id of the set it comes from.
    pub set: String,
    /// Mean of the level before.
    pub before: f64,
    /// Mean of the new level.
    pub after: f64,
    /// Whether that is for the worse.
    pub is_worse: bool,
    /// The new level is the newest and has few values: later ones may take it back.
    pub is_provisional: bool,
}

/// How long until a limit is reached, if it goes on like this: a range, never a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// At the steepest slope that the values allow.
    pub earliest: Duration,
    /// At the gentlest; `None` where it may never come to that.
    pub latest: Option<Duration>,
}

impl Series {
    /// When the level changed, whether it drifts, and how the newest value stands to the others.
    #[must_use]
    pub fn development(&self) -> Development {
        let values = self.values();
        let search = ChangeSearch { least_change: LEAST_CHANGE, ..ChangeSearch::default() };
        let changes = change_points(&values, &search);
        let newest = values.split_last().and_then(|(newest, earlier)| anomaly(earlier, *newest));
        Development {
            turns: changes.map(|changes| changes.points.iter().map(|point| self.turn(point)).collect()),
            trend: sustained_trend(&values, LEAST_CHANGE),
            newest,
        }
    }

    /// How long from the newest value until the figure reaches `limit`, in its base unit, at its drift; `None`
    /// without a sustained drift towards the limit, and where it is reached already.
    #[must_use]
    pub fn time_until(&self, limit: f64) -> Option<Forecast> {
        let values = self.values();
        if !sustained_trend(&values, LEAST_CHANGE)?.sustained {
            return None;
        }
        // Towards a limit below, everything is seen upside down.
        let level = median(&values[values.len().saturating_sub(RECENT)..])?;
        let sign = if limit < level { -1.0 } else { 1.0 };
        let first = self.points.first()?.at;
        let seconds: Vec<f64> = self.points.iter().map(|point| point.at.since(first).as_secs_f64()).collect();
        let towards: Vec<f64> = values.iter().map(|value| sign * value).collect();
        // Its work grows with the square.
        const MOST: usize = 500;
        let from = values.len().saturating_sub(MOST);
        let slope = theil_sen(&seconds[from..], &towards[from..], 0.9)?.slope;
        // The newest values, each moved on to now.
        let now = seconds.last()?;
        let moved = seconds.iter().zip(&towards).map(|(at, value)| value + slope.value * (now - at));
        let recent: Vec<f64> = moved.skip(values.len().saturating_sub(RECENT)).collect();
        let (earliest, latest) = time_to_exhaustion(median(&recent)?, sign * limit, &slope)?;
        Some(Forecast { earliest: duration(earliest)?, latest: duration(latest) })
    }

    fn turn(&self, change: &plimsoll_metrics::stats::ChangePoint) -> Turn {
        let first = &self.points[change.index];
        let has_grown = change.after > change.before;
        Turn {
            at: first.at,
            set: first.set.clone(),
            before: change.before,
            after: change.after,
            is_worse: has_grown == (self.key.better == Better::Lower),
            is_provisional: change.provisional,
        }
    }
}

/// Seconds as a duration; `None` where it is infinite or longer than one can say.
fn duration(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}
