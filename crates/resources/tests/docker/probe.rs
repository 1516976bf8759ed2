//! Reading a source again and again, as the sampler does.

use plimsoll_model::GapCause;
use plimsoll_resources::{Noticed, Raw, Reading, Source, SourceError, derive};
use tokio::time::{Duration, Interval, MissedTickBehavior, interval};

/// A source and its last reading.
pub(crate) struct Probe {
    source: Box<dyn Source>,
    previous: Option<Reading>,
    ticks: Interval,
    /// All that the source noticed so far.
    pub(crate) noticed: Vec<Noticed>,
}

/// What one reading said of each metric.
pub(crate) type Values = Result<Vec<(&'static str, Result<f64, GapCause>)>, SourceError>;

impl Probe {
    /// Reads a source each second: the engine answers in hundredths of a second or, asked so often, in one.
    pub(crate) fn new(source: impl Source + 'static) -> Probe {
        let mut ticks = interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Probe { source: Box::new(source), previous: None, ticks, noticed: Vec::new() }
    }

    /// The next reading.
    pub(crate) async fn next(&mut self) -> Values {
        self.ticks.tick().await;
        let read = self.source.read().await;
        self.noticed.extend(self.source.noticed());
        let reading = match read {
            Ok(reading) => reading,
            Err(error) => {
                // As the sampler: what starts again has begun anew.
                self.previous = self.previous.take().filter(|_| error.cause() != GapCause::NotRunning);
                return Err(error);
            }
        };
        let derived = derive(self.source.metrics(), self.previous.as_ref(), &reading, 1);
        self.previous = Some(reading);
        Ok(derived.into_iter().map(|one| (one.name, one.value.map_err(|missing| missing.cause))).collect())
    }

    /// The value of a metric at the next reading.
    pub(crate) async fn value(&mut self, metric: &str) -> Result<f64, GapCause> {
        self.next().await.map_err(|error| error.cause()).and_then(|values| of(&values, metric))
    }

    /// The first reading, of sixty at most, for which something holds.
    pub(crate) async fn until(&mut self, what: &str, holds: impl Fn(&Values, &[Noticed]) -> bool) -> Values {
        let mut last = None;
        for _ in 0..60 {
            let values = self.next().await;
            if holds(&values, &self.noticed) {
                return values;
            }
            last = Some(values);
        }
        panic!("not in 60 readings: {what}; last {last:?}, noticed {:?}", self.noticed);
    }

    /// What a metric can be at most.
    pub(crate) fn capacity(&self, metric: &str) -> Option<f64> {
        self.source.capacity(metric)
    }

    /// The last reading's raw value of a metric.
    pub(crate) fn raw(&self, metric: &str) -> Option<&Raw> {
        self.previous.as_ref()?.get(metric)
    }
}

/// The value of a metric in a reading.
pub(crate) fn of(values: &[(&'static str, Result<f64, GapCause>)], metric: &str) -> Result<f64, GapCause> {
    values.iter().find(|(name, _)| *name == metric).map_or(Err(GapCause::Unsupported), |(_, value)| *value)
}
