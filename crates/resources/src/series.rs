//! One series of a result: points, gaps and figures in bounded memory.

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{Gap, ResourceSeries, TargetKind};

use crate::derive::Missing;
use crate::source::Description;
use crate::summary::Summary;

/// Points of a series at most: four hours at 2 s. Then each two neighbours become one, so that the oldest
/// stretch of a long run is the coarsest; the figures are those of all values.
const MOST_POINTS: usize = 7_200;

/// Gaps of a series at most. Beyond, the last gap is stretched over what follows and counts it.
const MOST_GAPS: usize = 1_000;

/// A series that grows.
#[derive(Debug)]
pub(crate) struct Series {
    metric: Description,
    points: Vec<Point>,
    gaps: Vec<Gap>,
    further_gaps: u64,
    summary: Summary,
}

/// A value and the time that it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    t_ns: u64,
    length_ns: u64,
    value: Option<f64>,
}

impl Series {
    pub(crate) fn new(metric: Description) -> Series {
        Series { metric, points: Vec::new(), gaps: Vec::new(), further_gaps: 0, summary: Summary::default() }
    }

    /// Adds the value of the stretch from `from_ns` to `t_ns`, or the reason why there is none.
    pub(crate) fn push(&mut self, from_ns: u64, t_ns: u64, value: Result<f64, Missing>) {
        let length_ns = t_ns.saturating_sub(from_ns);
        match &value {
            Ok(value) => self.summary.add(t_ns, *value, length_ns),
            Err(missing) => self.add_gap(from_ns, t_ns, missing),
        }
        self.points.push(Point { t_ns, length_ns, value: value.ok() });
        if self.points.len() >= MOST_POINTS {
            self.points = self.points.chunks(2).map(merge).collect();
        }
    }

    /// Notes a stretch without values, joined to the gap before where it goes on with the same cause.
    pub(crate) fn add_gap(&mut self, start_ns: u64, end_ns: u64, missing: &Missing) {
        let full = self.gaps.len() >= MOST_GAPS;
        match self.gaps.last_mut() {
            Some(last) if last.cause == missing.cause && last.end_ns >= start_ns => {
                last.end_ns = last.end_ns.max(end_ns);
            }
            Some(last) if full => {
                last.end_ns = last.end_ns.max(end_ns);
                self.further_gaps += 1;
            }
            _ => {
                self.gaps.push(Gap {
                    start_ns,
                    end_ns,
                    cause: missing.cause,
                    detail: missing.detail.clone(),
                });
            }
        }
    }

    /// The series as it stands in a result.
    pub(crate) fn finish(&self, target: &str, kind: TargetKind) -> ResourceSeries {
        let mut gaps = self.gaps.clone();
        if let Some(last) = gaps.last_mut().filter(|_| self.further_gaps > 0) {
            last.detail = format!("{}; then {} more gaps up to here", last.detail, self.further_gaps);
        }
        ResourceSeries {
            target: target.to_owned(),
            kind,
            metric: self.metric.name.to_owned(),
            unit: self.metric.unit,
            points: self.points.iter().map(|point| (point.t_ns, point.value)).collect(),
            gaps,
            summary: self.summary.figures(),
        }
    }
}

/// Two neighbours as one: both stretches, their values weighted by their lengths.
fn merge(neighbours: &[Point]) -> Point {
    let [first, second] = neighbours else { return neighbours[0] };
    let value = match (first.value, second.value) {
        (Some(a), Some(b)) => Some(weighted(a, first.length_ns, b, second.length_ns)),
        (one, other) => one.or(other),
    };
    let length_ns = first.length_ns.saturating_add(second.length_ns);
    Point { t_ns: second.t_ns, length_ns, value }
}

fn weighted(a: f64, a_length_ns: u64, b: f64, b_length_ns: u64) -> f64 {
    let share = ratio(to_f64(b_length_ns), to_f64(a_length_ns) + to_f64(b_length_ns));
    a + (b - a) * share.unwrap_or(0.5)
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{GapCause, Unit};

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn series() -> Series {
        Series::new(Description::new("cpu", Unit::Ratio))
    }

    fn missing(cause: GapCause) -> Missing {
        Missing { cause, detail: format!("{cause:?}") }
    }

    fn finish(series: &Series) -> ResourceSeries {
        series.finish("host", TargetKind::Host)
    }

    #[test]
    fn a_missing_value_is_null_and_a_gap() {
        let mut series = series();
        series.push(0, SECOND, Err(missing(GapCause::NotRunning)));
        let result = finish(&series);
        assert_eq!(result.points, [(SECOND, None)]);
        assert_eq!((result.gaps[0].start_ns, result.gaps[0].end_ns), (0, SECOND));
        assert_eq!(result.summary.count, 0);
    }

    #[test]
    fn a_gap_that_goes_on_is_one_gap() {
        let mut series = series();
        for second in 0..3 {
            series.push(second * SECOND, (second + 1) * SECOND, Err(missing(GapCause::NotRunning)));
        }
        let gaps = finish(&series).gaps;
        assert_eq!(gaps.len(), 1);
        assert_eq!((gaps[0].start_ns, gaps[0].end_ns), (0, 3 * SECOND));
    }

    #[test]
    fn another_cause_is_another_gap() {
        let mut series = series();
        series.push(0, SECOND, Err(missing(GapCause::NotRunning)));
        series.push(SECOND, 2 * SECOND, Err(missing(GapCause::CounterReset)));
        let causes: Vec<_> = finish(&series).gaps.iter().map(|gap| gap.cause).collect();
        assert_eq!(causes, [GapCause::NotRunning, GapCause::CounterReset]);
    }

    #[test]
    fn a_value_between_keeps_two_gaps_apart() {
        let mut series = series();
        series.push(0, SECOND, Err(missing(GapCause::Unavailable)));
        series.push(SECOND, 2 * SECOND, Ok(1.0));
        series.push(2 * SECOND, 3 * SECOND, Err(missing(GapCause::Unavailable)));
        assert_eq!(finish(&series).gaps.len(), 2);
    }

    #[test]
    fn points_never_reach_the_limit_and_figures_are_of_all_values() {
        let mut series = series();
        let pushed = 3 * MOST_POINTS as u64;
        for second in 0..pushed {
            let value = if second == 5 { 100.0 } else { 1.0 };
            series.push(second * SECOND, (second + 1) * SECOND, Ok(value));
            assert!(series.points.len() < MOST_POINTS);
        }
        let summary = finish(&series).summary;
        assert_eq!((summary.count, summary.peak), (pushed, Some(100.0)));
    }

    #[test]
    fn merged_points_keep_the_area_under_the_curve() {
        let merged = merge(&[
            Point { t_ns: 2 * SECOND, length_ns: 2 * SECOND, value: Some(1.0) },
            Point { t_ns: 10 * SECOND, length_ns: 8 * SECOND, value: Some(6.0) },
        ]);
        assert_eq!(merged, Point { t_ns: 10 * SECOND, length_ns: 10 * SECOND, value: Some(5.0) });
    }

    #[test]
    fn a_value_merged_with_a_hole_stays_a_value() {
        let value = Point { t_ns: 1, length_ns: 1, value: Some(3.0) };
        let hole = Point { t_ns: 2, length_ns: 1, value: None };
        assert_eq!(merge(&[value, hole]).value, Some(3.0));
        assert_eq!(merge(&[hole, hole]).value, None);
    }

    #[test]
    fn gaps_are_bounded_and_the_last_counts_the_rest() {
        let mut series = series();
        for second in 0..2 * MOST_GAPS as u64 {
            let cause = if second % 2 == 0 { GapCause::Idle } else { GapCause::Unavailable };
            series.push(second * SECOND, (second + 1) * SECOND, Err(missing(cause)));
        }
        let gaps = finish(&series).gaps;
        assert_eq!(gaps.len(), MOST_GAPS);
        assert_eq!(gaps[MOST_GAPS - 1].end_ns, 2 * MOST_GAPS as u64 * SECOND);
        assert!(gaps[MOST_GAPS - 1].detail.ends_with("500 more gaps up to here"), "{:?}", gaps.last());
    }
}
