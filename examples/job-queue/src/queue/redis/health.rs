//! Whether the Redis is there, and how often it was not.

use std::fmt;

use plimsoll::load::Observer;
use plimsoll::metrics::Timeline;
use plimsoll::model::{Caveat, Plan, Run};
use tokio::sync::watch;

use crate::queue::StoreError;

/// Whether the Redis behind a queue is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// How often it went away.
    pub losses: u64,
    /// Jobs in it at those moments: nobody can say what became of them.
    pub jobs_lost: u64,
    /// Why it is away; `None` while it is there.
    pub away: Option<StoreError>,
}

/// Tells in the result of a run when the Redis went away during it.
pub struct Losses(watch::Receiver<Health>);

impl Losses {
    /// Follows the Redis of a queue.
    #[must_use]
    pub fn new(health: watch::Receiver<Health>) -> Losses {
        Losses(health)
    }
}

impl fmt::Debug for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Losses").field(&*self.0.borrow()).finish()
    }
}

impl Observer for Losses {
    fn targets(&self) -> Vec<String> {
        Vec::new()
    }

    fn start(&mut self, _: &Timeline, _: &Plan) {}

    fn finish(self: Box<Self>, run: &mut Run) {
        let health = self.0.borrow();
        if health.losses > 0 {
            run.caveats.push(Caveat::new("backend_lost", health.to_string()));
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Health { losses, jobs_lost, away } = self;
        let times = if *losses == 1 { "once".to_owned() } else { format!("{losses} times") };
        write!(f, "the Redis behind the queue went away {times}, with {jobs_lost} jobs in it")?;
        match away {
            Some(error) => write!(f, ", and is away: {error}"),
            None if *losses > 0 => f.write_str(", and came back"),
            None => Ok(()),
        }
    }
}
