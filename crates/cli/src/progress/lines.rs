//! Progress as plain lines.

use plimsoll::model::{Activity, Snapshot};

use super::{Display, line};
use crate::Log;

/// Time between two lines.
const INTERVAL_NS: u64 = 10_000_000_000;

/// Says a line every ten seconds of the run.
pub(super) struct Lines {
    log: Log,
    width: usize,
    unicode: bool,
    last: Option<Snapshot>,
}

impl Lines {
    pub(super) fn new(log: Log, width: usize, unicode: bool) -> Lines {
        Lines { log, width, unicode, last: None }
    }
}

impl Display for Lines {
    fn show(&mut self, now: &Snapshot) {
        let last = self.last.as_ref().map_or(0, |last| last.elapsed_ns);
        let is_due = now.elapsed_ns / INTERVAL_NS > last / INTERVAL_NS && now.activity != Activity::Done;
        if is_due {
            self.log.say(line::line(now, self.last.as_ref(), self.width, self.unicode));
            self.last = Some(now.clone());
        }
    }

    fn finish(&mut self) {}
}
