//! Counterparts that the benches compare with: the same work with no framework around it.
//!
//! A figure of ours means little alone on a shared machine. Each bench therefore runs its bare counterpart in
//! the same process, and what counts is the ratio of the two.

mod variants;

use std::time::Instant;

use hdrhistogram::Histogram;

pub use variants::{VARIANTS, Variant, shared};

/// The least that measuring an empty iteration can do: read the clock, do nothing, read the clock, record.
///
/// Written as one would by hand, with nothing of ours in it. Gives the nanoseconds that all of them took.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the counterpart has nothing of ours in it, not our clock either"
)]
pub fn bare_loop(iterations: u64) -> u64 {
    let mut histogram = Histogram::<u64>::new_with_bounds(1, 3_600_000_000_000, 3).expect("valid bounds");
    let begin = Instant::now();
    for _ in 0..iterations {
        let start = Instant::now();
        std::hint::black_box(());
        histogram.saturating_record(nanos(start));
    }
    let took = nanos(begin);
    std::hint::black_box(&histogram);
    took
}

fn nanos(since: Instant) -> u64 {
    let took = since.elapsed();
    took.as_secs() * 1_000_000_000 + u64::from(took.subsec_nanos())
}
