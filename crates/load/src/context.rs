//! What an operation is told.

use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

use plimsoll_metrics::{Clock, Nanos, Timeline, VirtualSleep};

use crate::random::split_mix;

/// What an operation is told: which one it is, and the run's clock.
#[derive(Debug, Clone)]
pub struct Context {
    pub(crate) user: u64,
    pub(crate) iteration: u64,
    pub(crate) intended: Nanos,
    pub(crate) started: Nanos,
    pub(crate) seed: u64,
    pub(crate) tenant: usize,
    pub(crate) timeline: Timeline,
}

impl Context {
    /// Number of the user in a closed model, from 0; in an open model a number that no other operation in
    /// flight has.
    #[must_use]
    pub fn user(&self) -> u64 {
        self.user
    }

    /// Number of the operation in its phase, from 0. In an open model the k-th arrival has the same number
    /// however many threads carry the load.
    #[must_use]
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// Number of the tenant that the operation is for, from 0 in the order of
    /// [`Load::tenants`](crate::Load::tenants); 0 where there are none.
    #[must_use]
    pub fn tenant(&self) -> usize {
        self.tenant
    }

    /// When the operation should have started, from the start of the run.
    #[must_use]
    pub fn intended_start(&self) -> Duration {
        Duration::from_nanos(self.intended)
    }

    /// When the operation started, from the start of the run; of a user that had to be set up first, when that was
    /// done.
    #[must_use]
    pub fn start(&self) -> Duration {
        Duration::from_nanos(self.started)
    }

    /// Time from the start of the run.
    #[must_use]
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.timeline.now())
    }

    /// A random number that depends on the run's seed and [`Context::iteration`] alone: the seed for all that
    /// the operation draws.
    #[must_use]
    pub fn seed(&self) -> u64 {
        split_mix(self.seed ^ split_mix(self.iteration))
    }

    /// Waits on the run's clock, so that it works in virtual time as well.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        let waiting = match self.timeline.clock() {
            Clock::System => Waiting::System(Box::pin(tokio::time::sleep(duration))),
            Clock::Virtual(clock) => {
                let nanos = Nanos::try_from(duration.as_nanos()).unwrap_or(Nanos::MAX);
                Waiting::Virtual(clock.sleep_until(clock.now().saturating_add(nanos)))
            }
        };
        Sleep { waiting }
    }
}

/// A wait on the run's clock.
#[derive(Debug)]
#[must_use = "a wait does nothing unless awaited"]
pub struct Sleep {
    waiting: Waiting,
}

#[derive(Debug)]
enum Waiting {
    System(Pin<Box<tokio::time::Sleep>>),
    Virtual(VirtualSleep),
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        match &mut self.waiting {
            Waiting::System(sleep) => sleep.as_mut().poll(cx),
            Waiting::Virtual(sleep) => Pin::new(sleep).poll(cx),
        }
    }
}
