//! What the engine adds to an iteration that does nothing.

use plimsoll::{Load, Profile, op};
use tokio::runtime::{Builder, Runtime};

use crate::row::{Row, ratios};

const ITERATIONS: u64 = 10_000_000;
const ROUNDS: usize = 7;

pub(crate) fn measure() -> Vec<Row> {
    let mut rows = Vec::new();
    for users in [8, 64, 1_000] {
        let [one, two] = [1, 2].map(|threads| Both::measure(threads, users));
        rows.push(Row::bare("bare loop: two clock reads, one record", one.bare.clone(), "ns"));
        rows.push(Row::bare(format!("empty iteration, {users} users"), one.engine.clone(), "ns"));
        rows.push(Row::goal(
            format!("empty iteration over bare loop, {users} users, 1 thread"),
            "≤ 0.85",
            ratios(&one.engine, &one.bare),
            "",
            |ratio| ratio <= 0.85,
        ));
        rows.push(Row::goal(
            format!("empty iteration over bare loop, {users} users, 2 threads"),
            "≤ 0.85",
            ratios(&two.engine, &two.bare),
            "",
            |ratio| ratio <= 0.85,
        ));
        let [ours, bare] = [(&one.engine, &two.engine), (&one.bare, &two.bare)];
        rows.push(Row::goal(
            format!("gain by the second thread over that of the bare loop, {users} users"),
            "≥ 0.97",
            ratios(&ratios(ours.0, ours.1), &ratios(bare.0, bare.1)),
            "",
            |ratio| ratio >= 0.97,
        ));
    }
    rows
}

/// Nanoseconds for an iteration and thread, of both, in turn.
struct Both {
    bare: Vec<f64>,
    engine: Vec<f64>,
}

impl Both {
    fn measure(threads: usize, users: u64) -> Both {
        let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap();
        let rounds = (0..ROUNDS).map(|_| (bare(threads), engine(&runtime, threads, users)));
        let (bare, engine) = rounds.unzip();
        Both { bare, engine }
    }
}

fn bare(threads: usize) -> f64 {
    let loops: Vec<_> = (0..threads).map(|_| std::thread::spawn(|| benches::bare_loop(ITERATIONS))).collect();
    let took = loops.into_iter().map(|thread| thread.join().unwrap()).max().unwrap();
    took as f64 / ITERATIONS as f64
}

fn engine(runtime: &Runtime, threads: usize, users: u64) -> f64 {
    let load = Load::new("empty")
        .operation(op("empty", |_| async {}))
        .measure(Profile::iterations(users, ITERATIONS * threads as u64));
    // On a worker of the runtime, as a caller's test would be.
    let run = runtime.block_on(async { tokio::spawn(load.run()).await.unwrap().unwrap() });
    run.measured_ns() as f64 / ITERATIONS as f64
}
