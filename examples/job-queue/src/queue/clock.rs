//! The time that the queue goes by.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Tells the time since some fixed point, the same for everyone who asks.
///
/// The queue reads no clock of its own, so that its times lie on the line of whoever measures it, and a test
/// can move them by hand.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Clock {
    /// A clock from a function that tells the time. It is called from all workers and must never go back.
    pub fn new(now: impl Fn() -> Duration + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Duration {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
