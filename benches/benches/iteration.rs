//! What the engine adds to an iteration: an empty one, beside the bare loop.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say so")]

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::{Load, Profile, op};
use tokio::runtime::{Builder, Runtime};

/// How long `iterations` empty iterations take, shared by users, on the runtime's threads.
fn engine(runtime: &Runtime, users: u64, iterations: u64) -> Duration {
    let load = Load::new("empty")
        .operation(op("empty", |_| async {}))
        .measure(Profile::iterations(users, iterations.max(users)));
    // On a worker of the runtime, as a caller's test would be.
    let run = runtime.block_on(async { tokio::spawn(load.run()).await.unwrap().unwrap() });
    Duration::from_nanos(run.measured_ns())
}

fn empty_iteration(c: &mut Criterion) {
    let mut group = c.benchmark_group("empty iteration");
    group.throughput(Throughput::Elements(1));
    group.bench_function("bare loop", |b| {
        b.iter_custom(|iterations| Duration::from_nanos(benches::bare_loop(iterations)));
    });
    for threads in [1, 2] {
        let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap();
        for users in [8, 64, 1_000] {
            let id = BenchmarkId::new(format!("{threads} threads"), format!("{users} users"));
            group.bench_function(id, |b| b.iter_custom(|iterations| engine(&runtime, users, iterations)));
        }
    }
    group.finish();
}

/// The same with one thing more: a mix, a feeder, think time, a pace …
fn with_more(c: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut group = c.benchmark_group("empty iteration with");
    group.throughput(Throughput::Elements(1));
    for variant in &benches::VARIANTS {
        group.bench_function(variant.0, |b| {
            b.iter_custom(|iterations| {
                let load = benches::shared(variant, 64, iterations.max(64));
                let run = runtime.block_on(async { tokio::spawn(load.run()).await.unwrap().unwrap() });
                Duration::from_nanos(run.measured_ns())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, empty_iteration, with_more);
criterion_main!(benches);
