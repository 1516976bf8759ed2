//! All series of one target, fed with the outcome of each reading.

use std::time::Duration;

use plimsoll_model::{Event, GapCause, ResourceSeries, TargetKind};

use crate::derive::{Derived, Missing, derive};
use crate::series::Series;
use crate::source::{Description, Noticed, Reading, Source, SourceError};

/// Events of a target at most: one that starts and dies all the time must not fill the memory of the load.
const MOST_EVENTS: usize = 1_000;

/// What a sampler keeps of one target.
#[derive(Debug)]
pub(crate) struct Track {
    target: String,
    kind: TargetKind,
    metrics: Vec<Description>,
    series: Vec<Series>,
    events: Vec<Event>,
    further_events: u64,
    /// The last reading that can be compared with, and its time.
    previous: Option<(u64, Reading)>,
    /// When the target was asked last, whatever came of it.
    asked_ns: Option<u64>,
}

impl Track {
    pub(crate) fn of(source: &dyn Source) -> Track {
        let metrics = source.metrics().to_vec();
        Track {
            target: source.target().to_owned(),
            kind: source.kind(),
            series: metrics.iter().copied().map(Series::new).collect(),
            metrics,
            events: Vec::new(),
            further_events: 0,
            previous: None,
            asked_ns: None,
        }
    }

    /// Takes in what came of asking the source, at a time of the load's timeline.
    ///
    /// `interval` is the time that should have passed since it was asked before: beyond one and a half of
    /// it, the rest is a gap of cause [`GapCause::Late`], even though rates cover it.
    ///
    /// Gives back what followed from the reading; nothing from one that failed.
    pub(crate) fn record(
        &mut self,
        t_ns: u64,
        interval: Duration,
        outcome: Result<Reading, SourceError>,
    ) -> Vec<Derived> {
        let asked_ns = self.asked_ns.replace(t_ns).unwrap_or(t_ns);
        if let Some(late) = Lateness::of(asked_ns, t_ns, interval) {
            self.series.iter_mut().for_each(|series| series.add_gap(late.start_ns, t_ns, &late.missing()));
        }
        match outcome {
            Ok(reading) => self.values(asked_ns, t_ns, reading),
            Err(error) => {
                self.failure(asked_ns, t_ns, &error);
                Vec::new()
            }
        }
    }

    /// Notes what the source noticed, and gives it back as events; beyond a thousand only how many they were.
    pub(crate) fn note(&mut self, t_ns: u64, noticed: Vec<Noticed>) -> Vec<Event> {
        let event = |noticed: Noticed| {
            let age_ns = u64::try_from(noticed.age.as_nanos()).unwrap_or(u64::MAX);
            let (target, kind, detail) = (self.target.clone(), noticed.kind, noticed.detail);
            Event { t_ns: t_ns.saturating_sub(age_ns), target, kind, detail }
        };
        let events: Vec<Event> = noticed.into_iter().map(event).collect();
        let room = MOST_EVENTS.saturating_sub(self.events.len());
        self.events.extend(events.iter().take(room).cloned());
        self.further_events += u64::try_from(events.len().saturating_sub(room)).unwrap_or(u64::MAX);
        events
    }

    /// Name of the target.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// The target's series so far.
    pub(crate) fn series(&self) -> impl Iterator<Item = ResourceSeries> + '_ {
        self.series.iter().map(|series| series.finish(&self.target, self.kind))
    }

    /// The target's events so far. The last one counts those that were too many.
    pub(crate) fn events(&self) -> Vec<Event> {
        let mut events = self.events.clone();
        if let Some(last) = events.last_mut().filter(|_| self.further_events > 0) {
            last.detail = format!("{}; then {} more events", last.detail, self.further_events);
        }
        events
    }

    fn values(&mut self, asked_ns: u64, t_ns: u64, reading: Reading) -> Vec<Derived> {
        // After a reading that failed, rates cover the whole time since the last one that did not.
        let from_ns = self.previous.as_ref().map_or(asked_ns, |(previous_ns, _)| *previous_ns);
        let previous = self.previous.as_ref().map(|(_, reading)| reading);
        let derived = derive(&self.metrics, previous, &reading, t_ns.saturating_sub(from_ns));
        for (series, derived) in self.series.iter_mut().zip(&derived) {
            let from_ns = if derived.value.is_ok() { from_ns } else { asked_ns };
            series.push(from_ns, t_ns, derived.value.clone());
        }
        self.previous = Some((t_ns, reading));
        derived
    }

    fn failure(&mut self, asked_ns: u64, t_ns: u64, error: &SourceError) {
        // What runs again has begun anew: comparing across the pause would mean nothing.
        if error.cause() == GapCause::NotRunning {
            self.previous = None;
        }
        for series in &mut self.series {
            let missing = Missing { cause: error.cause(), detail: error.to_string() };
            series.push(asked_ns, t_ns, Err(missing));
        }
    }
}

/// A reading that came much later than it should have.
struct Lateness {
    start_ns: u64,
    late_ns: u64,
}

impl Lateness {
    fn of(asked_ns: u64, t_ns: u64, interval: Duration) -> Option<Lateness> {
        let interval_ns = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        let due_ns = asked_ns.saturating_add(interval_ns);
        let late_ns = t_ns.checked_sub(due_ns)?;
        (late_ns > interval_ns / 2).then_some(Lateness { start_ns: due_ns, late_ns })
    }

    fn missing(&self) -> Missing {
        let late = Duration::from_millis(self.late_ns / 1_000_000);
        Missing { cause: GapCause::Late, detail: format!("read {late:?} later than planned") }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use plimsoll_model::{EventKind, Unit};

    use super::*;
    use crate::source::Raw;

    const SECOND: u64 = 1_000_000_000;
    const INTERVAL: Duration = Duration::from_secs(2);

    const METRICS: [Description; 2] =
        [Description::new("cpu", Unit::Ratio), Description::new("memory", Unit::Bytes)];

    struct Scripted;

    #[async_trait]
    impl Source for Scripted {
        fn target(&self) -> &str {
            "container:db"
        }

        fn kind(&self) -> TargetKind {
            TargetKind::Container
        }

        fn metrics(&self) -> &[Description] {
            &METRICS
        }

        async fn read(&mut self) -> Result<Reading, SourceError> {
            Ok(Reading::default())
        }
    }

    fn reading(life: &str, busy_seconds: u64, memory: f64) -> Result<Reading, SourceError> {
        let values = vec![("cpu", Raw::Busy(busy_seconds * SECOND)), ("memory", Raw::Gauge(memory))];
        Ok(Reading { life: life.to_owned(), ..Reading::of(values) })
    }

    fn not_running() -> Result<Reading, SourceError> {
        Err(SourceError::NotRunning { target: "container:db".to_owned(), detail: "it is stopped".to_owned() })
    }

    fn unavailable() -> Result<Reading, SourceError> {
        Err(SourceError::Unavailable { target: "container:db".to_owned(), detail: "no answer".to_owned() })
    }

    /// The `cpu` and `memory` of outcomes that come every two seconds.
    fn recorded(outcomes: Vec<Result<Reading, SourceError>>) -> (ResourceSeries, ResourceSeries) {
        let mut track = Track::of(&Scripted);
        for (round, outcome) in outcomes.into_iter().enumerate() {
            track.record(2 * SECOND * round as u64, INTERVAL, outcome);
        }
        let mut series: Vec<_> = track.series().collect();
        let memory = series.pop().expect("two metrics");
        (series.pop().expect("two metrics"), memory)
    }

    fn values(series: &ResourceSeries) -> Vec<Option<f64>> {
        series.points.iter().map(|(_, value)| *value).collect()
    }

    fn causes(series: &ResourceSeries) -> Vec<GapCause> {
        series.gaps.iter().map(|gap| gap.cause).collect()
    }

    #[test]
    fn a_rate_begins_with_the_second_reading_and_a_gauge_with_the_first() {
        let (cpu, memory) = recorded(vec![reading("1", 100, 5.0), reading("1", 103, 6.0)]);
        assert_eq!(values(&cpu), [None, Some(1.5)]);
        assert_eq!(causes(&cpu), [GapCause::First]);
        assert_eq!(values(&memory), [Some(5.0), Some(6.0)]);
    }

    #[test]
    fn a_restart_is_a_gap_and_never_negative() {
        let (cpu, memory) =
            recorded(vec![reading("1", 100, 5.0), reading("2", 1, 2.0), reading("2", 3, 2.0)]);
        assert_eq!(values(&cpu), [None, None, Some(1.0)]);
        assert_eq!(causes(&cpu), [GapCause::First, GapCause::CounterReset]);
        assert_eq!(values(&memory), [Some(5.0), Some(2.0), Some(2.0)]);
    }

    #[test]
    fn a_stop_and_start_is_not_running_and_then_a_first_reading() {
        let outcomes = vec![reading("1", 1, 5.0), not_running(), not_running(), reading("1", 9, 1.0)];
        let (cpu, memory) = recorded(outcomes);
        assert_eq!(causes(&cpu), [GapCause::First, GapCause::NotRunning, GapCause::First]);
        assert_eq!(values(&memory), [Some(5.0), None, None, Some(1.0)]);
        assert_eq!((memory.gaps[0].start_ns, memory.gaps[0].end_ns), (0, 4 * SECOND));
    }

    #[test]
    fn after_a_reading_that_failed_the_rate_covers_the_whole_time() {
        let (cpu, _) = recorded(vec![reading("1", 0, 5.0), unavailable(), reading("1", 4, 5.0)]);
        assert_eq!(values(&cpu), [None, None, Some(1.0)]);
        assert_eq!(causes(&cpu), [GapCause::First, GapCause::Unavailable]);
    }

    #[test]
    fn a_source_that_never_answers_still_has_its_series() {
        let (cpu, memory) = recorded(vec![unavailable(), unavailable()]);
        assert_eq!(
            (causes(&cpu), causes(&memory)),
            (vec![GapCause::Unavailable], vec![GapCause::Unavailable])
        );
        assert_eq!(cpu.gaps[0].detail, "container:db cannot be read: no answer");
    }

    #[test]
    fn phases_of_two_intervals_weigh_by_their_time() {
        let mut track = Track::of(&Scripted);
        track.record(0, INTERVAL, reading("1", 0, 1.0));
        track.record(2 * SECOND, INTERVAL, reading("1", 2, 1.0));
        track.record(10 * SECOND, Duration::from_secs(8), reading("1", 50, 1.0));
        // Two seconds of one core, eight of six: (2·1 + 8·6) / 10.
        let cpu = track.series().next().expect("two metrics");
        assert_eq!(cpu.summary.mean, Some(5.0));
        assert_eq!(causes(&cpu), [GapCause::First]);
    }

    #[test]
    fn a_round_that_came_much_too_late_is_a_gap_beside_its_value() {
        let mut track = Track::of(&Scripted);
        track.record(0, INTERVAL, reading("1", 0, 1.0));
        track.record(7 * SECOND, INTERVAL, reading("1", 7, 1.0));
        let memory = track.series().last().expect("two metrics");
        assert_eq!(causes(&memory), [GapCause::Late]);
        assert_eq!((memory.gaps[0].start_ns, memory.gaps[0].end_ns), (2 * SECOND, 7 * SECOND));
        assert_eq!(memory.gaps[0].detail, "read 5s later than planned");
        assert_eq!(values(&memory), [Some(1.0), Some(1.0)]);
    }

    #[test]
    fn an_event_lies_where_it_happened_and_not_where_it_was_read() {
        let mut track = Track::of(&Scripted);
        let age = Duration::from_millis(1_500);
        track.note(5 * SECOND, vec![Noticed { kind: EventKind::Oom, detail: "oom".to_owned(), age }]);
        assert_eq!(track.events()[0].t_ns, 3_500_000_000);
    }

    #[test]
    fn too_many_events_are_counted() {
        let mut track = Track::of(&Scripted);
        let died = Noticed { kind: EventKind::Die, detail: "again".to_owned(), age: Duration::ZERO };
        track.note(SECOND, vec![died; MOST_EVENTS + 7]);
        let events = track.events();
        assert_eq!(events.len(), MOST_EVENTS);
        assert_eq!(events.last().map(|event| event.detail.as_str()), Some("again; then 7 more events"));
    }
}
