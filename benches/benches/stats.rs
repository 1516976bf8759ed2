//! The two statistics that grow faster than their data: the exact rank test, and the search of a long history.
//!
//! The goals are times and not ratios: 1 ms for 30 + 30 runs, 200 ms for 10,000 points.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll::metrics::stats::{ChangeSearch, change_points, hodges_lehmann_ratio, mann_whitney};

/// Noise of mean 1 and a spread of 5 %, the same on every call: twelve uniform values make a normal one.
fn noise(n: u64) -> f64 {
    let uniform = |k: u64| {
        let mixed = (12 * n + k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1_u64 << 53) as f64
    };
    1.0 + 0.05 * ((0..12).map(uniform).sum::<f64>() - 6.0)
}

fn rank_test(c: &mut Criterion) {
    let mut group = c.benchmark_group("30 + 30 runs");
    let (a, b): (Vec<f64>, Vec<f64>) = (0..30).map(|run| (noise(run), 1.05 * noise(run + 30))).unzip();
    group
        .bench_function("exact rank test", |bench| bench.iter(|| mann_whitney(black_box(&a), black_box(&b))));
    let round = |side: &[f64]| -> Vec<f64> { side.iter().map(|run| (run * 50.0).round()).collect() };
    let (ties_a, ties_b) = (round(&a), round(&b));
    group.bench_function("exact rank test, ties", |bench| {
        bench.iter(|| mann_whitney(black_box(&ties_a), black_box(&ties_b)));
    });
    group.bench_function("ratio with interval", |bench| {
        bench.iter(|| hodges_lehmann_ratio(black_box(&a), black_box(&b), 0.95));
    });
    group.finish();
}

fn history(c: &mut Criterion) {
    let mut group = c.benchmark_group("10,000 points of history");
    group.sample_size(10);
    let quiet: Vec<f64> = (0..10_000).map(noise).collect();
    let steps: Vec<f64> = (0..10_000).map(|n| noise(n) * if n / 100 % 2 == 0 { 1.0 } else { 1.2 }).collect();
    for (name, history) in [("quiet", quiet), ("a step every 100", steps)] {
        group.bench_function(name, |bench| {
            bench.iter(|| change_points(black_box(&history), &ChangeSearch::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, rank_test, history);
criterion_main!(benches);
