//! What the engine adds to an iteration that does nothing.

use plimsoll::{Load, Profile, op};
use tokio::runtime::{Builder, Runtime};

use crate::row::Row;

/// Of each thread: a second or so, beside which what a shared machine takes away at times is small.
const ITERATIONS: u64 = 20_000_000;
const ROUNDS: usize = 15;
const THREADS: [usize; 2] = [1, 2];

pub(crate) fn measure() -> Vec<Row> {
    let runtimes = THREADS
        .map(|threads| Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap());
    let mut rows = Vec::new();
    for users in [8, 64, 1_000] {
        let rounds: Vec<Round> = (0..ROUNDS).map(|_| Round::measure(&runtimes, users)).collect();
        let figures = |of: fn(&Round) -> f64| rounds.iter().map(of).collect::<Vec<_>>();
        let what = |what: &str| format!("{what}, {users} users");
        rows.push(Row::bare("bare loop: two clock reads, one record", figures(|round| round.bare[0]), "ns"));
        rows.push(Row::bare(what("empty iteration"), figures(|round| round.engine[0]), "ns"));
        let over = "empty iteration over bare loop";
        for (threads, ratios) in
            [("one thread", figures(Round::over_bare::<0>)), ("two threads", figures(Round::over_bare::<1>))]
        {
            rows.push(Row::goal(format!("{}, {threads}", what(over)), "≤ 0.85", ratios, "", |r| r <= 0.85));
        }
        let gain = what("gain by the second thread over that of the bare loop");
        rows.push(Row::goal(gain, "≥ 0.97", figures(Round::gain_over_bare), "", |ratio| ratio >= 0.97));
        let apart = what("the same by a second engine that shares nothing with the first");
        rows.push(Row::bare(apart, figures(Round::gain_apart_over_bare), ""));
    }
    rows
}

/// Nanoseconds for an iteration and thread, on one thread and on two: all within a few seconds, because a shared
/// machine is not the same a minute later.
struct Round {
    bare: [f64; 2],
    engine: [f64; 2],
    /// Of two engines side by side, one thread each: what is lost here too is lost to the machine.
    apart: f64,
}

impl Round {
    fn measure(runtimes: &[Runtime; 2], users: u64) -> Round {
        let [one, two] = [0, 1].map(|n| (bare(THREADS[n]), engine(&runtimes[n], THREADS[n], users)));
        Round { bare: [one.0, two.0], engine: [one.1, two.1], apart: apart(users) }
    }

    fn over_bare<const N: usize>(&self) -> f64 {
        self.engine[N] / self.bare[N]
    }

    fn gain_over_bare(&self) -> f64 {
        self.over_bare::<0>() / self.over_bare::<1>()
    }

    fn gain_apart_over_bare(&self) -> f64 {
        (self.engine[0] / self.apart) / (self.bare[0] / self.bare[1])
    }
}

fn bare(threads: usize) -> f64 {
    let loops: Vec<_> = (0..threads).map(|_| std::thread::spawn(|| benches::bare_loop(ITERATIONS))).collect();
    let took = loops.into_iter().map(|thread| thread.join().unwrap()).max().unwrap();
    took as f64 / ITERATIONS as f64
}

/// Of two engines that share nothing, at the same time.
fn apart(users: u64) -> f64 {
    let side = move || {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        engine(&runtime, 1, users / 2)
    };
    let sides: Vec<_> = THREADS.iter().map(|_| std::thread::spawn(side)).collect();
    sides.into_iter().map(|side| side.join().unwrap()).fold(0.0, f64::max)
}

fn engine(runtime: &Runtime, threads: usize, users: u64) -> f64 {
    let load = Load::new("empty")
        .operation(op("empty", |_| async {}))
        .measure(Profile::iterations(users, ITERATIONS * threads as u64));
    // On a worker of the runtime, as a caller's test would be.
    let run = runtime.block_on(async { tokio::spawn(load.run()).await.unwrap().unwrap() });
    run.measured_ns() as f64 / ITERATIONS as f64
}
