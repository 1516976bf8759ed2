//! Counterparts that the benches compare with: the same work with no framework around it.
//!
//! A figure of ours means little alone on a shared machine. Each bench therefore runs its bare counterpart in
//! the same process, and what counts is the ratio of the two.

use plimsoll::metrics::{Clock, Histogram, Nanos, Timeline};

/// The least that measuring an empty iteration can do: read the clock, do nothing, read the clock, record.
///
/// Gives the time that all of them took.
#[must_use]
pub fn bare_loop(iterations: u64) -> Nanos {
    let timeline = Timeline::start(Clock::System);
    let mut histogram = Histogram::new();
    let begin = timeline.now();
    for _ in 0..iterations {
        let start = timeline.now();
        std::hint::black_box(());
        histogram.record(timeline.now() - start);
    }
    let took = timeline.now() - begin;
    std::hint::black_box(&histogram);
    took
}
