//! The load generators, each as its own documentation says to use it.

mod balter;
mod goose;
mod plimsoll;
mod rlt;

use std::time::Duration;

use anyhow::anyhow;

use crate::work::Work;

/// Users, workers or tasks at the same time.
const USERS: u32 = 50;

/// A load generator.
#[derive(Clone, Copy)]
pub(crate) enum Generator {
    Plimsoll,
    Rlt,
    Balter,
    Goose,
}

impl Generator {
    /// Ours first: the others are held against it.
    pub(crate) const ALL: [Generator; 4] =
        [Generator::Plimsoll, Generator::Rlt, Generator::Balter, Generator::Goose];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Generator::Plimsoll => "plimsoll",
            Generator::Rlt => "rlt",
            Generator::Balter => "balter",
            Generator::Goose => "goose",
        }
    }

    pub(crate) fn named(name: &str) -> anyhow::Result<Generator> {
        let found = Generator::ALL.into_iter().find(|generator| generator.name() == name);
        found.ok_or_else(|| anyhow!("no generator is called {name:?}"))
    }

    pub(crate) async fn run(self, work: Work, length: Duration) -> anyhow::Result<()> {
        match self {
            Generator::Plimsoll => plimsoll::run(work, length).await,
            Generator::Rlt => rlt::run(work, length).await,
            Generator::Balter => balter::run(work, length).await,
            Generator::Goose => goose::run(work, length).await,
        }
    }
}
