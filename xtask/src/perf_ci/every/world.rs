//! What is outside of the loop: the clock, signals, and what is measured.

use std::io;

use plimsoll::metrics::Clock;
use plimsoll::model::{Set, Timestamp};
use plimsoll_cli::Streams;

use super::super::Args;
use super::super::steps::steps;
use crate::parts::Stopped;
use crate::signals::Signals;

/// What is outside of the loop; a test makes a week of its own.
pub trait World {
    /// Wall time now.
    fn now(&self) -> Timestamp;

    /// Waits until then; `false` when it is asked to stop meanwhile.
    fn wait_until(&mut self, then: Timestamp) -> impl Future<Output = bool>;

    /// Measures once, and leaves the result in the folder, with a line in the history.
    fn measure(&mut self, reference: Option<&Set>) -> impl Future<Output = anyhow::Result<Turn>>;
}

/// What became of a turn.
#[derive(Debug)]
pub enum Turn {
    /// There is a result.
    Done(Box<Set>),
    /// It was asked to stop before there was anything to report.
    Stopped,
    /// It was asked to stop twice.
    StoppedAtOnce,
}

/// This machine.
pub(super) struct Here<'a> {
    pub(super) args: &'a Args,
    pub(super) signals: Signals,
}

impl World for Here<'_> {
    fn now(&self) -> Timestamp {
        Clock::System.wall()
    }

    async fn wait_until(&mut self, then: Timestamp) -> bool {
        let rest = then.since(self.now());
        tokio::select! {
            () = self.signals.next() => false,
            () = tokio::time::sleep(rest) => true,
        }
    }

    /// What a turn says is in its own `run.log`; its report is in files, and not on the standard output.
    async fn measure(&mut self, reference: Option<&Set>) -> anyhow::Result<Turn> {
        let streams = Streams::plain(io::sink(), io::stderr());
        match steps(self.args, reference, &mut self.signals, streams).await {
            Ok(set) => Ok(Turn::Done(Box::new(set))),
            Err(error) => match error.downcast_ref() {
                Some(Stopped::Early) => Ok(Turn::Stopped),
                Some(Stopped::AtOnce) => Ok(Turn::StoppedAtOnce),
                None => Err(error),
            },
        }
    }
}
