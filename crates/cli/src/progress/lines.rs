//! Progress as plain lines.

use std::time::Duration;

use plimsoll::model::{Activity, Snapshot};

use super::{Display, line};
use crate::Log;

/// Says a line whenever so much of the run is over again.
pub(super) struct Lines {
    log: Log,
    every_ns: u64,
    width: usize,
    unicode: bool,
    last: Option<Snapshot>,
}

impl Lines {
    pub(super) fn new(log: Log, every: Duration, width: usize, unicode: bool) -> Lines {
        let every_ns = u64::try_from(every.as_nanos()).unwrap_or(u64::MAX).max(1);
        Lines { log, every_ns, width, unicode, last: None }
    }
}

impl Display for Lines {
    fn show(&mut self, now: &Snapshot) {
        let last = self.last.as_ref().map_or(0, |last| last.elapsed_ns);
        let is_due = now.elapsed_ns / self.every_ns > last / self.every_ns && now.activity != Activity::Done;
        if is_due {
            self.log.say(line::line(now, self.last.as_ref(), self.width, self.unicode));
            self.last = Some(now.clone());
        }
    }

    fn finish(&mut self) {}
}
