//! Instants of a schedule, beside a multiplication.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll::load::RateSchedule;
use plimsoll::model::Stage;

fn instants(c: &mut Criterion) {
    let mut group = c.benchmark_group("next arrival");
    let mut k = 0u64;
    group.bench_function("a period times k", |b| {
        b.iter(|| {
            k += 1;
            black_box(k) * black_box(1_000_000)
        });
    });
    let day = 86_400_000_000_000;
    for (name, from, to) in [("constant", 1_000.0, 1_000.0), ("ramp", 0.0, 2_000.0)] {
        let schedule = RateSchedule::new(&[Stage { from, to, length_ns: day }]);
        let mut instants = schedule.clone();
        group.bench_function(name, |b| {
            b.iter(|| match instants.next() {
                Some(at) => at,
                None => {
                    instants = schedule.clone();
                    0
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, instants);
criterion_main!(benches);
