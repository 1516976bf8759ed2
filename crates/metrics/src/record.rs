//! Recording by one worker, without a lock, a channel or an allocation.

use plimsoll_model::{BriefLatency, DropCause};

use crate::own::Observations;
use crate::{ErrorTable, Histogram, MAX_LATENCY_NS, Nanos, Observation, brief};

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Well.
    Ok,
    /// In an error of its own.
    Failed,
    /// Given up after its timeout: its latency is a lower bound.
    TimedOut,
    /// Given up because the run was cancelled: its latency is a lower bound.
    Cancelled,
    /// In a panic.
    Panicked,
    /// Not by the end of the drain: its latency is a lower bound.
    Unfinished,
    /// Before it had begun: it was refused by its own side, so that it is no operation and has no latency.
    Refused,
}

impl Ending {
    /// Whether the operation would have gone on, so that its latency is only a lower bound.
    #[must_use]
    pub fn is_censored(self) -> bool {
        matches!(self, Ending::TimedOut | Ending::Cancelled | Ending::Unfinished)
    }
}

/// One operation, over.
#[derive(Debug, Clone, Copy)]
pub struct Finish {
    /// When it should have started.
    pub intended: Nanos,
    /// When it started.
    pub started: Nanos,
    /// When it ended, or was given up.
    pub ended: Nanos,
    /// How.
    pub ending: Ending,
    /// Items that it reports; counted when it ended well.
    pub items: u64,
    /// Whether it ended within the measured time, so that it counts for throughput.
    pub in_time: bool,
}

/// What one worker recorded in one window, for all scenarios.
///
/// A worker owns its shard; at a window's edge the shard is merged into a [`crate::WindowLog`] and comes back
/// empty. Recording an operation that ended well allocates nothing.
#[derive(Debug, Clone)]
pub struct Shard {
    scenarios: Vec<ScenarioShard>,
    schedule_lag: Option<Histogram>,
    missed: u64,
}

/// The counts of a scenario: what happened, without when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Arrivals that were due.
    pub offered: u64,
    /// Operations started, with those that were refused then.
    pub started: u64,
    /// Operations by [`Ending`], in its order.
    pub endings: [u64; 7],
    /// Arrivals dropped, by cause: in-flight cap, queue full, skipped.
    pub dropped: [u64; 3],
    /// Latencies of more than an hour.
    pub over_range: u64,
    /// Operations that ended well within the measured time.
    pub ok_in_time: u64,
    /// Items of these.
    pub items_in_time: u64,
}

/// What a worker recorded of one scenario.
#[derive(Debug, Clone)]
pub struct ScenarioShard {
    pub(crate) tally: Tally,
    pub(crate) latencies: Latencies,
    pub(crate) censored_from: Option<Nanos>,
    pub(crate) errors: ErrorTable,
    pub(crate) steps: Vec<StepShard>,
    pub(crate) own: Observations,
}

/// The latency histograms of a scenario.
///
/// In a closed model an operation starts when it is meant to: the response time is the service time and
/// nothing ever waits, so one histogram says it all.
#[derive(Debug, Clone)]
pub(crate) struct Latencies {
    pub(crate) response: Histogram,
    pub(crate) open: Option<Box<OpenLatencies>>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct OpenLatencies {
    pub(crate) service: Histogram,
    pub(crate) queue: Histogram,
}

/// A named part of the operations of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct StepShard {
    pub(crate) name: &'static str,
    pub(crate) ok: u64,
    pub(crate) failed: u64,
    /// Of `ok`, within the measured time.
    pub(crate) ok_in_time: u64,
    pub(crate) bytes: u64,
    pub(crate) latency: Histogram,
}

/// How late an arrival may be handed out before it counts as missed: 1 ms.
const MISSED_AFTER: Nanos = 1_000_000;

impl Shard {
    /// An empty shard. `is_open` when there is a schedule whose lag is of interest.
    #[must_use]
    pub fn new(scenarios: usize, is_open: bool) -> Shard {
        let scenario = ScenarioShard::new(is_open);
        Shard { scenarios: vec![scenario; scenarios], schedule_lag: is_open.then(Histogram::new), missed: 0 }
    }

    /// An arrival is due.
    #[inline]
    pub fn offer(&mut self, scenario: usize) {
        self.scenarios[scenario].tally.offered += 1;
    }

    /// An arrival was handed out this long after its intended start.
    #[inline]
    pub fn lag(&mut self, lag: Nanos) {
        if let Some(histogram) = &mut self.schedule_lag {
            histogram.record(lag);
        }
        if lag > MISSED_AFTER {
            self.missed += 1;
        }
    }

    /// An arrival never starts.
    pub fn drop_arrival(&mut self, scenario: usize, cause: DropCause) {
        let index = match cause {
            DropCause::QueueFull => 1,
            DropCause::Skipped => 2,
            _ => 0,
        };
        self.scenarios[scenario].tally.dropped[index] += 1;
    }

    /// An operation starts.
    #[inline]
    pub fn start(&mut self, scenario: usize) {
        self.scenarios[scenario].tally.started += 1;
    }

    /// An operation is over.
    #[inline]
    pub fn finish(&mut self, scenario: usize, finish: &Finish) {
        self.scenarios[scenario].finish(finish);
    }

    /// An operation of a closed model went well within the measured time, after at most an hour, and the next
    /// one starts: what [`Shard::finish`] and [`Shard::start`] would record, in one step.
    #[inline]
    pub fn lap(&mut self, scenario: usize, took: Nanos, items: u64) {
        let ScenarioShard { tally, latencies, .. } = &mut self.scenarios[scenario];
        tally.started += 1;
        tally.endings[Ending::Ok as usize] += 1;
        tally.ok_in_time += 1;
        tally.items_in_time += items;
        latencies.response.record(took);
    }

    /// An operation failed: what it says. Its end is recorded by [`Shard::finish`].
    pub fn error(&mut self, scenario: usize, kind: &str, message: &str, at: Nanos) {
        self.scenarios[scenario].errors.record(kind, message, at);
    }

    /// A named part of an operation that is over; it ended as that did.
    pub fn step(&mut self, scenario: usize, name: &'static str, took: Nanos, bytes: u64, of: &Finish) {
        let step = self.scenarios[scenario].step(name);
        step.latency.record(took);
        step.bytes += bytes;
        if of.ending == Ending::Ok {
            step.ok += 1;
            step.ok_in_time += u64::from(of.in_time);
        } else {
            step.failed += 1;
        }
    }

    /// An operation observed something itself, and ended at that time.
    pub fn observe(&mut self, scenario: usize, name: &'static str, observation: Observation, at: Nanos) {
        self.scenarios[scenario].own.record(name, observation, at);
    }

    /// Adds everything that another shard recorded.
    pub fn merge(&mut self, other: &Shard) {
        for (scenario, more) in self.scenarios.iter_mut().zip(&other.scenarios) {
            scenario.merge(more);
        }
        if let (Some(lag), Some(more)) = (&mut self.schedule_lag, &other.schedule_lag) {
            lag.merge(more);
        }
        self.missed += other.missed;
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.scenarios.iter_mut().for_each(ScenarioShard::clear);
        if let Some(lag) = &mut self.schedule_lag {
            lag.clear();
        }
        self.missed = 0;
    }

    /// The scenarios, in the plan's order.
    #[must_use]
    pub fn scenarios(&self) -> &[ScenarioShard] {
        &self.scenarios
    }

    /// How late the arrivals were handed out; `None` for closed models.
    #[must_use]
    pub fn schedule_lag(&self) -> Option<&Histogram> {
        self.schedule_lag.as_ref()
    }

    /// Arrivals handed out more than 1 ms late.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed
    }
}

impl ScenarioShard {
    fn new(is_open: bool) -> ScenarioShard {
        ScenarioShard {
            tally: Tally::default(),
            latencies: Latencies { response: Histogram::new(), open: is_open.then(Box::default) },
            censored_from: None,
            errors: ErrorTable::new(),
            steps: Vec::new(),
            own: Observations::default(),
        }
    }

    #[inline]
    fn finish(&mut self, finish: &Finish) {
        self.tally.endings[finish.ending as usize] += 1;
        if finish.ending == Ending::Refused {
            return;
        }
        let response = finish.ended.saturating_sub(finish.intended);
        self.latencies.response.record(response);
        if let Some(open) = &mut self.latencies.open {
            open.service.record(finish.ended.saturating_sub(finish.started));
            open.queue.record(finish.started.saturating_sub(finish.intended));
        }
        if finish.ending == Ending::Ok && finish.in_time {
            self.tally.ok_in_time += 1;
            self.tally.items_in_time += finish.items;
        }
        if response > MAX_LATENCY_NS || finish.ending.is_censored() {
            self.finish_beyond(response);
        }
    }

    /// The rare part of [`ScenarioShard::finish`]: the latency is only a lower bound.
    #[cold]
    fn finish_beyond(&mut self, response: Nanos) {
        if response > MAX_LATENCY_NS {
            self.tally.over_range += 1;
        }
        let bound = response.min(MAX_LATENCY_NS);
        self.censored_from = Some(self.censored_from.map_or(bound, |from| from.min(bound)));
    }

    fn step(&mut self, name: &'static str) -> &mut StepShard {
        // A handful of names, mostly in the same order: looking through them beats hashing.
        let index = self.steps.iter().position(|step| step.name == name).unwrap_or_else(|| {
            let latency = Histogram::new();
            self.steps.push(StepShard { name, ok: 0, failed: 0, ok_in_time: 0, bytes: 0, latency });
            self.steps.len() - 1
        });
        &mut self.steps[index]
    }

    fn merge(&mut self, other: &ScenarioShard) {
        self.tally.add(&other.tally);
        self.latencies.merge(&other.latencies);
        self.censored_from = [self.censored_from, other.censored_from].into_iter().flatten().min();
        self.errors.merge(&other.errors);
        for more in &other.steps {
            let step = self.step(more.name);
            step.ok += more.ok;
            step.failed += more.failed;
            step.ok_in_time += more.ok_in_time;
            step.bytes += more.bytes;
            step.latency.merge(&more.latency);
        }
        self.own.merge(&other.own);
    }

    fn clear(&mut self) {
        self.tally = Tally::default();
        self.latencies.clear();
        self.censored_from = None;
        self.errors.clear();
        for step in &mut self.steps {
            step.latency.clear();
            (step.ok, step.failed, step.ok_in_time, step.bytes) = (0, 0, 0, 0);
        }
        self.own.clear();
    }

    /// Its counts.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Operations that were due: the arrivals of an open model; in a closed one, where an operation is due when
    /// it starts, those that started.
    #[must_use]
    pub fn offered(&self) -> u64 {
        if self.latencies.open.is_some() { self.tally.offered } else { self.tally.started }
    }

    /// Its response times.
    #[must_use]
    pub fn response(&self) -> &Histogram {
        &self.latencies.response
    }

    /// Its service times; in a closed model the response times.
    #[must_use]
    pub fn service(&self) -> &Histogram {
        self.latencies.open.as_ref().map_or(&self.latencies.response, |open| &open.service)
    }

    /// Its queue times; `None` in a closed model, where nothing waits.
    #[must_use]
    pub fn queue(&self) -> Option<&Histogram> {
        self.latencies.open.as_ref().map(|open| &open.queue)
    }

    /// Its errors.
    #[must_use]
    pub fn errors(&self) -> &ErrorTable {
        &self.errors
    }

    /// The smallest latency that is only a lower bound.
    #[must_use]
    pub fn censored_from(&self) -> Option<Nanos> {
        self.censored_from
    }

    /// Its queue times in brief; in a closed model as many zeros as there are operations.
    pub(crate) fn brief_queue(&self) -> BriefLatency {
        match self.queue() {
            Some(queue) => brief(queue),
            None => BriefLatency { count: self.latencies.response.len(), ..BriefLatency::default() },
        }
    }
}

impl Latencies {
    fn merge(&mut self, other: &Latencies) {
        self.response.merge(&other.response);
        if let (Some(open), Some(more)) = (&mut self.open, &other.open) {
            open.service.merge(&more.service);
            open.queue.merge(&more.queue);
        }
    }

    fn clear(&mut self) {
        self.response.clear();
        if let Some(open) = &mut self.open {
            open.service.clear();
            open.queue.clear();
        }
    }
}

impl Tally {
    /// Operations that ended, in whatever way, or were given up.
    #[must_use]
    pub fn completed(&self) -> u64 {
        self.endings.iter().sum::<u64>() - self.ended(Ending::Refused)
    }

    /// Operations that started and were not refused.
    #[must_use]
    pub fn admitted(&self) -> u64 {
        // Across the edge of a window, one may be refused in another than it started in.
        self.started.saturating_sub(self.ended(Ending::Refused))
    }

    /// Operations that ended that way.
    #[must_use]
    pub fn ended(&self, ending: Ending) -> u64 {
        self.endings[ending as usize]
    }

    /// Operations that count as errors: failed, timed out, panicked.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.ended(Ending::Failed) + self.ended(Ending::TimedOut) + self.ended(Ending::Panicked)
    }

    fn add(&mut self, other: &Tally) {
        self.offered += other.offered;
        self.started += other.started;
        self.endings.iter_mut().zip(other.endings).for_each(|(count, more)| *count += more);
        self.dropped.iter_mut().zip(other.dropped).for_each(|(count, more)| *count += more);
        self.over_range += other.over_range;
        self.ok_in_time += other.ok_in_time;
        self.items_in_time += other.items_in_time;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(ending: Ending, response: Nanos) -> Finish {
        Finish { intended: 0, started: 0, ended: response, ending, items: 2, in_time: true }
    }

    #[test]
    fn the_histogram_counts_every_operation_that_ended_but_none_that_was_refused() {
        let mut shard = Shard::new(1, false);
        for ending in [
            Ending::Ok,
            Ending::Failed,
            Ending::TimedOut,
            Ending::Cancelled,
            Ending::Panicked,
            Ending::Unfinished,
            Ending::Refused,
        ] {
            shard.finish(0, &finish(ending, 1_000));
        }
        let scenario = &shard.scenarios()[0];
        assert_eq!((scenario.response().len(), scenario.tally().completed()), (6, 6));
        assert_eq!((scenario.tally().ok_in_time, scenario.tally().items_in_time), (1, 2));
    }

    #[test]
    fn what_is_given_up_is_a_lower_bound() {
        let mut shard = Shard::new(1, true);
        shard.finish(0, &finish(Ending::Ok, 9_000));
        assert_eq!(shard.scenarios()[0].censored_from(), None);
        shard.finish(0, &finish(Ending::TimedOut, 7_000));
        shard.finish(0, &finish(Ending::Unfinished, 8_000));
        assert_eq!(shard.scenarios()[0].censored_from(), Some(7_000));
    }

    #[test]
    fn more_than_an_hour_is_kept_as_an_hour_and_counted() {
        let mut shard = Shard::new(1, false);
        shard.finish(0, &finish(Ending::Ok, 2 * MAX_LATENCY_NS));
        let scenario = &shard.scenarios()[0];
        assert_eq!((scenario.tally().over_range, scenario.response().max()), (1, MAX_LATENCY_NS));
        assert_eq!(scenario.censored_from(), Some(MAX_LATENCY_NS));
    }

    #[test]
    fn a_cleared_shard_is_as_new() {
        let mut shard = Shard::new(2, true);
        shard.offer(0);
        shard.lag(2_000_000);
        shard.finish(1, &finish(Ending::Failed, 5));
        shard.error(1, "kind", "message", 5);
        shard.step(1, "parse", 5, 6, &finish(Ending::Ok, 5));
        shard.clear();
        let scenario = &shard.scenarios()[1];
        assert_eq!((scenario.tally(), scenario.response().len(), shard.missed()), (&Tally::default(), 0, 0));
        assert!(shard.schedule_lag().unwrap().is_empty() && scenario.errors().total() == 0);
    }
}
