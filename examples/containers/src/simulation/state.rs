//! What the simulation is told, and what it has to do.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Items that wait at most; what comes on top is dropped and counted.
const MOST_QUEUED: u64 = 20_000;

/// Items that an agent puts in in a second, at the service's own speed.
const ITEMS_PER_SECOND: f64 = 10.0;

/// Faults of its memory.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// Megabytes that are never given back, in each minute under load.
    pub leak_mb_per_min: f64,
    /// Megabytes that each unit of load holds.
    pub hog_mb_per_unit: f64,
    /// Megabytes that come and go as under a collector of garbage, within eight seconds.
    pub sawtooth_mb: f64,
}

/// The service, shared by all its threads.
#[derive(Debug, Default)]
pub struct Simulation {
    inner: Mutex<Inner>,
    work: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    units: u64,
    speed: u64,
    is_paused: bool,
    queued: u64,
    running: u64,
    done: u64,
    dropped: u64,
    /// Part of an item that is not due yet.
    carry: f64,
    switches: Switches,
    /// How often it began anew: what is done of an earlier beginning is not counted.
    resets: u64,
}

/// The state of the service, as it tells it.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub struct State {
    /// Units of load.
    pub units: u64,
    /// Times its own speed.
    pub speed: u64,
    /// Whether it takes no new work.
    pub is_paused: bool,
    /// Work that it has taken and not finished.
    pub queued: u64,
    /// Work that it has finished since the last reset.
    pub done: u64,
    /// Work that found no room.
    pub dropped: u64,
    /// Faults of its memory.
    pub switches: Switches,
}

impl Simulation {
    /// A service without load.
    #[must_use]
    pub fn new(switches: Switches) -> Simulation {
        let inner = Inner { speed: 1, switches, ..Inner::default() };
        Simulation { inner: Mutex::new(inner), work: Condvar::new() }
    }

    /// Begins anew; only the switches stay.
    pub fn reset(&self) {
        let mut inner = self.lock();
        let (switches, resets) = (inner.switches, inner.resets + 1);
        *inner = Inner { speed: 1, switches, resets, running: inner.running, ..Inner::default() };
    }

    /// Sets the load.
    pub fn set_units(&self, units: u64) {
        self.lock().units = units;
    }

    /// Sets the speed, at least its own.
    pub fn set_speed(&self, multiplier: u64) {
        self.lock().speed = multiplier.max(1);
    }

    /// Takes no new work from now on.
    pub fn pause(&self) {
        self.lock().is_paused = true;
    }

    /// Sets the faults.
    pub fn switch(&self, switches: Switches) {
        self.lock().switches = switches;
    }

    /// How it is.
    #[must_use]
    pub fn state(&self) -> State {
        let inner = self.lock();
        State {
            units: inner.units,
            speed: inner.speed,
            is_paused: inner.is_paused,
            queued: inner.queued + inner.running,
            done: inner.done,
            dropped: inner.dropped,
            switches: inner.switches,
        }
    }

    /// How often it began anew.
    pub(super) fn resets(&self) -> u64 {
        self.lock().resets
    }

    /// Time passes: the agents put their items in.
    pub fn pass(&self, time: Duration) {
        let mut inner = self.lock();
        if inner.is_paused {
            return;
        }
        let due =
            inner.units as f64 * inner.speed as f64 * ITEMS_PER_SECOND * time.as_secs_f64() + inner.carry;
        let items = due.floor();
        inner.carry = due - items;
        // Beyond what a queue takes, how much it was no longer matters.
        let items = items.min(1e15) as u64;
        let taken = items.min(MOST_QUEUED.saturating_sub(inner.queued));
        inner.queued += taken;
        inner.dropped = inner.dropped.saturating_add(items - taken);
        drop(inner);
        self.work.notify_all();
    }

    /// Waits for an item; which life of the service it belongs to.
    pub(super) fn take(&self) -> u64 {
        let mut inner = self.lock();
        while inner.queued == 0 {
            inner = self.work.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
        inner.queued -= 1;
        inner.running += 1;
        inner.resets
    }

    /// An item of that life is done.
    pub(super) fn finish(&self, life: u64) {
        let mut inner = self.lock();
        inner.running = inner.running.saturating_sub(1);
        inner.done += u64::from(life == inner.resets);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn loaded(units: u64, speed: u64) -> Simulation {
        let simulation = Simulation::new(Switches::default());
        simulation.set_units(units);
        simulation.set_speed(speed);
        simulation
    }

    #[test]
    fn an_agent_puts_ten_items_in_a_second_in_times_the_speed() {
        let simulation = loaded(3, 4);
        for _ in 0..100 {
            simulation.pass(SECOND / 100);
        }
        let queued = simulation.state().queued;
        assert!((119..=120).contains(&queued), "{queued}");
    }

    #[test]
    fn a_queue_without_room_drops_and_counts() {
        let simulation = loaded(1_000, 1_024);
        simulation.pass(SECOND);
        let state = simulation.state();
        assert_eq!((state.queued, state.dropped), (MOST_QUEUED, 10_240_000 - MOST_QUEUED));
    }

    #[test]
    fn when_it_is_paused_it_finishes_what_it_has_and_takes_no_more() {
        let simulation = loaded(1, 1);
        simulation.pass(SECOND);
        simulation.pause();
        simulation.pass(SECOND);
        for _ in 0..10 {
            let life = simulation.take();
            simulation.finish(life);
        }
        let state = simulation.state();
        assert_eq!((state.queued, state.done), (0, 10));
    }

    #[test]
    fn a_reset_keeps_only_the_switches_and_forgets_what_is_under_way() {
        let switches = Switches { leak_mb_per_min: 60.0, ..Switches::default() };
        let simulation = Simulation::new(switches);
        simulation.set_units(7);
        simulation.pass(SECOND);
        let life = simulation.take();
        simulation.reset();
        assert_eq!(simulation.state().queued, 1, "one is still under way");
        simulation.finish(life);
        let fresh = State { switches, ..Simulation::new(Switches::default()).state() };
        assert_eq!(simulation.state(), fresh);
    }
}
