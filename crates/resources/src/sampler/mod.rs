//! Reading all sources at an interval, on a thread of its own.

mod book;
mod crew;
mod lookout;
mod orders;
mod pace;
mod stretch;
mod ticks;
mod wall;

use std::io;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use plimsoll_metrics::Timeline;
use plimsoll_model::{Caveat, Event, ResourceSeries};
use tokio::runtime;
use tokio::sync::watch;

use self::book::{Book, lock};
use self::crew::{Crew, work};
pub use self::lookout::{Lookout, Round};
use self::orders::{Orders, read_limit};
pub use self::pace::Pace;
use crate::source::Source;

/// How much longer than one read [`Sampler::stop`] waits for a thread that does not answer.
const GRACE: Duration = Duration::from_secs(1);

/// Reads sources at an interval, beside the load and never on its runtime.
///
/// All sources are read at once, each with three quarters of the interval at most (5 s at most), so that a
/// slow one costs only its own values. Rounds that could not be kept are left out and counted. Dropping the
/// sampler stops it without waiting.
///
/// ```
/// use plimsoll_metrics::{Clock, Timeline};
/// use plimsoll_resources::{Host, Process, Sampler};
///
/// let timeline = Timeline::start(Clock::System);
/// let sampler = Sampler::start(vec![Box::new(Host::new()), Box::new(Process::own())], Sampler::INTERVAL, timeline)?;
/// // … the load …
/// let sampled = sampler.stop();
/// let memory = sampled.series.iter().find(|series| series.target == "process" && series.metric == "memory");
/// assert!(memory.and_then(|series| series.summary.peak) > Some(0.0));
/// # Ok::<(), plimsoll_resources::SamplerError>(())
/// ```
#[derive(Debug)]
pub struct Sampler {
    orders: watch::Sender<Orders>,
    book: Arc<Mutex<Book>>,
    finished: Receiver<()>,
    thread: thread::JoinHandle<()>,
}

/// What a sampler leaves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sampled {
    /// The series of every source, in the order of the sources and of their metrics.
    pub series: Vec<ResourceSeries>,
    /// What the sources noticed, in the order of time.
    pub events: Vec<Event>,
    /// What it cost, and how punctual it was.
    pub sampler: plimsoll_model::Sampler,
    /// What should be kept in mind: watches that watched nothing.
    pub caveats: Vec<Caveat>,
}

/// Why a sampler could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SamplerError {
    /// The operating system gave no thread.
    #[error("cannot start the sampler's thread")]
    Thread(#[source] io::Error),
    /// The thread's runtime could not be made.
    #[error("cannot start the sampler's runtime")]
    Runtime(#[source] io::Error),
}

impl Sampler {
    /// The interval unless a phase asks for another: 2 s.
    pub const INTERVAL: Duration = Duration::from_secs(2);

    /// Starts to read the sources, the first time at once: at one interval, or at a [`Pace`] that changes.
    ///
    /// # Errors
    /// When the system gives no thread, or no runtime for it.
    pub fn start(
        sources: Vec<Box<dyn Source>>,
        pace: impl Into<Pace>,
        timeline: Timeline,
    ) -> Result<Sampler, SamplerError> {
        Sampler::start_watching(sources, pace, Lookout::none(), timeline)
    }

    /// As [`Sampler::start`], with watches on what is read.
    ///
    /// # Errors
    /// As [`Sampler::start`].
    pub fn start_watching(
        sources: Vec<Box<dyn Source>>,
        pace: impl Into<Pace>,
        lookout: Lookout,
        timeline: Timeline,
    ) -> Result<Sampler, SamplerError> {
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(SamplerError::Runtime)?;
        let (orders, received) = watch::channel(Orders { pace: pace.into(), stop: false });
        let book = Arc::new(Mutex::new(Book::new(&sources)));
        let (finishing, finished) = sync_channel(1);
        let crew = Crew::new(sources, lookout, Arc::clone(&book), timeline);
        let thread = thread::Builder::new()
            .name("plimsoll-sampler".to_owned())
            .spawn(move || work(&runtime, crew, received, &finishing))
            .map_err(SamplerError::Thread)?;
        Ok(Sampler { orders, book, finished, thread })
    }

    /// Changes the interval from now on, with a round at once.
    pub fn set_interval(&self, interval: Duration) {
        self.orders.send_modify(|orders| orders.pace = interval.into());
    }

    /// What was recorded until now.
    #[must_use]
    pub fn so_far(&self) -> Sampled {
        lock(&self.book).sampled()
    }

    /// Reads all sources a last time and gives back what was recorded.
    ///
    /// Takes no longer than one read may take, and a second more when a source blocks the thread; what was
    /// recorded until then is not lost, and the thread ends when the source lets it.
    #[must_use]
    pub fn stop(self) -> Sampled {
        let limit = read_limit(self.orders.borrow().pace.longest()) + GRACE;
        self.orders.send_modify(|orders| orders.stop = true);
        if self.finished.recv_timeout(limit).is_ok() {
            // It has said that it is done, so that this waits for nothing; a panic was never sent as done.
            let _ = self.thread.join();
        }
        lock(&self.book).sampled()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use async_trait::async_trait;
    use plimsoll_metrics::Clock;
    use plimsoll_model::{EventKind, GapCause, TargetKind, Unit};

    use super::*;
    use crate::source::{Description, Noticed, Raw, Reading, SourceError};

    const METRIC: [Description; 1] = [Description::new("x", Unit::Count)];

    /// What a fake source does when it is read.
    enum Habit {
        Answers,
        NeverAnswers,
        Panics,
        Blocks(Receiver<()>),
    }

    struct Fake {
        habit: Habit,
        read: mpsc::Sender<()>,
    }

    impl Fake {
        fn boxed(habit: Habit) -> (Box<dyn Source>, Receiver<()>) {
            let (read, reads) = mpsc::channel();
            (Box::new(Fake { habit, read }), reads)
        }
    }

    #[async_trait]
    impl Source for Fake {
        fn target(&self) -> &str {
            "fake"
        }

        fn kind(&self) -> TargetKind {
            TargetKind::Process
        }

        fn metrics(&self) -> &[Description] {
            &METRIC
        }

        async fn read(&mut self) -> Result<Reading, SourceError> {
            let _ = self.read.send(());
            match &self.habit {
                Habit::Answers => {}
                Habit::NeverAnswers => std::future::pending().await,
                Habit::Panics => panic!("a source with a fault"),
                Habit::Blocks(until) => drop(until.recv()),
            }
            Ok(Reading::of(vec![("x", Raw::Gauge(1.0))]))
        }

        fn noticed(&mut self) -> Vec<Noticed> {
            vec![Noticed { kind: EventKind::Health, detail: "well".to_owned(), age: Duration::ZERO }]
        }
    }

    fn start(sources: Vec<Box<dyn Source>>, interval: Duration) -> Sampler {
        Sampler::start(sources, interval, Timeline::start(Clock::System)).unwrap()
    }

    const HOUR: Duration = Duration::from_secs(3_600);

    fn causes(series: &ResourceSeries) -> Vec<GapCause> {
        series.gaps.iter().map(|gap| gap.cause).collect()
    }

    #[test]
    fn the_first_round_is_at_once_and_the_last_at_the_stop() {
        let (source, reads) = Fake::boxed(Habit::Answers);
        let sampler = start(vec![source], HOUR);
        reads.recv().unwrap();
        let sampled = sampler.stop();
        assert!((1..=2).contains(&sampled.series[0].points.len()));
        assert_eq!(sampled.sampler.ticks, sampled.series[0].summary.count);
    }

    #[test]
    fn a_changed_interval_brings_a_round_at_once() {
        let (source, reads) = Fake::boxed(Habit::Answers);
        let sampler = start(vec![source], HOUR);
        reads.recv().unwrap();
        sampler.set_interval(2 * HOUR);
        reads.recv().unwrap();
    }

    #[test]
    fn a_shorter_interval_is_kept_from_the_change_on() {
        let (source, reads) = Fake::boxed(Habit::Answers);
        let sampler = start(vec![source], HOUR);
        sampler.set_interval(Duration::ZERO);
        for _ in 0..4 {
            reads.recv().unwrap();
        }
    }

    #[test]
    fn a_source_that_never_answers_costs_only_its_own_values() {
        let (slow, _) = Fake::boxed(Habit::NeverAnswers);
        let (good, reads) = Fake::boxed(Habit::Answers);
        let sampler = start(vec![slow, good], Duration::from_millis(20));
        for _ in 0..3 {
            reads.recv().unwrap();
        }
        let sampled = sampler.stop();
        assert_eq!(sampled.series[0].summary.count, 0);
        assert!(causes(&sampled.series[0]).contains(&GapCause::Unavailable));
        assert!(sampled.series[1].summary.count >= 3);
    }

    #[test]
    fn a_source_that_panics_leaves_a_gap_and_the_others_go_on() {
        let (broken, _) = Fake::boxed(Habit::Panics);
        let (good, reads) = Fake::boxed(Habit::Answers);
        let sampler = start(vec![broken, good], Duration::from_millis(10));
        for _ in 0..3 {
            reads.recv().unwrap();
        }
        let sampled = sampler.stop();
        assert!(causes(&sampled.series[0]).contains(&GapCause::Unavailable));
        assert!(sampled.series[1].summary.count >= 3);
    }

    #[test]
    fn a_stop_comes_back_from_a_thread_that_is_blocked() {
        let (release, until) = mpsc::channel();
        let (blocking, reads) = Fake::boxed(Habit::Blocks(until));
        let sampler = start(vec![blocking], Duration::from_millis(10));
        reads.recv().unwrap();
        let sampled = sampler.stop();
        assert_eq!(sampled.series[0].summary.count, 0);
        drop(release);
    }

    #[test]
    fn dropping_the_sampler_ends_its_thread() {
        let (source, reads) = Fake::boxed(Habit::Answers);
        drop(start(vec![source], HOUR));
        // The thread owns the sender: that the channel closes is that the thread let go of its sources.
        assert!(reads.iter().count() <= 1);
    }

    #[test]
    fn what_sources_notice_is_an_event_on_the_timeline() {
        let (source, reads) = Fake::boxed(Habit::Answers);
        let sampler = start(vec![source], HOUR);
        reads.recv().unwrap();
        let events = sampler.stop().events;
        assert_eq!((events[0].kind, events[0].target.as_str()), (EventKind::Health, "fake"));
    }
}
