//! Windows of a run, and the totals they add up to.

use std::fmt;

use plimsoll_model::{BriefLatency, Window};

use crate::{Broken, Histogram, Nanos, Rules, Shard, brief};

/// Most windows that are kept for a scenario; then neighbours merge and the length doubles.
const MAX_WINDOWS: usize = 1_200;

/// Merges the shards of all workers into windows and totals.
///
/// A window is serialised as soon as every worker has passed it; its counters are used again. Memory is
/// bounded: beyond 1,200 windows neighbours are merged and all further windows are twice as long.
#[derive(Debug)]
pub struct WindowLog {
    names: Vec<String>,
    grid: Grid,
    /// For each worker, the first window that it may still deliver.
    progress: Vec<u64>,
    /// Windows that some worker has not passed yet, ascending by group.
    open: Vec<OpenWindow>,
    spare: Vec<Shard>,
    closed: Vec<Window>,
    total: Shard,
    last: Option<BriefLatency>,
    /// Rules that none of the windows so far has broken.
    watch: Option<Watch>,
    broken: Option<Broken>,
}

/// Rules, and what happens when one is broken.
struct Watch {
    rules: Rules,
    on_broken: Box<dyn FnOnce(&Broken) + Send>,
}

/// Where windows lie on the timeline.
#[derive(Debug, Clone, Copy)]
struct Grid {
    origin: Nanos,
    length: Nanos,
    /// How many windows of that length are kept as one.
    factor: u64,
}

#[derive(Debug)]
struct OpenWindow {
    group: u64,
    shard: Shard,
}

impl WindowLog {
    /// A log for scenarios of these names, delivered by a number of workers in windows of a length that begin
    /// at `origin`.
    #[must_use]
    pub fn new(names: Vec<String>, is_open: bool, workers: usize, origin: Nanos, length: Nanos) -> WindowLog {
        WindowLog {
            total: Shard::new(names.len(), is_open),
            names,
            grid: Grid { origin, length: length.max(1), factor: 1 },
            progress: vec![0; workers],
            open: Vec::new(),
            spare: Vec::new(),
            closed: Vec::new(),
            last: None,
            watch: None,
            broken: None,
        }
    }

    /// With rules that are looked at as windows close. The first time that one is broken, `on_broken` is called,
    /// and that is that.
    #[must_use]
    pub fn watched(self, rules: Rules, on_broken: impl FnOnce(&Broken) + Send + 'static) -> WindowLog {
        WindowLog { watch: Some(Watch { rules, on_broken: Box::new(on_broken) }), ..self }
    }

    /// The rule that was broken.
    #[must_use]
    pub fn broken(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    /// Takes what a worker recorded in a window, which is then passed for this worker. `index` counts windows
    /// of the given length from the origin.
    pub fn deliver(&mut self, worker: usize, index: u64, shard: &Shard) {
        self.total.merge(shard);
        let group = index / self.grid.factor;
        let position = self.open.partition_point(|open| open.group < group);
        if self.open.get(position).is_none_or(|open| open.group != group) {
            let shard = self
                .spare
                .pop()
                .unwrap_or_else(|| Shard::new(self.names.len(), self.total.schedule_lag().is_some()));
            self.open.insert(position, OpenWindow { group, shard });
        }
        self.open[position].shard.merge(shard);
        self.progress[worker] = index + 1;
        self.close_passed();
    }

    /// Notes that a worker delivers no more.
    pub fn worker_done(&mut self, worker: usize) {
        self.progress[worker] = u64::MAX;
        self.close_passed();
    }

    /// Everything recorded so far.
    #[must_use]
    pub fn total(&self) -> &Shard {
        &self.total
    }

    /// The response times of all scenarios in the last closed window that had any.
    #[must_use]
    pub fn last(&self) -> Option<BriefLatency> {
        self.last
    }

    /// Closes what is open and gives the windows, by start, then by scenario. None reaches beyond `end`.
    #[must_use]
    pub fn finish(mut self, end: Nanos) -> (Vec<Window>, Shard) {
        // The run is over: nothing is left to be ended.
        self.watch = None;
        self.progress.fill(u64::MAX);
        self.close_passed();
        self.fold_into_the_last(end);
        if self.has_too_many() {
            self.double();
        }
        for window in &mut self.closed {
            window.length_ns = window.length_ns.min(end.saturating_sub(window.start_ns)).max(1);
        }
        (self.closed, self.total)
    }

    /// What happened at the very end is on the edge of a window that has no length: it goes to the one before.
    fn fold_into_the_last(&mut self, end: Nanos) {
        let beyond = self.closed.partition_point(|window| window.start_ns < end);
        for window in self.closed.split_off(beyond) {
            match self.closed[..beyond].iter_mut().rev().find(|other| other.scenario == window.scenario) {
                Some(last) => merge_windows(last, &window),
                None if window.started + window.completed > 0 => self.closed.push(window),
                None => {}
            }
        }
    }

    fn close_passed(&mut self) {
        let passed = self.progress.iter().min().copied().unwrap_or(u64::MAX) / self.grid.factor;
        while self.open.first().is_some_and(|open| open.group < passed) {
            let OpenWindow { group, mut shard } = self.open.remove(0);
            self.close(group, &shard);
            shard.clear();
            self.spare.push(shard);
            // Only pairs are merged: of half a pair there would be two windows in the end.
            if self.has_too_many() && group % 2 == 1 {
                self.double();
                return self.close_passed();
            }
        }
    }

    fn has_too_many(&self) -> bool {
        self.closed.len() > MAX_WINDOWS.saturating_mul(self.names.len())
    }

    fn close(&mut self, group: u64, shard: &Shard) {
        let start_ns = self.grid.start(group);
        let mut all = Histogram::new();
        for (name, scenario) in self.names.iter().zip(shard.scenarios()) {
            let tally = scenario.tally();
            all.merge(scenario.response());
            self.closed.push(Window {
                scenario: name.clone(),
                start_ns,
                length_ns: self.grid.length * self.grid.factor,
                offered: scenario.offered(),
                started: tally.admitted(),
                completed: tally.completed(),
                ok: tally.ended(crate::Ending::Ok),
                failed: tally.errors(),
                response: scenario.response().encode(),
                service: brief(scenario.service()),
                queue: scenario.brief_queue(),
            });
        }
        if !all.is_empty() {
            self.last = Some(brief(&all));
        }
        self.look(start_ns, shard);
    }

    fn look(&mut self, start: Nanos, shard: &Shard) {
        let length = self.grid.length * self.grid.factor;
        let broken = self.watch.as_mut().and_then(|watch| watch.rules.look(start, length, shard));
        let Some(broken) = broken else { return };
        if let Some(watch) = self.watch.take() {
            (watch.on_broken)(&broken);
        }
        self.broken = Some(broken);
    }

    /// Merges neighbours, and makes all further windows twice as long.
    fn double(&mut self) {
        self.grid.factor *= 2;
        let length = self.grid.length * self.grid.factor;
        let mut merged: Vec<Window> = Vec::with_capacity(self.closed.len() / 2 + self.names.len());
        for window in self.closed.drain(..) {
            let start = self.grid.origin + (window.start_ns - self.grid.origin) / length * length;
            // Only the windows of the same stretch are candidates: as many as there are scenarios.
            let same = merged.iter_mut().rev().take(self.names.len());
            match same.into_iter().find(|other| other.start_ns == start && other.scenario == window.scenario)
            {
                Some(other) => merge_windows(other, &window),
                None => merged.push(Window { start_ns: start, length_ns: length, ..window }),
            }
        }
        self.closed = merged;
        let open = std::mem::take(&mut self.open);
        for OpenWindow { group, shard } in open {
            match self.open.last_mut().filter(|last| last.group == group / 2) {
                Some(last) => last.shard.merge(&shard),
                None => self.open.push(OpenWindow { group: group / 2, shard }),
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Grid {
    fn start(&self, group: u64) -> Nanos {
        self.origin + group * self.factor * self.length
    }
}

/// Adds a window to its neighbour.
fn merge_windows(window: &mut Window, other: &Window) {
    window.offered += other.offered;
    window.started += other.started;
    window.completed += other.completed;
    window.ok += other.ok;
    window.failed += other.failed;
    let mut response = Histogram::decode(&window.response).unwrap_or_default();
    // What was serialised here can be read.
    let _ = response.merge_encoded(&other.response);
    window.response = response.encode();
    window.service = merge_brief(window.service, other.service);
    window.queue = merge_brief(window.queue, other.queue);
}

/// Of two windows without histograms only the count and the maximum are known together; of the percentiles
/// the larger is kept, which errs on the honest side.
fn merge_brief(one: BriefLatency, two: BriefLatency) -> BriefLatency {
    BriefLatency {
        count: one.count + two.count,
        p50: one.p50.max(two.p50),
        p99: one.p99.max(two.p99),
        max: one.max.max(two.max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ending, Finish};

    fn shard_with(count: u64, latency: Nanos) -> Shard {
        let mut shard = Shard::new(1, false);
        for _ in 0..count {
            shard.start(0);
            let finish = Finish {
                intended: 0,
                started: 0,
                ended: latency,
                ending: Ending::Ok,
                items: 1,
                in_time: true,
            };
            shard.finish(0, &finish);
        }
        shard
    }

    fn log(workers: usize) -> WindowLog {
        WindowLog::new(vec!["op".into()], false, workers, 100, 10)
    }

    #[test]
    fn a_window_closes_when_every_worker_has_passed_it() {
        let mut log = log(2);
        log.deliver(0, 0, &shard_with(3, 1_000));
        log.deliver(0, 1, &shard_with(1, 1_000));
        assert_eq!(log.last(), None);
        log.deliver(1, 0, &shard_with(4, 1_000));
        assert_eq!(log.last().unwrap().count, 7);
        let (windows, total) = log.finish(115);
        let starts: Vec<_> = windows.iter().map(|w| (w.start_ns, w.length_ns, w.completed)).collect();
        assert_eq!(starts, [(100, 10, 7), (110, 5, 1)]);
        assert_eq!(total.scenarios()[0].tally().completed(), 8);
    }

    #[test]
    fn a_broken_rule_is_told_once_and_remembered() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let rules = Rules::new(&["p50 < 1ms".parse().unwrap()], &["op".into()], Nanos::MAX);
        let mut log = log(1).watched(rules, move |broken| sender.send(broken.clone()).unwrap());
        for (index, latency) in [(0, 1_000), (1, 5_000_000), (2, 5_000_000)] {
            log.deliver(0, index, &shard_with(100 * (index + 1), latency));
        }
        let told: Vec<Broken> = receiver.iter().collect();
        assert_eq!((told.len(), told[0].start_ns, told[0].end_ns), (1, 100, 120));
        assert_eq!(log.broken(), told.first());
    }

    #[test]
    fn however_many_windows_there_are_each_follows_on_the_one_before() {
        for count in [1_200, 1_201, 1_202, 2_405, 4_803] {
            let mut log = log(1);
            (0..count).for_each(|index| log.deliver(0, index, &shard_with(1, index + 1)));
            let (windows, _) = log.finish(100 + 10 * count);
            assert!(
                windows.windows(2).all(|pair| pair[0].start_ns + pair[0].length_ns == pair[1].start_ns),
                "{count} windows"
            );
            assert_eq!(windows.iter().map(|window| window.completed).sum::<u64>(), count);
        }
    }

    #[test]
    fn what_ends_with_the_run_is_in_its_last_window() {
        let mut log = log(1);
        log.deliver(0, 0, &shard_with(3, 1_000));
        log.deliver(0, 1, &shard_with(2, 1_000));
        let (windows, _) = log.finish(110);
        assert_eq!(windows.len(), 1);
        assert_eq!((windows[0].length_ns, windows[0].completed), (10, 5));
    }

    #[test]
    fn beyond_the_bound_neighbours_merge_and_nothing_is_lost() {
        let mut log = log(1);
        for index in 0..10_000 {
            log.deliver(0, index, &shard_with(1, index + 1));
        }
        let (windows, total) = log.finish(u64::MAX);
        assert!(windows.len() <= MAX_WINDOWS, "{}", windows.len());
        assert_eq!(windows.iter().map(|window| window.completed).sum::<u64>(), 10_000);
        assert!(windows.windows(2).all(|pair| pair[0].start_ns + pair[0].length_ns == pair[1].start_ns));
        let mut all = Histogram::new();
        windows.iter().for_each(|window| all.merge(&Histogram::decode(&window.response).unwrap()));
        assert_eq!(&all, total.scenarios()[0].response());
    }
}
