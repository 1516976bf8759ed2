//! Progress as a line that is drawn over.

use std::collections::VecDeque;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use plimsoll::model::Snapshot;

use super::{Display, line};
use crate::Log;
use crate::terminal::{Color, Facts, Terminal};

/// Most frames in a second.
const FRAMES_PER_SECOND: u8 = 4;

/// Snapshots that the shown rate goes over: two seconds of them, or it would only flicker.
const RECENT: usize = 8;

/// Draws a line over itself on the standard error.
pub(super) struct Bar {
    bar: ProgressBar,
    log: Log,
    unicode: bool,
    recent: VecDeque<Snapshot>,
}

impl Bar {
    pub(super) fn new(log: Log, unicode: bool) -> Bar {
        let target = ProgressDrawTarget::stderr_with_hz(FRAMES_PER_SECOND);
        let style = ProgressStyle::with_template("{msg}").expect("the template is a constant that is valid");
        let bar = ProgressBar::with_draw_target(None, target).with_style(style);
        log.attach(Some(bar.clone()));
        Bar { bar, log, unicode, recent: VecDeque::with_capacity(RECENT) }
    }
}

impl Display for Bar {
    fn show(&mut self, now: &Snapshot) {
        // The window may have another width by now.
        let width = Terminal::new(&Facts::of_stderr(), Color::Never).width;
        self.bar.set_message(line::bar(now, self.recent.front(), width, self.unicode));
        self.bar.tick();
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(now.clone());
    }

    fn finish(&mut self) {
        self.log.attach(None);
        self.bar.finish_and_clear();
    }
}
