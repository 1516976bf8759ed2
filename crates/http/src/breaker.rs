//! Not asking a service that fails.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use plimsoll_load::{Context, Outcome};

/// How long a call that is refused takes, so that users of a closed model do not come back at once.
const PAUSE: Duration = Duration::from_millis(10);

/// Refuses calls to a service for a while when several in a row have failed, as its clients in production do.
///
/// When that time is over, one call tries whether the service is there again. A call that is refused is no call: it
/// counts as dropped, by the cause `circuit_open`, and is in no latency. Its user waits 10 ms before the next.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use plimsoll_http::{CircuitBreaker, Client};
/// use plimsoll_load::op;
///
/// let client = Client::builder("http://127.0.0.1:8080").build()?;
/// let breaker = CircuitBreaker::new(NonZeroU32::new(5).unwrap(), Duration::from_secs(2));
/// let operation = op("list", move |cx| {
///     let (breaker, request) = (breaker.clone(), client.get("/items"));
///     async move { breaker.call(&cx, request.run(&cx)).await }
/// });
/// # Ok::<(), plimsoll_http::SetupError>(())
/// ```
///
/// Clones share what they know. It goes by the clock of one run, so that another run needs another.
#[derive(Debug, Clone)]
pub struct CircuitBreaker {
    failures: NonZeroU32,
    open_for: Duration,
    circuit: Arc<Mutex<Circuit>>,
}

/// What is known of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Circuit {
    /// It is asked. So many calls in a row have failed.
    Closed { failed: u32 },
    /// It is not asked until then.
    Open { until: Duration },
    /// One call tries whether it is there again.
    Tries,
}

impl CircuitBreaker {
    /// Refuses calls for that time after so many in a row have failed: any that does not end well within its timeout.
    #[must_use]
    pub fn new(failures: NonZeroU32, open_for: Duration) -> CircuitBreaker {
        CircuitBreaker { failures, open_for, circuit: Arc::new(Mutex::new(Circuit::Closed { failed: 0 })) }
    }

    /// Does a call, or refuses it.
    pub async fn call(&self, cx: &Context, call: impl Future<Output = Outcome>) -> Outcome {
        let admitted = self.circuit().admit(cx.now());
        let Some(is_try) = admitted else {
            cx.sleep(PAUSE).await;
            return Outcome::refused();
        };
        let mut attempt = Attempt { breaker: self, cx, is_try, went_well: false };
        let outcome = call.await;
        attempt.went_well = outcome.is_ok();
        outcome
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Circuit {
    /// Whether a call may go out now, and if so, whether it is the one that tries.
    fn admit(&mut self, now: Duration) -> Option<bool> {
        match *self {
            Circuit::Closed { .. } => Some(false),
            Circuit::Open { until } if now >= until => {
                *self = Circuit::Tries;
                Some(true)
            }
            Circuit::Open { .. } | Circuit::Tries => None,
        }
    }

    /// A call is over. One that went out before the circuit opened says nothing of the service as it is now.
    fn note(&mut self, is_try: bool, went_well: bool, failures: NonZeroU32, opened: Duration) {
        *self = match *self {
            Circuit::Tries if is_try && went_well => Circuit::Closed { failed: 0 },
            Circuit::Tries if is_try => Circuit::Open { until: opened },
            Circuit::Closed { .. } if went_well => Circuit::Closed { failed: 0 },
            Circuit::Closed { failed } if failed + 1 >= failures.get() => Circuit::Open { until: opened },
            Circuit::Closed { failed } => Circuit::Closed { failed: failed + 1 },
            other => other,
        };
    }
}

/// A call that is out. One that is given up counts as failed.
struct Attempt<'a> {
    breaker: &'a CircuitBreaker,
    cx: &'a Context,
    is_try: bool,
    went_well: bool,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let CircuitBreaker { failures, open_for, .. } = self.breaker;
        let opened = self.cx.now().saturating_add(*open_for);
        self.breaker.circuit().note(self.is_try, self.went_well, *failures, opened);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A circuit that opens after three failures, for ten seconds.
    fn note(circuit: &mut Circuit, is_try: bool, went_well: bool, now: u64) {
        let failures = NonZeroU32::new(3).unwrap();
        circuit.note(is_try, went_well, failures, Duration::from_secs(now + 10));
    }

    fn admit(circuit: &mut Circuit, now: u64) -> Option<bool> {
        circuit.admit(Duration::from_secs(now))
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_not_before() {
        let mut circuit = Circuit::Closed { failed: 0 };
        for went_well in [false, false, true, false, false] {
            note(&mut circuit, false, went_well, 1);
            assert_eq!(admit(&mut circuit, 1), Some(false));
        }
        note(&mut circuit, false, false, 2);
        assert_eq!((admit(&mut circuit, 2), admit(&mut circuit, 11)), (None, None));
    }

    #[test]
    fn one_call_tries_and_decides() {
        let mut circuit = Circuit::Open { until: Duration::from_secs(10) };
        assert_eq!((admit(&mut circuit, 10), admit(&mut circuit, 10)), (Some(true), None));
        note(&mut circuit, true, false, 11);
        assert_eq!(circuit, Circuit::Open { until: Duration::from_secs(21) });
        assert_eq!(admit(&mut circuit, 21), Some(true));
        note(&mut circuit, true, true, 22);
        assert_eq!(circuit, Circuit::Closed { failed: 0 });
    }

    #[test]
    fn calls_from_before_decide_nothing() {
        for circuit in [Circuit::Open { until: Duration::from_secs(10) }, Circuit::Tries] {
            for went_well in [true, false] {
                let mut after = circuit;
                note(&mut after, false, went_well, 5);
                assert_eq!(after, circuit);
            }
        }
    }
}
