//! The sampler's thread: a round of all sources at each tick.

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_metrics::{Timeline, thread_cpu_ns};
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::book::{Book, lock};
use super::lookout::Lookout;
use super::orders::{Orders, read_limit};
use super::ticks::Ticks;
use super::wall::WallWatch;
use crate::source::{Noticed, Reading, Source, SourceError};

/// The life of the thread.
pub(super) fn work(
    runtime: &runtime::Runtime,
    mut crew: Crew,
    orders: watch::Receiver<Orders>,
    finishing: &SyncSender<()>,
) {
    runtime.block_on(crew.follow(orders));
    // Nobody may be waiting any more.
    let _ = finishing.try_send(());
}

/// The sources and where their readings go.
pub(super) struct Crew {
    /// `None` for a source that panicked.
    sources: Vec<Option<Box<dyn Source>>>,
    book: Arc<Mutex<Book>>,
    timeline: Timeline,
    wall: WallWatch,
    lookout: Lookout,
}

impl Crew {
    pub(super) fn new(
        sources: Vec<Box<dyn Source>>,
        lookout: Lookout,
        book: Arc<Mutex<Book>>,
        timeline: Timeline,
    ) -> Crew {
        let sources = sources.into_iter().map(Some).collect();
        Crew { sources, book, timeline, wall: WallWatch::default(), lookout }
    }

    /// Does a round at each tick until it is told to stop, or nobody is left to tell it anything.
    async fn follow(&mut self, mut orders: watch::Receiver<Orders>) {
        let cost = Cost::begin(&self.timeline);
        let pace = orders.borrow_and_update().pace.clone();
        let mut ticks = Ticks::new(self.timeline.now(), pace);
        loop {
            ticks.begin(self.timeline.now());
            self.round(ticks.planned(), read_limit(ticks.interval())).await;
            ticks.end(self.timeline.now());
            self.account(&ticks, &cost);
            // A stop that came during the round has had its last reading.
            if orders.borrow().stop {
                return;
            }
            match timeout(ticks.wait(self.timeline.now()), orders.changed()).await {
                Err(_due) => {}
                Ok(Err(_dropped)) => return,
                Ok(Ok(())) => {
                    let pace = orders.borrow_and_update().pace.clone();
                    ticks.change(self.timeline.now(), pace);
                }
            }
        }
    }

    /// Asks all sources at once and records what came of it. `planned` is the time that should have passed
    /// since the round before.
    async fn round(&mut self, planned: Duration, limit: Duration) {
        let mut reads = JoinSet::new();
        for (index, source) in self.sources.iter_mut().enumerate() {
            if let Some(source) = source.take() {
                reads.spawn(ask(index, source, limit, self.timeline.clone()));
            }
        }
        while let Some(read) = reads.join_next().await {
            // A source that panics is gone, and its series say so; the others go on.
            let Ok(answer) = read else { continue };
            let mut book = lock(&self.book);
            let track = &mut book.tracks[answer.index];
            let latest = track.record(answer.t_ns, planned, answer.outcome);
            self.lookout.look(answer.t_ns, answer.source.as_ref(), &latest);
            let events = track.note(answer.t_ns, answer.noticed);
            self.lookout.hear(events);
            self.sources[answer.index] = Some(answer.source);
        }
        self.record_lost(planned);
        let breaches = self.lookout.end_round(self.timeline.now());
        lock(&self.book).events.extend(breaches);
    }

    fn record_lost(&self, planned: Duration) {
        let now_ns = self.timeline.now();
        let mut book = lock(&self.book);
        for (track, _) in book.tracks.iter_mut().zip(&self.sources).filter(|(_, source)| source.is_none()) {
            let detail = "its source panicked, which is a fault of the source".to_owned();
            let error = SourceError::Unavailable { target: track.target().to_owned(), detail };
            track.record(now_ns, planned, Err(error));
        }
    }

    fn account(&mut self, ticks: &Ticks, cost: &Cost) {
        let mut book = lock(&self.book);
        if let Some(event) = self.wall.step(self.timeline.now(), self.timeline.wall_drift_ns()) {
            book.events.push(event);
        }
        book.counts = ticks.counts();
        book.cpu_ratio = cost.ratio(&self.timeline);
        book.caveats = self.lookout.caveats();
    }
}

/// What came of asking one source.
struct Answer {
    index: usize,
    source: Box<dyn Source>,
    t_ns: u64,
    outcome: Result<Reading, SourceError>,
    noticed: Vec<Noticed>,
}

async fn ask(index: usize, mut source: Box<dyn Source>, limit: Duration, timeline: Timeline) -> Answer {
    let outcome = timeout(limit, source.read()).await.unwrap_or_else(|_| {
        let detail = format!("no answer within {limit:?}");
        Err(SourceError::Unavailable { target: source.target().to_owned(), detail })
    });
    let noticed = source.noticed();
    Answer { index, source, t_ns: timeline.now(), outcome, noticed }
}

/// CPU time of the sampler's thread since a point of the timeline.
struct Cost {
    from_ns: u64,
    cpu_from_ns: Option<u64>,
}

impl Cost {
    fn begin(timeline: &Timeline) -> Cost {
        Cost { from_ns: timeline.now(), cpu_from_ns: thread_cpu_ns() }
    }

    /// Share of one core.
    fn ratio(&self, timeline: &Timeline) -> Option<f64> {
        let cpu_ns = thread_cpu_ns()?.saturating_sub(self.cpu_from_ns?);
        ratio(to_f64(cpu_ns), to_f64(timeline.now().saturating_sub(self.from_ns)))
    }
}
