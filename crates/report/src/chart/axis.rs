//! Axes: what a place along one means, and where its ticks are.

use plimsoll_model::{Timestamp, Unit};

use crate::format;

/// What the numbers of an axis are, which decides where ticks stand and how they read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// Values in a base unit.
    Value(Unit),
    /// Nanoseconds since the start of a run, as on a clock.
    Elapsed,
    /// Seconds since 1970-01-01T00:00:00Z, as a date.
    Date,
    /// Quantiles by how many nines they have: 0.5 is 0.3, 0.9 is 1, 0.99 is 2.
    Nines,
    /// Ratios current / baseline, as the change that they mean.
    Change,
    /// Numbers without a unit.
    Number,
}

/// How values become places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equal lengths.
    Linear,
    /// Equal factors are equal lengths; for values above zero.
    Log,
}

/// An axis: its title, what its numbers are, and from where to where it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What is measured along it; empty where that is plain.
    pub title: String,
    /// What its numbers are.
    pub measure: Measure,
    /// How they become places.
    pub scale: Scale,
    /// The number at its start; finite.
    pub from: f64,
    /// The number at its end; finite and above `from`.
    pub to: f64,
}

const SECOND: f64 = 1e9;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY_S: f64 = 86_400.0;

/// Steps of a clock, in nanoseconds.
const CLOCK: [f64; 17] = [
    SECOND,
    2.0 * SECOND,
    5.0 * SECOND,
    10.0 * SECOND,
    15.0 * SECOND,
    30.0 * SECOND,
    MINUTE,
    2.0 * MINUTE,
    5.0 * MINUTE,
    10.0 * MINUTE,
    15.0 * MINUTE,
    30.0 * MINUTE,
    HOUR,
    2.0 * HOUR,
    6.0 * HOUR,
    12.0 * HOUR,
    24.0 * HOUR,
];

/// Steps of a calendar, in days.
const CALENDAR: [f64; 9] = [1.0, 2.0, 7.0, 14.0, 28.0, 91.0, 182.0, 364.0, 728.0];

/// Ticks that an axis upwards has at most.
const MOST: usize = 5;

impl Axis {
    /// Time since the start of a run, in nanoseconds.
    #[must_use]
    pub fn elapsed(from: f64, to: f64) -> Axis {
        Axis::new(String::new(), Measure::Elapsed, Scale::Linear, from, to)
    }

    /// From zero, or from the least value where that is below, to a round number above the largest value.
    #[must_use]
    pub fn from_zero(
        title: impl Into<String>,
        measure: Measure,
        values: impl IntoIterator<Item = f64>,
    ) -> Axis {
        let (low, high) = extent(values).unwrap_or((0.0, 1.0));
        Axis::fitted(title.into(), measure, low.min(0.0), high.max(0.0))
    }

    /// From a round number below the least value to one above the largest.
    #[must_use]
    pub fn around(title: impl Into<String>, measure: Measure, values: impl IntoIterator<Item = f64>) -> Axis {
        let (low, high) = extent(values).unwrap_or((0.0, 1.0));
        Axis::fitted(title.into(), measure, low, high)
    }

    /// By factors, from a round number below the least value above zero to one above the largest.
    #[must_use]
    pub fn log(title: impl Into<String>, measure: Measure, values: impl IntoIterator<Item = f64>) -> Axis {
        let (low, high) = extent(values.into_iter().filter(|value| *value > 0.0)).unwrap_or((1.0, 10.0));
        let (from, to) = (round_down(low), round_up(high));
        Axis::new(title.into(), measure, Scale::Log, from, if to > from { to } else { from * 10.0 })
    }

    fn new(title: String, measure: Measure, scale: Scale, from: f64, to: f64) -> Axis {
        let to = if to > from { to } else { from + 1.0 };
        Axis { title, measure, scale, from, to }
    }

    fn fitted(title: String, measure: Measure, low: f64, high: f64) -> Axis {
        let high = if high > low { high } else { low + if low == 0.0 { 1.0 } else { low.abs() } };
        let step = step(measure, high - low, MOST);
        let (from, to) = ((low / step).floor() * step, (high / step).ceil() * step);
        Axis::new(title, measure, Scale::Linear, from, to)
    }

    /// The place of a value, 0 at the start of the axis and 1 at its end; never beyond.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let place = match self.scale {
            Scale::Linear => (value - self.from) / (self.to - self.from),
            Scale::Log if value <= 0.0 => 0.0,
            Scale::Log => (value / self.from).ln() / (self.to / self.from).ln(),
        };
        if place.is_finite() { place.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Round numbers along the axis, ascending, about `most` of them at most.
    #[must_use]
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        match (self.measure, self.scale) {
            (Measure::Nines, _) => nines(self.from, self.to),
            (_, Scale::Log) => decades(self.from, self.to, most),
            (measure, Scale::Linear) => {
                let step = step(measure, self.to - self.from, most);
                let first = (self.from / step - 1e-9).ceil();
                let ticks = (0..64).map(|index| (first + f64::from(index)) * step);
                ticks.take_while(|tick| *tick <= self.to + step * 1e-9).collect()
            }
        }
    }

    /// A value of this axis for people.
    #[must_use]
    pub fn label(&self, value: f64) -> String {
        self.measure.label(value)
    }
}

impl Measure {
    /// A value for people; [`format::EMPTY`] where it is not finite.
    #[must_use]
    pub fn label(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => format::EMPTY.to_owned(),
            Measure::Value(_) | Measure::Elapsed if value == 0.0 => "0".to_owned(),
            Measure::Value(unit) => format::value(value, unit),
            Measure::Elapsed => format::span(plimsoll_metrics::num::to_u64_saturating(value)),
            Measure::Date => date(value),
            Measure::Nines => percentile(value),
            Measure::Change => format::change(value),
            Measure::Number => format::number(value),
        }
    }
}

/// Day and month, and the time of day where it is not midnight.
fn date(seconds: f64) -> String {
    let seconds = plimsoll_metrics::num::to_u64_saturating(seconds);
    let at = Timestamp::EPOCH.after(std::time::Duration::from_secs(seconds)).human();
    let (day, time) = (at.get(..10).unwrap_or(&at), at.get(11..16).unwrap_or_default());
    if time == "00:00" { day.to_owned() } else { format!("{day} {time}") }
}

/// `p99` for 2 nines.
fn percentile(nines: f64) -> String {
    let percent = 100.0 - 10_f64.powf(2.0 - nines);
    // As many decimals as there are nines behind the first two, and one more between them.
    let decimals = (nines - 1.0).ceil().clamp(0.0, 9.0) as usize;
    let shown = format!("{percent:.decimals$}");
    let shown = if shown.contains('.') { shown.trim_end_matches('0').trim_end_matches('.') } else { &shown };
    format!("p{shown}")
}

fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold(None, |extent, value| {
        let (low, high) = extent.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

/// The smallest round step that needs at most so many ticks.
fn step(measure: Measure, span: f64, most: usize) -> f64 {
    let least = span / plimsoll_metrics::num::to_f64(most.max(1) as u64);
    let on = |steps: &[f64], unit: f64| steps.iter().map(|step| step * unit).find(|step| *step >= least);
    match measure {
        Measure::Elapsed if least > 0.5 * SECOND => {
            on(&CLOCK, 1.0).unwrap_or_else(|| (least / (24.0 * HOUR)).ceil() * 24.0 * HOUR)
        }
        Measure::Date if least > DAY_S / 2.0 => on(&CALENDAR, DAY_S).unwrap_or_else(|| decimal(least)),
        Measure::Date => on(&[1.0, 2.0, 6.0, 12.0], 3_600.0).unwrap_or(DAY_S),
        Measure::Value(Unit::Bytes | Unit::BytesPerSecond) if least > 1.0 => 2_f64.powf(least.log2().ceil()),
        // Half an operation is none.
        Measure::Value(Unit::Count) => decimal(least).max(1.0),
        _ => decimal(least),
    }
}

/// 1, 2 or 5 times a power of ten, not below a number.
fn decimal(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    let rounded =
        [1.0, 2.0, 5.0].into_iter().map(|digit| digit * power).find(|step| *step >= least * (1.0 - 1e-9));
    rounded.unwrap_or(10.0 * power)
}

fn round_up(value: f64) -> f64 {
    decimal(value)
}

fn round_down(value: f64) -> f64 {
    let above = decimal(value);
    if above <= value * (1.0 + 1e-9) {
        return above;
    }
    let power = 10_f64.powf(value.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|digit| digit * power).find(|step| *step <= value).unwrap_or(power)
}

/// Powers of ten between two numbers, and 2 and 5 times them where there are few.
fn decades(from: f64, to: f64, most: usize) -> Vec<f64> {
    let (first, last) = (from.log10().floor() as i32, to.log10().ceil() as i32);
    let is_inside = |tick: &f64| *tick >= from * (1.0 - 1e-9) && *tick <= to * (1.0 + 1e-9);
    let at = |digits: &[f64], every: i32| -> Vec<f64> {
        let exponents = (first..=last).filter(|exponent| exponent.rem_euclid(every) == 0);
        let ticks =
            exponents.flat_map(|exponent| digits.iter().map(move |digit| digit * 10_f64.powi(exponent)));
        ticks.filter(is_inside).collect()
    };
    let choices = [at(&[1.0, 2.0, 5.0], 1), at(&[1.0], 1), at(&[1.0], 2), at(&[1.0], 3)];
    choices.into_iter().find(|ticks| ticks.len() <= most.max(2)).unwrap_or_else(|| at(&[1.0], 4))
}

/// The median, then the percentiles with one nine, two nines, …
fn nines(from: f64, to: f64) -> Vec<f64> {
    let whole = (1..=9).map(f64::from);
    let median = 2_f64.log10();
    std::iter::once(median).chain(whole).filter(|tick| *tick >= from && *tick <= to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, most: usize) -> Vec<String> {
        axis.ticks(most).into_iter().map(|tick| axis.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_in_the_unit_of_the_axis() {
        let bytes = Axis::from_zero("", Measure::Value(Unit::Bytes), [900.0 * 1_048_576.0]);
        assert_eq!(labels(&bytes, 5), ["0", "256 MiB", "512 MiB", "768 MiB", "1 GiB"]);
        assert_eq!(labels(&Axis::elapsed(0.0, 130e9), 6), ["0", "30 s", "1m", "1m 30s", "2m"]);
        assert_eq!(
            labels(&Axis::elapsed(0.0, 0.25e9), 6),
            ["0", "50 ms", "100 ms", "150 ms", "200 ms", "250 ms"]
        );
        let share = Axis::from_zero("", Measure::Value(Unit::Ratio), [0.87]);
        assert_eq!(labels(&share, 5), ["0", "20 %", "40 %", "60 %", "80 %", "100 %"]);
        let counts = Axis::from_zero("", Measure::Value(Unit::Count), [2.0]);
        assert_eq!(labels(&counts, 5), ["0", "1", "2"]);
    }

    #[test]
    fn a_log_axis_has_powers_of_ten_or_what_lies_between() {
        let wide = Axis::log("", Measure::Value(Unit::Nanoseconds), [3e5, 4e8]);
        assert_eq!(labels(&wide, 5), ["1 ms", "10 ms", "100 ms"]);
        let narrow = Axis::log("", Measure::Value(Unit::Nanoseconds), [1.1e6, 9e6]);
        assert_eq!(labels(&narrow, 5), ["1 ms", "2 ms", "5 ms", "10 ms"]);
    }

    #[test]
    fn percentiles_stand_by_their_nines() {
        let axis =
            Axis { title: String::new(), measure: Measure::Nines, scale: Scale::Linear, from: 0.0, to: 4.0 };
        assert_eq!(labels(&axis, 9), ["p50", "p90", "p99", "p99.9", "p99.99"]);
    }

    #[test]
    fn no_value_leaves_an_axis() {
        for axis in [
            Axis::from_zero("", Measure::Number, []),
            Axis::log("", Measure::Number, [0.0, -1.0]),
            Axis::around("", Measure::Number, [7.0, 7.0]),
            Axis::elapsed(5.0, 5.0),
        ] {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e300, 0.0, 1e300] {
                assert!((0.0..=1.0).contains(&axis.place(value)), "{axis:?} {value}");
            }
            assert!(axis.ticks(5).len() < 12, "{axis:?}");
        }
    }
}
