//! Where windows of all lanes come together.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use plimsoll_metrics::{Shard as Recorder, WindowLog};
use plimsoll_model::BriefLatency;

/// Windows that may wait to be merged. Where the thread does not get its time, the lanes merge what is beyond:
/// each window is a few hundred kilobytes.
const MOST_WAITING: usize = 16;

/// Takes the lanes' windows, merges them, and gives empty ones back.
///
/// In real time a thread of its own does the merging and serialising, a millisecond for each window that no
/// arrival should have to wait for. Under the virtual clock the lane does it at once, so that a run is the
/// same every time.
pub(crate) struct Collector {
    scenarios: usize,
    tenants: usize,
    is_open: bool,
    has_thread: bool,
    exchange: Mutex<Exchange>,
    bell: Condvar,
    log: Mutex<WindowLog>,
    /// The figures of each tenant of each scenario, of the lanes that are done.
    by_tenant: Mutex<Option<Recorder>>,
    /// Of the log, where nobody has to wait for a window to be merged.
    last: Mutex<Option<BriefLatency>>,
}

/// The thread that merges. When this is dropped, the thread ends after what it has been given.
pub(crate) struct Collecting {
    collector: Arc<Collector>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Exchange {
    filled: VecDeque<Delivery>,
    empty: Vec<Recorder>,
    is_over: bool,
}

enum Delivery {
    Window { lane: usize, index: u64, recorder: Recorder },
    LaneDone { lane: usize },
}

impl Collector {
    pub(crate) fn new(
        scenarios: usize,
        tenants: usize,
        is_open: bool,
        has_thread: bool,
        log: WindowLog,
    ) -> Arc<Collector> {
        let exchange = Mutex::new(Exchange::default());
        Arc::new(Collector {
            scenarios,
            tenants,
            is_open,
            has_thread,
            exchange,
            bell: Condvar::new(),
            log: Mutex::new(log),
            by_tenant: Mutex::new(None),
            last: Mutex::new(None),
        })
    }

    /// Starts the thread that merges.
    pub(crate) fn spawn(self: &Arc<Self>) -> std::io::Result<Collecting> {
        let collector = Arc::clone(self);
        let thread = std::thread::Builder::new().name("plimsoll-collector".into());
        let thread = thread.spawn(move || collector.collect())?;
        Ok(Collecting { collector: Arc::clone(self), thread: Some(thread) })
    }

    /// An empty recorder.
    pub(crate) fn fresh(&self) -> Recorder {
        let spare = lock(&self.exchange).empty.pop();
        spare.unwrap_or_else(|| Recorder::new(self.scenarios, self.is_open))
    }

    /// An empty recorder with a place for each tenant of each scenario; `None` where there are no tenants.
    pub(crate) fn fresh_by_tenant(&self) -> Option<Recorder> {
        (self.tenants > 0).then(|| Recorder::new(self.scenarios * self.tenants, self.is_open))
    }

    /// Takes the figures of a lane's tenants, at its end.
    pub(crate) fn deliver_by_tenant(&self, recorder: Option<Recorder>) {
        let Some(recorder) = recorder else { return };
        let mut all = lock(&self.by_tenant);
        match all.as_mut() {
            Some(all) => all.merge(&recorder),
            None => *all = Some(recorder),
        }
    }

    /// The figures of all tenants.
    pub(crate) fn take_by_tenant(&self) -> Option<Recorder> {
        lock(&self.by_tenant).take()
    }

    /// Takes what a lane recorded in a window, and leaves it an empty recorder.
    pub(crate) fn deliver(&self, lane: usize, index: u64, recorder: &mut Recorder) {
        if self.has_thread {
            let recorder = std::mem::replace(recorder, self.fresh());
            self.hand_over(Delivery::Window { lane, index, recorder });
        } else {
            lock(&self.log).deliver(lane, index, recorder);
            recorder.clear();
        }
    }

    /// Notes that a lane delivers no more.
    pub(crate) fn lane_done(&self, lane: usize) {
        if self.has_thread {
            self.hand_over(Delivery::LaneDone { lane });
        } else {
            lock(&self.log).worker_done(lane);
        }
    }

    /// The windows and totals so far; the log is left empty.
    pub(crate) fn take_log(&self, empty: WindowLog) -> WindowLog {
        std::mem::replace(&mut *lock(&self.log), empty)
    }

    /// Response times of the last window that is complete.
    pub(crate) fn last(&self) -> Option<BriefLatency> {
        *lock(&self.last)
    }

    fn hand_over(&self, delivery: Delivery) {
        let waiting = {
            let mut exchange = lock(&self.exchange);
            exchange.filled.push_back(delivery);
            exchange.filled.len()
        };
        self.bell.notify_one();
        if waiting > MOST_WAITING {
            self.merge_next();
        }
    }

    fn collect(&self) {
        while self.wait() {
            self.merge_next();
        }
    }

    /// Waits for a delivery. False when none is to come.
    fn wait(&self) -> bool {
        let mut exchange = lock(&self.exchange);
        while exchange.filled.is_empty() && !exchange.is_over {
            exchange = self.bell.wait(exchange).unwrap_or_else(PoisonError::into_inner);
        }
        !exchange.filled.is_empty()
    }

    /// Merges the delivery that has waited longest. Whoever does has the log from before it takes the delivery, so
    /// that those of a lane stay in their order.
    fn merge_next(&self) {
        let mut log = lock(&self.log);
        let Some(delivery) = lock(&self.exchange).filled.pop_front() else { return };
        match delivery {
            Delivery::LaneDone { lane } => log.worker_done(lane),
            Delivery::Window { lane, index, mut recorder } => {
                log.deliver(lane, index, &recorder);
                *lock(&self.last) = log.last();
                recorder.clear();
                lock(&self.exchange).empty.push(recorder);
            }
        }
    }
}

impl Collecting {
    /// The thread, which ends once it has merged everything.
    pub(crate) fn finish(mut self) -> Option<JoinHandle<()>> {
        self.thread.take()
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        lock(&self.collector.exchange).is_over = true;
        self.collector.bell.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What they guard is whole after every step; a panic elsewhere must not lose the run.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_nobody_merges_do_not_pile_up() {
        let log = WindowLog::new(vec!["op".into()], false, 1, 0, 1_000);
        let collector = Collector::new(1, 0, false, true, log);
        let mut recorder = collector.fresh();
        for window in 0..100 {
            recorder.start(0);
            collector.deliver(0, window, &mut recorder);
        }
        assert_eq!(lock(&collector.exchange).filled.len(), MOST_WAITING);
        while !lock(&collector.exchange).filled.is_empty() {
            collector.merge_next();
        }
        let (_, total) = collector.take_log(WindowLog::new(Vec::new(), false, 0, 0, 1)).finish(100_000);
        assert_eq!(total.scenarios()[0].tally().started, 100);
    }

    #[test]
    fn a_run_that_is_given_up_leaves_no_thread_behind() {
        let log = WindowLog::new(vec!["op".into()], false, 1, 0, 1);
        let collector = Collector::new(1, 0, false, true, log);
        let mut collecting = collector.spawn().unwrap();
        let thread = collecting.thread.take().unwrap();
        drop(collecting);
        assert!(thread.join().is_ok());
    }
}
