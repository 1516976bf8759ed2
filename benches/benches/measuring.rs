//! Recording and merging, beside the histogram alone.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll::metrics::{Ending, Finish, Histogram, Shard};

/// Latencies around 2 ms, spread over a few buckets, without a random generator in the way.
fn latency(n: u64) -> u64 {
    1_000_000 + n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 2_000_000
}

fn record(c: &mut Criterion) {
    let mut group = c.benchmark_group("record");
    let mut n = 0;
    let mut histogram = Histogram::new();
    group.bench_function("histogram alone", |b| {
        b.iter(|| {
            n += 1;
            histogram.record(latency(n));
        });
    });
    for (name, is_open) in [("closed model", false), ("open model", true)] {
        let mut shard = Shard::new(1, is_open);
        group.bench_function(name, |b| {
            b.iter(|| {
                n += 1;
                let ended = latency(n);
                let ending = Ending::Ok;
                shard.start(0);
                shard.finish(0, &Finish { intended: 0, started: 10, ended, ending, items: 1, in_time: true });
            });
        });
        black_box(&shard);
    }
    group.finish();
}

fn merge(c: &mut Criterion) {
    let mut filled = Histogram::new();
    (0..100_000).for_each(|n| filled.record(latency(n)));
    let mut total = Histogram::new();
    c.bench_function("merge 1,000 histograms", |b| {
        b.iter(|| (0..1_000).for_each(|_| total.merge(black_box(&filled))));
    });
    c.bench_function("serialise a histogram", |b| b.iter(|| black_box(&filled).encode()));
}

criterion_group!(benches, record, merge);
criterion_main!(benches);
