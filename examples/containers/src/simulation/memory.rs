//! What the service keeps in memory.

use std::sync::Arc;
use std::time::Duration;

use plimsoll::metrics::{Clock, Timeline};

use super::state::{Simulation, State};

const MEGABYTE: f64 = 1e6;

/// How often memory is brought up to date.
const TICK: Duration = Duration::from_millis(100);

/// Time in which a tooth grows and falls.
const TOOTH: Duration = Duration::from_secs(8);

/// What each agent holds, whatever the switches say.
const AGENT_BYTES: f64 = 64.0 * 1024.0;

/// What is never given back, what the load holds, and a tooth. All pages of them are touched: they count.
#[derive(Debug, Default)]
struct Memory {
    life: u64,
    leaked_bytes: f64,
    leaked: Blocks,
    held: Blocks,
    tooth: Blocks,
}

/// Keeps memory as the load and the switches want it.
pub(super) async fn keep(simulation: Arc<Simulation>) {
    let timeline = Timeline::start(Clock::System);
    let (mut memory, mut before_ns) = (Memory::default(), 0);
    loop {
        tokio::time::sleep(TICK).await;
        let now_ns = timeline.now();
        let passed = Duration::from_nanos(now_ns - before_ns);
        memory.pass(&simulation.state(), simulation.resets(), Duration::from_nanos(now_ns), passed);
        before_ns = now_ns;
    }
}

impl Memory {
    fn pass(&mut self, state: &State, life: u64, now: Duration, passed: Duration) {
        if self.life != life {
            *self = Memory { life, ..Memory::default() };
        }
        let works = state.units > 0 && !state.is_paused;
        let switches = state.switches;
        if works {
            self.leaked_bytes += switches.leak_mb_per_min * MEGABYTE * passed.as_secs_f64() / 60.0;
        }
        self.leaked.resize(self.leaked_bytes);
        self.held.resize(state.units as f64 * (AGENT_BYTES + switches.hog_mb_per_unit * MEGABYTE));
        let share = (now.as_secs_f64() % TOOTH.as_secs_f64()) / TOOTH.as_secs_f64();
        self.tooth.resize(if works { switches.sawtooth_mb * MEGABYTE * share } else { 0.0 });
    }
}

/// Memory in blocks that go back to the system when they are let go: large ones are mapped one by one.
#[derive(Debug, Default)]
struct Blocks(Vec<Vec<u8>>);

impl Blocks {
    const BYTES: usize = 1024 * 1024;

    fn resize(&mut self, bytes: f64) {
        let wanted = (bytes.max(0.0) / Blocks::BYTES as f64).round() as usize;
        self.0.truncate(wanted);
        while self.0.len() < wanted {
            // Ones and not zeros: pages of zeros may be no pages at all.
            self.0.push(vec![1; Blocks::BYTES]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::Switches;
    use super::*;

    fn state(units: u64, switches: Switches) -> State {
        let simulation = Simulation::new(switches);
        simulation.set_units(units);
        simulation.state()
    }

    fn bytes(blocks: &Blocks) -> f64 {
        (blocks.0.len() * Blocks::BYTES) as f64
    }

    #[test]
    fn a_leak_grows_under_load_alone_and_is_gone_with_its_life() {
        let switches = Switches { leak_mb_per_min: 60.0, ..Switches::default() };
        let mut memory = Memory::default();
        let second = Duration::from_secs(1);
        for load in [5, 5, 0, 0] {
            memory.pass(&state(load, switches), 0, second, 5 * second);
        }
        assert!((bytes(&memory.leaked) - 10.0 * MEGABYTE).abs() < 0.6 * MEGABYTE);
        memory.pass(&state(0, switches), 1, second, second);
        assert_eq!(bytes(&memory.leaked), 0.0);
    }

    #[test]
    fn what_the_load_holds_goes_with_the_load() {
        let switches = Switches { hog_mb_per_unit: 10.0, ..Switches::default() };
        let mut memory = Memory::default();
        memory.pass(&state(3, switches), 0, TICK, TICK);
        assert!((bytes(&memory.held) - 30.2 * MEGABYTE).abs() < 0.6 * MEGABYTE);
        memory.pass(&state(0, switches), 0, TICK, TICK);
        assert_eq!(bytes(&memory.held), 0.0);
    }

    #[test]
    fn a_tooth_rises_and_falls() {
        let switches = Switches { sawtooth_mb: 20.0, ..Switches::default() };
        let mut memory = Memory::default();
        let at = |memory: &mut Memory, seconds: u64| {
            memory.pass(&state(1, switches), 0, Duration::from_secs(seconds), TICK);
            bytes(&memory.tooth)
        };
        assert!(at(&mut memory, 7) > 16.5 * MEGABYTE);
        assert_eq!(at(&mut memory, 8), 0.0);
    }
}
