//! A part of what was sampled, by time.

use std::ops::Range;

use plimsoll_model::{Event, Gap, ResourceSeries};

use super::Sampled;
use crate::summary::Summary;

impl Sampled {
    /// What lies in a stretch of the timeline, with times from its start and figures of its own.
    ///
    /// A value stands for the time since the one before it, and belongs to the stretch in which it was read. The cost of
    /// sampling and the caveats are those of the whole.
    #[must_use]
    pub fn between(&self, stretch: Range<u64>) -> Sampled {
        let events = self.events.iter().filter(|event| stretch.contains(&event.t_ns));
        let from_start = |event: &Event| Event { t_ns: event.t_ns - stretch.start, ..event.clone() };
        Sampled {
            series: self.series.iter().map(|series| cut(series, &stretch)).collect(),
            events: events.map(from_start).collect(),
            sampler: self.sampler.clone(),
            caveats: self.caveats.clone(),
        }
    }
}

fn cut(series: &ResourceSeries, stretch: &Range<u64>) -> ResourceSeries {
    let first = series.points.partition_point(|(t_ns, _)| *t_ns < stretch.start);
    let before_ns = first.checked_sub(1).map(|before| series.points[before].0);
    // The first value may be of a time that lies mostly before: only its part within counts.
    let mut previous_ns = before_ns.unwrap_or(stretch.start).max(stretch.start);
    let mut summary = Summary::default();
    let mut points = Vec::new();
    for (t_ns, value) in series.points[first..].iter().take_while(|(t_ns, _)| stretch.contains(t_ns)) {
        let t_from_start_ns = t_ns - stretch.start;
        if let Some(value) = value {
            summary.add(t_from_start_ns, *value, t_ns - previous_ns);
        }
        points.push((t_from_start_ns, *value));
        previous_ns = *t_ns;
    }
    let gaps = series.gaps.iter().filter(|gap| gap.start_ns < stretch.end && gap.end_ns > stretch.start);
    let clipped = |gap: &Gap| Gap {
        start_ns: gap.start_ns.max(stretch.start) - stretch.start,
        end_ns: gap.end_ns.min(stretch.end) - stretch.start,
        ..gap.clone()
    };
    ResourceSeries {
        target: series.target.clone(),
        metric: series.metric.clone(),
        points,
        gaps: gaps.map(clipped).collect(),
        summary: summary.figures(),
        ..*series
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{EventKind, GapCause, ResourceSummary, TargetKind, Unit};

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn sampled() -> Sampled {
        let points = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let points = (0_u64..).zip(points).map(|(second, value)| (second * SECOND, Some(value)));
        let gap =
            Gap { start_ns: SECOND, end_ns: 3 * SECOND, cause: GapCause::Late, detail: "late".to_owned() };
        let series = ResourceSeries {
            target: "container:app".to_owned(),
            kind: TargetKind::Container,
            metric: "cpu".to_owned(),
            unit: Unit::Ratio,
            points: points.collect(),
            gaps: vec![gap],
            summary: ResourceSummary::default(),
        };
        let event = |second: u64| Event {
            t_ns: second * SECOND,
            target: "container:app".to_owned(),
            kind: EventKind::Oom,
            detail: "killed".to_owned(),
        };
        Sampled { series: vec![series], events: vec![event(1), event(4)], ..Sampled::default() }
    }

    #[test]
    fn values_events_and_gaps_begin_with_the_stretch() {
        let part = sampled().between(2 * SECOND..5 * SECOND);
        let series = &part.series[0];
        assert_eq!(series.points, [(0, Some(3.0)), (SECOND, Some(4.0)), (2 * SECOND, Some(5.0))]);
        assert_eq!((series.gaps[0].start_ns, series.gaps[0].end_ns), (0, SECOND));
        assert_eq!(part.events.iter().map(|event| event.t_ns).collect::<Vec<_>>(), [2 * SECOND]);
    }

    #[test]
    fn figures_are_those_of_the_stretch() {
        let summary = sampled().between(2 * SECOND..5 * SECOND).series[0].summary;
        // The value at the very start is of the time before.
        assert_eq!((summary.count, summary.mean, summary.peak), (3, Some(4.5), Some(5.0)));
        assert!(summary.slope_per_min.is_some_and(|slope| (slope - 60.0).abs() < 1e-9));
    }

    #[test]
    fn a_stretch_without_a_reading_has_no_figures() {
        let part = sampled().between(10 * SECOND..20 * SECOND);
        assert_eq!((part.series[0].points.len(), part.series[0].summary.mean), (0, None));
    }
}
