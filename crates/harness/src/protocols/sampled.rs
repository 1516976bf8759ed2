//! Watching a real system by its resources.

use std::fmt::{self, Debug};
use std::time::Duration;

use async_trait::async_trait;
use plimsoll_metrics::Timeline;
use plimsoll_model::{EventKind, Stop};
use plimsoll_resources::{Lookout, Round, Sampled, Sampler, SamplerError, Source, Watch};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::conduct::{Watched, Watcher};
use super::moves::{Stretch, Until};
use super::system::{SystemError, SystemUnderTest};

/// Rounds in a row in which a target must be at its limit: one alone may be a hiccup.
const IN_A_ROW: u32 = 2;

/// Samples resources through all protocols of a sitting, at the interval of each stretch.
///
/// A stretch begins with a round at once, whose rates are those of what was before: no limit is held against it.
pub struct SampledWatcher {
    sampler: Sampler,
    rounds: UnboundedReceiver<Round>,
    timeline: Timeline,
    is_interrupted: Box<dyn Fn() -> bool + Send>,
}

/// How often somebody who wants to stop is heard.
const HEARING: Duration = Duration::from_millis(200);

impl SampledWatcher {
    /// Begins to sample, with the limits that end a stretch.
    ///
    /// # Errors
    /// When the system gives no thread for it.
    pub fn start(
        sources: Vec<Box<dyn Source>>,
        limits: impl IntoIterator<Item = Watch>,
        timeline: Timeline,
    ) -> Result<SampledWatcher, SamplerError> {
        // None may be lost, since each may tell of a kill, and the sampler waits for nobody. While a system is reset they
        // pile up: one at each interval, as the points do that the sampler keeps anyway.
        let (told, rounds) = unbounded_channel();
        // Rows are counted here, since they begin anew with each stretch. Nobody listens any more after a stop.
        let limits = limits.into_iter().map(|limit| limit.in_a_row(1));
        let lookout = Lookout::each(limits, move |round| drop(told.send(round)));
        let sampler = Sampler::start_watching(sources, Sampler::INTERVAL, lookout, timeline.clone())?;
        Ok(SampledWatcher { sampler, rounds, timeline, is_interrupted: Box::new(|| false) })
    }

    /// Ends a stretch, and with it the protocol, as soon as this says that somebody wants to stop.
    #[must_use]
    pub fn interrupted_by(self, is_interrupted: impl Fn() -> bool + Send + 'static) -> SampledWatcher {
        SampledWatcher { is_interrupted: Box::new(is_interrupted), ..self }
    }

    /// Ends it and gives back all that was sampled.
    #[must_use]
    pub fn stop(self) -> Sampled {
        self.sampler.stop()
    }
}

impl Debug for SampledWatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SampledWatcher").field("sampler", &self.sampler).finish_non_exhaustive()
    }
}

#[async_trait]
impl Watcher for SampledWatcher {
    fn now_ns(&self) -> u64 {
        self.timeline.now()
    }

    async fn watch(
        &mut self,
        stretch: &Stretch,
        system: &mut dyn SystemUnderTest,
    ) -> Result<Watched, SystemError> {
        let from_ns = self.timeline.now();
        let end_ns = from_ns.saturating_add(u64::try_from(stretch.length.as_nanos()).unwrap_or(u64::MAX));
        self.sampler.set_interval(stretch.interval);
        let mut look = Look::from(from_ns);
        loop {
            if (self.is_interrupted)() {
                look.watched.seen.is_interrupted = true;
                break;
            }
            let left = Duration::from_nanos(end_ns.saturating_sub(self.timeline.now()));
            let round = match timeout(left.min(HEARING), self.rounds.recv()).await {
                Ok(Some(round)) => round,
                // A sampler that has ended, or no more time.
                Ok(None) => break,
                Err(_) if left <= HEARING => break,
                Err(_) => continue,
            };
            look.take(round);
            let seen = &mut look.watched.seen;
            if stretch.until == Until::Drained {
                seen.is_drained = system.is_drained().await?;
            }
            let is_over = match stretch.until {
                Until::Time => false,
                Until::Limit => seen.trigger.is_some(),
                Until::Drained => seen.is_drained,
            };
            if is_over || seen.killed.is_some() {
                break;
            }
        }
        Ok(look.watched)
    }

    fn sampled(&self) -> Sampled {
        self.sampler.so_far()
    }
}

/// What the rounds of a stretch came to.
#[derive(Debug)]
struct Look {
    from_ns: u64,
    limits: Limits,
    watched: Watched,
}

impl Look {
    /// At a stretch that begins then.
    fn from(from_ns: u64) -> Look {
        Look { from_ns, limits: Limits::default(), watched: Watched::default() }
    }

    /// Takes in a round. Of one that was over before the stretch only a kill counts: nobody has heard of it yet.
    fn take(&mut self, round: Round) {
        if round.at_ns >= self.from_ns {
            self.watched.samples += 1;
            let is_of_before = self.watched.samples == 1;
            self.watched.seen.trigger = if is_of_before { None } else { self.limits.look(&round) };
        }
        let killed = round.events.into_iter().find(|event| event.kind == EventKind::Oom);
        self.watched.seen.killed = self.watched.seen.killed.take().or(killed);
    }
}

/// How long targets have been at their limits.
#[derive(Debug, Default)]
struct Limits {
    rows: Vec<(String, String, u32)>,
}

impl Limits {
    /// Takes in a round: the first limit that was met often enough in a row.
    fn look(&mut self, round: &Round) -> Option<Stop> {
        let before = std::mem::take(&mut self.rows);
        for breach in &round.breaches {
            let is_it = |row: &&(String, String, u32)| row.0 == breach.target && row.1 == breach.metric;
            let count = before.iter().find(is_it).map_or(0, |row| row.2) + 1;
            self.rows.push((breach.target.clone(), breach.metric.clone(), count));
        }
        let met = self.rows.iter().position(|row| row.2 >= IN_A_ROW)?;
        Some(round.breaches[met].stop())
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Event, Unit};
    use plimsoll_resources::Breach;

    use super::*;

    fn round(targets: &[&str]) -> Round {
        let breach = |target: &&str| Breach {
            target: (*target).to_owned(),
            metric: "cpu".to_owned(),
            unit: Unit::Ratio,
            value: 1.4,
            limit: 1.35,
            share: None,
            at_ns: 7,
        };
        Round { breaches: targets.iter().map(breach).collect(), ..Round::default() }
    }

    #[test]
    fn a_kill_between_two_stretches_is_not_lost_and_no_reading_of_this_one() {
        let killed =
            Event { t_ns: 4, target: "db".to_owned(), kind: EventKind::Oom, detail: "killed".to_owned() };
        let mut look = Look::from(10);
        look.take(Round { at_ns: 9, events: vec![killed.clone()], ..Round::default() });
        assert_eq!((look.watched.seen.killed, look.watched.samples), (Some(killed), 0));
    }

    #[test]
    fn the_first_round_of_a_stretch_is_of_what_was_before() {
        let mut look = Look::from(0);
        let triggers = [(); 3].map(|()| {
            look.take(round(&["db"]));
            look.watched.seen.trigger.is_some()
        });
        assert_eq!(triggers, [false, false, true]);
    }

    /// The target that was named at each of several rounds.
    fn named(rounds: &[&[&str]]) -> Vec<Option<String>> {
        let mut limits = Limits::default();
        rounds.iter().map(|targets| limits.look(&round(targets)).and_then(|stop| stop.target)).collect()
    }

    #[test]
    fn a_limit_counts_from_the_second_round_in_a_row_on() {
        let db = || Some("db".to_owned());
        assert_eq!(named(&[&["db"], &[], &["db"], &["db"], &["db"]]), [None, None, None, db(), db()]);
    }

    #[test]
    fn targets_that_take_turns_are_no_row() {
        assert_eq!(named(&[&["db"], &["web"], &["db"]]), [None, None, None]);
        assert_eq!(named(&[&["db", "web"], &["web"]]), [None, Some("web".to_owned())]);
    }
}
