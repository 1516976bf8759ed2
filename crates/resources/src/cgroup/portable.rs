//! Control groups are of Linux alone; elsewhere there is nothing to read.

use crate::container::{Frame, Limits};

#[derive(Debug)]
pub(super) struct Reader;

pub(super) struct Look {
    pub(super) frame: Frame,
    pub(super) life: String,
    pub(super) limits: Limits,
    pub(super) oom_kills: Option<u64>,
}

impl Reader {
    pub(super) fn new(_pid: u32) -> Reader {
        Reader
    }

    pub(super) fn read(&mut self, _now_ns: u64) -> Option<Look> {
        None
    }
}
