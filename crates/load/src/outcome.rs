//! What an operation comes back with.

use std::any::Any;
use std::fmt::Display;
use std::time::Duration;

use plimsoll_metrics::{Ending, Observation};

/// What an operation comes back with: whether it went well, and what it has to say of itself.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_load::Outcome;
///
/// let done = Outcome::ok().items(50).step("parse", Duration::from_micros(80)).check("has a price", true);
/// let refused = Outcome::fail("status 503", "service unavailable");
/// assert!(done.is_ok() && !refused.is_ok());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub(crate) failure: Option<Failure>,
    is_refused: bool,
    pub(crate) items: u64,
    pub(crate) details: Vec<Detail>,
}

/// Something that an operation says of itself, by name.
#[derive(Debug, Clone)]
pub(crate) enum Detail {
    /// A part of it.
    Step { name: &'static str, took: Duration, bytes: u64 },
    /// What it observed.
    Own { name: &'static str, observation: Observation },
}

/// Why an operation failed.
///
/// The kind is what errors are counted by: keep it to a handful of words that repeat. The message may be
/// different each time; one of them is kept as a sample.
#[derive(Debug, Clone)]
pub struct Failure {
    pub(crate) kind: String,
    pub(crate) message: String,
}

impl Failure {
    /// A failure from its kind and its message.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Failure {
        Failure { kind: kind.into(), message: message.into() }
    }
}

/// Any error: its text is kind and message at once.
impl<E: Display> From<E> for Failure {
    fn from(error: E) -> Failure {
        let message = error.to_string();
        Failure { kind: message.clone(), message }
    }
}

impl Outcome {
    /// It went well.
    #[must_use]
    pub fn ok() -> Outcome {
        Outcome { items: 1, ..Outcome::default() }
    }

    /// It failed.
    pub fn fail(kind: impl Into<String>, message: impl Into<String>) -> Outcome {
        Outcome { failure: Some(Failure::new(kind, message)), ..Outcome::default() }
    }

    /// It was not done: a circuit breaker, or whoever else guards the service on its own side, refused it. It counts as
    /// dropped by the cause `circuit_open`, as if it had never started, and is in no latency.
    #[must_use]
    pub fn refused() -> Outcome {
        Outcome { is_refused: true, ..Outcome::default() }
    }

    /// With a number of items done, such as rows or fields; one unless said otherwise.
    #[must_use]
    pub fn items(self, items: u64) -> Outcome {
        Outcome { items, ..self }
    }

    /// With a named part that took this long.
    #[must_use]
    pub fn step(self, name: &'static str, took: Duration) -> Outcome {
        self.step_with_bytes(name, took, 0)
    }

    /// With a named part that took this long and moved this many bytes.
    #[must_use]
    pub fn step_with_bytes(mut self, name: &'static str, took: Duration, bytes: u64) -> Outcome {
        self.details.push(Detail::Step { name, took, bytes });
        self
    }

    /// With a check: whether something is as it should be. A check that fails stops nothing and is no error; it is
    /// counted, and [conditions](plimsoll_model::Condition) such as `check.has a price > 99.9%` can be about it.
    #[must_use]
    pub fn check(self, name: &'static str, is_good: bool) -> Outcome {
        self.own(name, Observation::Check(is_good))
    }

    /// With so much more for a counter: `counter.rows >= 1000000`.
    #[must_use]
    pub fn count(self, name: &'static str, more: u64) -> Outcome {
        self.own(name, Observation::Counter(more))
    }

    /// With a new value of a gauge: `gauge.depth < 100`.
    #[must_use]
    pub fn gauge(self, name: &'static str, value: f64) -> Outcome {
        self.own(name, Observation::Gauge(value))
    }

    /// With one more yes or no for a rate: `rate.cache hit > 80%`.
    #[must_use]
    pub fn rate(self, name: &'static str, happened: bool) -> Outcome {
        self.own(name, Observation::Rate(happened))
    }

    /// With a value of a trend, whose distribution the result has: `trend.rows.p99 < 500`. It is a whole number in a
    /// unit of your own, up to 3.6 × 10¹², kept to three digits. Times are better off as [steps](Outcome::step).
    #[must_use]
    pub fn trend(self, name: &'static str, value: u64) -> Outcome {
        self.own(name, Observation::Trend(value))
    }

    fn own(mut self, name: &'static str, observation: Observation) -> Outcome {
        self.details.push(Detail::Own { name, observation });
        self
    }

    /// Whether it went well.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.ending() == Ending::Ok
    }

    /// How an operation ends that comes back with it.
    #[inline]
    pub(crate) fn ending(&self) -> Ending {
        match (self.is_refused, &self.failure) {
            (true, _) => Ending::Refused,
            (false, None) => Ending::Ok,
            (false, Some(_)) => Ending::Failed,
        }
    }

    /// Whether there is nothing to say of it but that it went well.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.ending() == Ending::Ok && self.details.is_empty()
    }
}

/// What an operation may return: nothing, an [`Outcome`], or a `Result` with any error that can be shown.
///
/// An [`Outcome`] inside of `Ok` says as much as one without, so that an operation can use `?` and still tell its
/// steps. Any other value inside of `Ok` is dropped.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_load::{IntoOutcome, Outcome};
///
/// let refused: std::io::Result<Outcome> = Ok(Outcome::fail("status 503", "service unavailable"));
/// assert!(!refused.into_outcome().is_ok());
/// let read: std::io::Result<Vec<u8>> = Ok(vec![1, 2, 3]);
/// assert!(read.into_outcome().is_ok());
/// ```
pub trait IntoOutcome {
    /// The outcome it stands for.
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Outcome::ok()
    }
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

impl<T: 'static, E: Into<Failure>> IntoOutcome for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        match self {
            Ok(value) => said(value).unwrap_or_else(Outcome::ok),
            Err(error) => Outcome { failure: Some(error.into()), ..Outcome::default() },
        }
    }
}

/// The outcome that a value is, if it is one. The compiler knows the answer for each type.
fn said<T: 'static>(value: T) -> Option<Outcome> {
    let mut value = Some(value);
    (&mut value as &mut dyn Any).downcast_mut::<Option<Outcome>>().and_then(Option::take)
}
