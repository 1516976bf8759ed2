//! Conditions in Rust instead of text: what is mistyped does not compile.
//!
//! A function names a figure, [`Figure::of`] says of what, and a limit makes a [`Condition`] of it. A time is held
//! against a [`Duration`], a share, a rate or a number against an `f64`.
//!
//! ```
//! use std::time::Duration;
//! use plimsoll_model::Condition;
//! use plimsoll_model::figure::{error_rate, p99, throughput};
//!
//! let second = Duration::from_secs(1);
//! for (typed, text) in [
//!     (p99().of("write").below(Duration::from_millis(20)), "p99(write) < 20ms"),
//!     (error_rate().at_most(0.001).over(10 * second), "error_rate <= 0.1% over 10s"),
//!     (throughput().above(495.0), "throughput > 495/s"),
//! ] {
//!     assert_eq!(typed, text.parse::<Condition>()?);
//! }
//! # Ok::<(), plimsoll_model::ConditionError>(())
//! ```

use std::marker::PhantomData;
use std::time::Duration;

use crate::{Condition, LatencyKind, LatencyStat, Limit, Metric, MetricRef, Op, Quantile, Unit};

/// A figure of a run whose limits are an `L`: a [`Duration`], or an `f64`.
#[derive(Debug, Clone)]
pub struct Figure<L> {
    metric: MetricRef,
    limit: PhantomData<fn(L)>,
}

/// What a figure may be held against.
pub trait AsLimit: private::Sealed {
    /// As a number in the base unit.
    #[doc(hidden)]
    fn in_base_unit(self) -> f64;
}

mod private {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for std::time::Duration {}
}

impl AsLimit for f64 {
    fn in_base_unit(self) -> f64 {
        self
    }
}

impl AsLimit for Duration {
    fn in_base_unit(self) -> f64 {
        // Exact up to 104 days; what a test waits for is shorter.
        self.as_nanos() as f64
    }
}

impl<L: AsLimit> Figure<L> {
    fn new(metric: Metric) -> Figure<L> {
        Figure { metric: MetricRef::of_run(metric), limit: PhantomData }
    }

    /// The same of one scenario; of a time, also of a step.
    #[must_use]
    pub fn of(self, scope: impl Into<String>) -> Figure<L> {
        Figure { metric: self.metric.of(scope), limit: PhantomData }
    }

    /// Must be below the limit.
    #[must_use]
    pub fn below(self, limit: L) -> Condition {
        self.condition(Op::Less, limit)
    }

    /// Must be at or below the limit.
    #[must_use]
    pub fn at_most(self, limit: L) -> Condition {
        self.condition(Op::AtMost, limit)
    }

    /// Must be above the limit.
    #[must_use]
    pub fn above(self, limit: L) -> Condition {
        self.condition(Op::Greater, limit)
    }

    /// Must be at or above the limit.
    #[must_use]
    pub fn at_least(self, limit: L) -> Condition {
        self.condition(Op::AtLeast, limit)
    }

    fn condition(self, op: Op, limit: L) -> Condition {
        let unit = self.metric.metric.unit().unwrap_or(Unit::Count);
        Condition {
            metric: self.metric,
            op,
            limit: Limit { value: limit.in_base_unit(), unit },
            window: None,
        }
    }
}

impl Figure<Duration> {
    /// The same of the service time, from the actual start, instead of the response time.
    #[must_use]
    pub fn service(self) -> Figure<Duration> {
        self.of_kind(LatencyKind::Service)
    }

    /// The same of the wait in the generator's own queue.
    #[must_use]
    pub fn queue(self) -> Figure<Duration> {
        self.of_kind(LatencyKind::Queue)
    }

    fn of_kind(mut self, of: LatencyKind) -> Figure<Duration> {
        if let Metric::Latency { kind, .. } = &mut self.metric.metric {
            *kind = of;
        }
        self
    }
}

fn response(stat: LatencyStat) -> Figure<Duration> {
    Figure::new(Metric::Latency { kind: LatencyKind::Response, stat })
}

/// The response time at a quantile.
#[must_use]
pub fn quantile(quantile: Quantile) -> Figure<Duration> {
    response(LatencyStat::Quantile(quantile))
}

/// The median response time.
#[must_use]
pub fn p50() -> Figure<Duration> {
    quantile(Quantile::P50)
}

/// The response time that 95 % do not exceed.
#[must_use]
pub fn p95() -> Figure<Duration> {
    quantile(Quantile::P95)
}

/// The response time that 99 % do not exceed.
#[must_use]
pub fn p99() -> Figure<Duration> {
    quantile(Quantile::P99)
}

/// The mean response time.
#[must_use]
pub fn mean() -> Figure<Duration> {
    response(LatencyStat::Mean)
}

/// The longest response time.
#[must_use]
pub fn max() -> Figure<Duration> {
    response(LatencyStat::Max)
}

/// Failed, timed out and panicked as a share of started, 0 to 1.
#[must_use]
pub fn error_rate() -> Figure<f64> {
    Figure::new(Metric::ErrorRate)
}

/// Ended well as a share of started, 0 to 1.
#[must_use]
pub fn success_rate() -> Figure<f64> {
    Figure::new(Metric::SuccessRate)
}

/// Operations that ended well, in each second.
#[must_use]
pub fn throughput() -> Figure<f64> {
    Figure::new(Metric::Throughput)
}

/// Arrivals that never started.
#[must_use]
pub fn dropped() -> Figure<f64> {
    Figure::new(Metric::Dropped)
}

/// Passed as a share of all checks, 0 to 1.
#[must_use]
pub fn checks() -> Figure<f64> {
    Figure::new(Metric::Checks)
}

/// Passed as a share of one check, 0 to 1.
pub fn check(name: impl Into<String>) -> Figure<f64> {
    Figure::new(Metric::Check { name: name.into() })
}

/// The sum of a counter.
pub fn counter(name: impl Into<String>) -> Figure<f64> {
    Figure::new(Metric::Counter { name: name.into() })
}

/// The last value of a gauge.
pub fn gauge(name: impl Into<String>) -> Figure<f64> {
    Figure::new(Metric::Gauge { name: name.into() })
}

/// The share of true of a rate, 0 to 1.
pub fn rate(name: impl Into<String>) -> Figure<f64> {
    Figure::new(Metric::Rate { name: name.into() })
}

/// A trend at a quantile, in the trend's own unit.
pub fn trend(name: impl Into<String>, quantile: Quantile) -> Figure<f64> {
    Figure::new(Metric::Trend { name: name.into(), stat: LatencyStat::Quantile(quantile) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_is_the_one_of_its_text() {
        let (ms, third) = (Duration::from_millis(5), Quantile::P99);
        let typed = [
            p50().queue().below(ms),
            p95().of("read").service().at_most(ms),
            mean().below(ms),
            max().above(ms),
            success_rate().at_least(0.995),
            dropped().at_most(0.0),
            checks().above(0.99),
            check("has a body").of("read").above(0.5),
            counter("rows").at_least(1e6),
            gauge("depth").below(10.0),
            rate("hit").above(0.8),
            trend("rows", third).at_most(50.0).over(Duration::ZERO),
        ];
        let texts = [
            "queue.p50 < 5ms",
            "service.p95(read) <= 5ms",
            "mean < 5ms",
            "max > 5ms",
            "success_rate >= 99.5%",
            "dropped <= 0",
            "checks > 99%",
            "check.has a body(read) > 50%",
            "counter.rows >= 1000000",
            "gauge.depth < 10",
            "rate.hit > 80%",
            "trend.rows.p99 <= 50",
        ];
        for (typed, text) in typed.into_iter().zip(texts) {
            assert_eq!(typed.to_string(), text);
            assert_eq!(typed, text.parse().unwrap_or_else(|error| panic!("{text}: {error}")));
        }
    }
}
