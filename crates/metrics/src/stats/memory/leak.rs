//! Is there a leak? The slope of the floors, and what its interval allows to say.

use std::time::Duration;

use plimsoll_model::LeakVerdict;

use super::floors::{floors, least_window};
use super::sawtooth::{Sawtooth, find_sawtooth};
use crate::stats::Estimate;
use crate::stats::summary::all_finite;
use crate::stats::trend::{hamed_rao_inflation, theil_sen_inflated, yue_wang_inflation};

/// Fewest windows for a slope.
const LEAST_WINDOWS: usize = 12;
/// More windows than this add time and no certainty: the work grows with their square.
const MOST_WINDOWS: usize = 720;
/// Two-sided, so that each end is a one-sided 95 % bound.
const CONFIDENCE: f64 = 0.90;
const MEGABYTE: f64 = 1e6;

/// What counts as a leak, and which part of the samples to look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakSearch {
    /// Cut from the start, while caches fill.
    pub warm_up: Duration,
    /// Wanted length of a window; shortened where fewer than 12 would fit, lengthened where it is too short to
    /// hold two teeth or ten samples.
    pub window: Duration,
    /// Growth below which memory is normal, in bytes per minute; 0 or more.
    pub normal_below: f64,
    /// Growth above which memory leaks, in bytes per minute; at least `normal_below`.
    pub leak_above: f64,
}

impl LeakSearch {
    /// For a sustained run of `length`: cuts the first quarter, 5 minutes at least; windows of 2 minutes.
    #[must_use]
    pub fn sustained(length: Duration) -> LeakSearch {
        let warm_up = (length / 4).max(Duration::from_secs(300));
        LeakSearch { warm_up, window: Duration::from_secs(120), ..LeakSearch::limits() }
    }

    /// For the 5 minutes of the lifecycle's active phase: cuts 30 s; windows of 20 s.
    #[must_use]
    pub fn lifecycle() -> LeakSearch {
        LeakSearch {
            warm_up: Duration::from_secs(30),
            window: Duration::from_secs(20),
            ..LeakSearch::limits()
        }
    }

    /// Normal below 0.5 MB in a minute, a leak above 1.0 MB.
    fn limits() -> LeakSearch {
        let (warm_up, window) = (Duration::ZERO, Duration::ZERO);
        LeakSearch { warm_up, window, normal_below: 0.5 * MEGABYTE, leak_above: MEGABYTE }
    }
}

/// What [`estimate_leak`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakEstimate {
    /// What the interval allows to say.
    pub verdict: LeakVerdict,
    /// Growth of the floor in bytes per minute with its two-sided 90 % interval, so that each end is a one-sided
    /// 95 % bound; `None` with too few windows.
    pub slope: Option<Estimate>,
    /// Windows that the slope rests on.
    pub windows: usize,
    /// The teeth that the floors were taken under.
    pub sawtooth: Option<Sawtooth>,
    /// Length of a run, warm-up included, that should decide; only where the data was not enough.
    pub enough: Option<Duration>,
}

impl LeakEstimate {
    /// The verdict that the slope alone would give, for printing beside the real one; `None` without a slope.
    #[must_use]
    pub fn label(&self, search: &LeakSearch) -> Option<LeakVerdict> {
        let slope = self.slope?.value;
        Some(if slope > search.leak_above {
            LeakVerdict::Leak
        } else if slope >= search.normal_below {
            LeakVerdict::Watch
        } else {
            LeakVerdict::Normal
        })
    }
}

/// Estimates how fast the floor of memory rises, and says what the interval of that slope allows.
///
/// After the warm-up the samples are cut into at least 12 windows, each of two teeth of the sawtooth or more, or
/// ten samples where there are no teeth; the 5 % quantile of each is its floor; the slope is the Theil-Sen slope
/// of the floors (Sen 1968), its variance inflated for autocorrelation by Hamed & Rao (1998) or Yue & Wang (2004),
/// whichever asks for more: a dozen floors rarely give the significance that the first waits for. A straight
/// line through raw samples would call most healthy collectors leaking.
///
/// Leak: the lower bound is above `leak_above`. Normal: the upper bound is below `normal_below`. Watch: the lower
/// bound is above 0 and the estimate at least `normal_below`. Otherwise not enough data, with the length that
/// should do.
///
/// Windows that a gap leaves without ten samples are left out. `seconds` ascend. `None` where the slices differ in
/// length, a value is not finite, or times do not ascend.
#[must_use]
pub fn estimate_leak(seconds: &[f64], bytes: &[f64], search: &LeakSearch) -> Option<LeakEstimate> {
    let usable = seconds.len() == bytes.len() && all_finite(seconds) && all_finite(bytes);
    if !usable || !seconds.is_sorted() {
        return None;
    }
    let begin = seconds.first().map_or(0.0, |start| start + search.warm_up.as_secs_f64());
    let steady = seconds.partition_point(|&time| time < begin);
    let (seconds, bytes) = (&seconds[steady..], &bytes[steady..]);
    let sawtooth = find_sawtooth(seconds, bytes);
    let count = window_count(seconds, search, sawtooth.as_ref());
    let estimate =
        |slope, verdict, windows, enough| LeakEstimate { verdict, slope, windows, sawtooth, enough };
    let floors = floors(seconds, bytes, count, sawtooth.as_ref());
    let Some(floors) = floors.filter(|floors| floors.floors.len() >= LEAST_WINDOWS) else {
        let enough = length_for_windows(seconds, search, sawtooth.as_ref());
        return Some(estimate(None, LeakVerdict::NotEnoughData, 0, enough));
    };
    let minutes: Vec<f64> = floors.times.iter().map(|time| time / 60.0).collect();
    let inflation = hamed_rao_inflation(&floors.floors)?.max(yue_wang_inflation(&floors.floors)?);
    let slope = theil_sen_inflated(&minutes, &floors.floors, CONFIDENCE, inflation)?.slope;
    let verdict = verdict(&slope, search);
    let enough = (verdict == LeakVerdict::NotEnoughData).then(|| length_for_slope(&slope, seconds, search));
    Some(estimate(Some(slope), verdict, floors.floors.len(), enough.flatten()))
}

/// What the interval of the slope allows to say.
fn verdict(slope: &Estimate, search: &LeakSearch) -> LeakVerdict {
    if slope.lower > search.leak_above {
        LeakVerdict::Leak
    } else if slope.upper < search.normal_below {
        LeakVerdict::Normal
    } else if slope.lower > 0.0 && slope.value >= search.normal_below {
        LeakVerdict::Watch
    } else {
        LeakVerdict::NotEnoughData
    }
}

/// As many windows of the wanted length as fit, within 12 and 720.
fn window_count(seconds: &[f64], search: &LeakSearch, teeth: Option<&Sawtooth>) -> usize {
    let length = seconds.last().zip(seconds.first()).map_or(0.0, |(end, start)| end - start);
    let window = search.window.as_secs_f64().max(least_window(seconds, teeth).unwrap_or(0.0));
    if window > 0.0 { ((length / window) as usize).clamp(LEAST_WINDOWS, MOST_WINDOWS) } else { LEAST_WINDOWS }
}

/// Length of a run that has 12 windows; `None` where nothing is known of the samples.
fn length_for_windows(seconds: &[f64], search: &LeakSearch, teeth: Option<&Sawtooth>) -> Option<Duration> {
    let window = search.window.as_secs_f64().max(least_window(seconds, teeth)?);
    length_with_steady(LEAST_WINDOWS as f64 * window, search)
}

/// Length of a run whose interval would be half as wide as the gap between normal and leak. The error of a slope
/// falls with the length to the power 3/2.
fn length_for_slope(slope: &Estimate, seconds: &[f64], search: &LeakSearch) -> Option<Duration> {
    let length = seconds.last()? - seconds.first()?;
    let width = slope.upper - slope.lower;
    let wanted = (search.leak_above - search.normal_below) / 2.0;
    let times = if width.is_finite() { (width / wanted).powf(2.0 / 3.0).max(1.25) } else { 2.0 };
    length_with_steady(length * times, search)
}

/// Length of a run whose part after the warm-up has this many seconds, also where a longer run cuts a quarter.
fn length_with_steady(seconds: f64, search: &LeakSearch) -> Option<Duration> {
    Duration::try_from_secs_f64((search.warm_up.as_secs_f64() + seconds).max(seconds * 4.0 / 3.0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half an hour, a sample every 2 s, teeth of 30 MB and 40 s, and a floor that rises by `megabytes` a minute.
    fn half_hour(megabytes: f64) -> (Vec<f64>, Vec<f64>) {
        let seconds: Vec<f64> = (0..900).map(|sample| f64::from(sample) * 2.0).collect();
        let bytes = seconds
            .iter()
            .map(|second| MEGABYTE * (200.0 + 30.0 * (second % 40.0) / 40.0 + megabytes * second / 60.0));
        (seconds.clone(), bytes.collect())
    }

    fn judged(megabytes: f64) -> LeakEstimate {
        let (seconds, bytes) = half_hour(megabytes);
        estimate_leak(&seconds, &bytes, &LeakSearch::sustained(Duration::from_secs(1_800))).unwrap()
    }

    #[test]
    fn the_interval_decides() {
        assert_eq!(judged(0.0).verdict, LeakVerdict::Normal);
        assert_eq!(judged(0.75).verdict, LeakVerdict::Watch);
        assert_eq!(judged(1.5).verdict, LeakVerdict::Leak);
    }

    #[test]
    fn the_slope_is_that_of_the_floor() {
        let slope = judged(0.75).slope.unwrap();
        assert!((slope.value / MEGABYTE - 0.75).abs() < 0.02, "{slope:?}");
    }

    #[test]
    fn half_an_hour_has_its_twelve_windows() {
        assert_eq!(judged(0.0).windows, 12);
    }

    #[test]
    fn ten_minutes_of_long_teeth_are_not_enough() {
        let (seconds, bytes) = half_hour(2.0);
        let search = LeakSearch::sustained(Duration::from_secs(600));
        let estimate = estimate_leak(&seconds[..300], &bytes[..300], &search).unwrap();
        assert_eq!((estimate.verdict, estimate.slope), (LeakVerdict::NotEnoughData, None));
        // 12 windows of 2 minutes are three quarters of it.
        assert_eq!(estimate.enough, Some(Duration::from_secs(1_920)));
    }

    #[test]
    fn the_label_follows_the_estimate_alone() {
        let search = LeakSearch::sustained(Duration::from_secs(1_800));
        assert_eq!(judged(0.75).label(&search), Some(LeakVerdict::Watch));
        assert_eq!(judged(0.1).label(&search), Some(LeakVerdict::Normal));
    }

    #[test]
    fn no_samples_are_not_enough_and_nonsense_is_refused() {
        let search = LeakSearch::lifecycle();
        assert_eq!(estimate_leak(&[], &[], &search).unwrap().verdict, LeakVerdict::NotEnoughData);
        assert_eq!(estimate_leak(&[0.0], &[f64::NAN], &search), None);
        assert_eq!(estimate_leak(&[0.0, 1.0], &[1.0], &search), None);
        assert_eq!(estimate_leak(&[1.0, 0.0], &[1.0, 1.0], &search), None);
    }
}
