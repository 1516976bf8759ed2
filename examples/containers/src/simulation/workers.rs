//! Threads that work items off.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use plimsoll::metrics::{Clock, Timeline, thread_cpu_ns};

use super::state::Simulation;

/// CPU time of an item.
const COST_NS: u64 = 2_000_000;

/// How often agents put items in.
const TICK: Duration = Duration::from_millis(50);

/// Starts a thread for each core, and the agents.
pub(super) fn start(simulation: &Arc<Simulation>) -> io::Result<()> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    for number in 0..cores.max(2) {
        let simulation = Arc::clone(simulation);
        thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
            loop {
                let life = simulation.take();
                work();
                simulation.finish(life);
            }
        })?;
    }
    tokio::spawn(agents(Arc::clone(simulation)));
    Ok(())
}

/// Keeps the thread busy for as much of its own time as an item takes, however little of the machine it gets.
fn work() {
    let begun = thread_cpu_ns();
    let mut state = 1_u64;
    loop {
        for _ in 0..2_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        }
        std::hint::black_box(state);
        match (begun, thread_cpu_ns()) {
            (Some(begun), Some(now)) if now.saturating_sub(begun) < COST_NS => {}
            // Where the system does not count, an item is a few turns.
            _ => return,
        }
    }
}

async fn agents(simulation: Arc<Simulation>) {
    let timeline = Timeline::start(Clock::System);
    let mut before_ns = 0;
    loop {
        tokio::time::sleep(TICK).await;
        let now_ns = timeline.now();
        // Held back by its own limit, it makes up for no more than a second.
        simulation.pass(Duration::from_nanos(now_ns - before_ns).min(Duration::from_secs(1)));
        before_ns = now_ns;
    }
}
