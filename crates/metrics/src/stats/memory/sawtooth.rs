//! The slow rise and sudden fall of memory under a garbage collector.

use crate::stats::summary::{all_finite, median_of, quantile_of_sorted, sorted};

/// Fewer falls than this are no pattern.
const LEAST_FALLS: usize = 3;
/// A swing counts when it is larger than this share of the spread between the 5 % and the 95 % quantile.
const SWING: f64 = 0.5;
/// Rises must take at least this many times as long as falls: noise swings up as fast as down.
const ASYMMETRY: f64 = 2.0;

/// A detected sawtooth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sawtooth {
    /// Median time from one fall to the next, in the unit of the times.
    pub period: f64,
    /// Median height of a fall, in the unit of the values.
    pub amplitude: f64,
    /// Number of falls seen, 3 or more.
    pub falls: usize,
}

/// One fall of a sawtooth, from a peak to the trough after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fall {
    /// Time of the peak.
    pub start: f64,
    /// Time of the trough.
    pub end: f64,
    /// By how much, above 0.
    pub height: f64,
}

/// Finds a sawtooth: at least three falls, each larger than half the middle spread, with rises that take at least
/// twice as long as falls.
///
/// The swings are found with hysteresis, as a zigzag (the rainflow rule of Matsuishi & Endo 1968 in its simplest
/// form); the choice of limits is ours. `None` where there is no such pattern, the slices differ in length, a
/// value is not finite, or times do not ascend.
///
/// ```
/// use plimsoll_metrics::stats::find_sawtooth;
///
/// let seconds: Vec<f64> = (0..60).map(f64::from).collect();
/// let bytes: Vec<f64> = seconds.iter().map(|second| 50.0 + second % 10.0).collect();
/// let teeth = find_sawtooth(&seconds, &bytes).expect("five falls");
/// assert_eq!((teeth.period, teeth.amplitude, teeth.falls), (10.0, 9.0, 5));
/// ```
#[must_use]
pub fn find_sawtooth(times: &[f64], values: &[f64]) -> Option<Sawtooth> {
    let falls = find_falls(times, values)?;
    let between: Vec<f64> = falls.windows(2).map(|pair| pair[1].end - pair[0].end).collect();
    let heights: Vec<f64> = falls.iter().map(|fall| fall.height).collect();
    Some(Sawtooth { period: median_of(&between), amplitude: median_of(&heights), falls: falls.len() })
}

/// The falls of a sawtooth in their order, where there is one as [`find_sawtooth`] says: `None` without one, and for
/// what that refuses.
///
/// ```
/// use plimsoll_metrics::stats::find_falls;
///
/// let seconds: Vec<f64> = (0..60).map(f64::from).collect();
/// let bytes: Vec<f64> = seconds.iter().map(|second| 50.0 + second % 10.0).collect();
/// let falls = find_falls(&seconds, &bytes).expect("five falls");
/// assert_eq!((falls[0].start, falls[0].end, falls[0].height), (9.0, 10.0, 9.0));
/// ```
#[must_use]
pub fn find_falls(times: &[f64], values: &[f64]) -> Option<Vec<Fall>> {
    let usable = times.len() == values.len() && all_finite(times) && all_finite(values);
    if !usable || values.is_empty() || !times.is_sorted() {
        return None;
    }
    let ordered = sorted(values);
    let least = SWING * (quantile_of_sorted(&ordered, 0.95) - quantile_of_sorted(&ordered, 0.05));
    let turns = turning_points(values, least);
    let swings: Vec<Swing> =
        turns.windows(2).map(|pair| Swing::new(times, values, pair[0], pair[1])).collect();
    let falls: Vec<&Swing> = swings.iter().filter(|swing| swing.height < 0.0).collect();
    if falls.len() < LEAST_FALLS {
        return None;
    }
    let length = |swings: &[&Swing]| {
        median_of(&swings.iter().map(|swing| swing.end - swing.start).collect::<Vec<_>>())
    };
    let rises: Vec<&Swing> = swings.iter().filter(|swing| swing.height > 0.0).collect();
    if rises.is_empty() || length(&rises) < ASYMMETRY * length(&falls) {
        return None;
    }
    let fall = |swing: &&Swing| Fall { start: swing.start, end: swing.end, height: -swing.height };
    Some(falls.iter().map(fall).collect())
}

/// From one turning point to the next.
struct Swing {
    start: f64,
    end: f64,
    height: f64,
}

impl Swing {
    fn new(times: &[f64], values: &[f64], from: usize, to: usize) -> Swing {
        Swing { start: times[from], end: times[to], height: values[to] - values[from] }
    }
}

/// Indices at which the values turn by more than `least`: peaks and troughs in turn.
fn turning_points(values: &[f64], least: f64) -> Vec<usize> {
    let mut turns = Vec::new();
    let (mut low, mut high) = (0, 0);
    // +1 while rising from the last trough, -1 while falling from the last peak, 0 before the first turn.
    let mut heading = 0;
    for (index, &value) in values.iter().enumerate() {
        if value > values[high] {
            high = index;
        }
        if value < values[low] {
            low = index;
        }
        if heading >= 0 && values[high] - value > least {
            turns.push(high);
            (heading, low) = (-1, index);
        } else if heading <= 0 && value - values[low] > least {
            turns.push(low);
            (heading, high) = (1, index);
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u32) -> Vec<f64> {
        (0..count).map(f64::from).collect()
    }

    #[test]
    fn a_wave_is_no_sawtooth() {
        let wave: Vec<f64> = (0..100).map(|second| (f64::from(second) / 4.0).sin()).collect();
        assert_eq!(find_sawtooth(&seconds(100), &wave), None);
    }

    #[test]
    fn two_falls_are_no_pattern() {
        let teeth: Vec<f64> = (0..30).map(|second| f64::from(second % 10)).collect();
        assert_eq!(find_sawtooth(&seconds(30), &teeth), None);
    }

    #[test]
    fn a_rising_floor_does_not_hide_the_teeth() {
        let teeth: Vec<f64> =
            (0..120).map(|second| f64::from(second % 12) * 3.0 + f64::from(second) * 0.2).collect();
        let found = find_sawtooth(&seconds(120), &teeth).unwrap();
        assert_eq!((found.period, found.falls), (12.0, 9));
    }

    #[test]
    fn nothing_and_nonsense_have_no_teeth() {
        assert_eq!(find_sawtooth(&[], &[]), None);
        assert_eq!(find_sawtooth(&[0.0], &[f64::NAN]), None);
        assert_eq!(find_sawtooth(&[1.0, 0.0], &[1.0, 2.0]), None);
        assert_eq!(find_sawtooth(&seconds(50), &[4.0; 50]), None);
    }
}
