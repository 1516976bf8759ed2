//! All watches of a sampler, and whom to tell.

use std::fmt::{self, Debug};

use plimsoll_model::{Caveat, Event, EventKind};

use crate::derive::Derived;
use crate::source::Source;
use crate::watch::{Breach, Sentry, Watch};

/// Whom a lookout tells.
enum Tell {
    /// The first breach, and then nothing any more.
    First(Box<dyn FnOnce(&Breach) + Send>),
    /// Every round.
    Each(Box<dyn FnMut(Round) + Send>),
}

/// What one round of a sampler showed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Round {
    /// Its end, on the timeline.
    pub at_ns: u64,
    /// The limits that are met now.
    pub breaches: Vec<Breach>,
    /// What sources noticed since the round before.
    pub events: Vec<Event>,
}

/// Watches, and what happens at the first breach or in each round.
///
/// Where the first breach is told, the first round with a breach counts: all its breaches become events, and nothing is
/// watched any more.
pub struct Lookout {
    sentries: Vec<Sentry>,
    round: Round,
    /// `None` when it has told.
    tell: Option<Tell>,
}

impl Lookout {
    /// Watches, and what is done at the first breach, on the sampler's thread.
    pub fn new(
        watches: impl IntoIterator<Item = Watch>,
        tell: impl FnOnce(&Breach) + Send + 'static,
    ) -> Lookout {
        Lookout::telling(watches, Tell::First(Box::new(tell)))
    }

    /// Watches, and what is done after each round, on the sampler's thread: for protocols, which go on after a limit was
    /// met. Breaches are told for as long as they last, and become no events.
    pub fn each(
        watches: impl IntoIterator<Item = Watch>,
        tell: impl FnMut(Round) + Send + 'static,
    ) -> Lookout {
        Lookout::telling(watches, Tell::Each(Box::new(tell)))
    }

    fn telling(watches: impl IntoIterator<Item = Watch>, tell: Tell) -> Lookout {
        let sentries = watches.into_iter().map(Sentry::new).collect();
        Lookout { sentries, round: Round::default(), tell: Some(tell) }
    }

    /// Nothing to watch.
    pub(super) fn none() -> Lookout {
        Lookout::new([], |_| {})
    }

    /// Looks at what a source showed in this round.
    pub(super) fn look(&mut self, at_ns: u64, source: &dyn Source, latest: &[Derived]) {
        let target = source.target();
        for sentry in self.sentries.iter_mut().filter(|sentry| sentry.watch().target() == target) {
            let name = sentry.watch().metric();
            let Some(derived) = latest.iter().find(|derived| derived.name == name) else { continue };
            let Ok(value) = derived.value else { continue };
            let capacity = source.capacity(name);
            self.round.breaches.extend(sentry.judge(at_ns, value, derived.unit, capacity));
        }
    }

    /// Hears what a source noticed in this round.
    pub(super) fn hear(&mut self, events: Vec<Event>) {
        self.round.events.extend(events);
    }

    /// Ends a round: tells the first breach, or the round; gives the breaches as events where they end a run.
    pub(super) fn end_round(&mut self, at_ns: u64) -> Vec<Event> {
        let round = Round { at_ns, ..std::mem::take(&mut self.round) };
        match self.tell.take() {
            Some(Tell::First(tell)) => {
                let Some(first) = round.breaches.first() else {
                    self.tell = Some(Tell::First(tell));
                    return Vec::new();
                };
                tell(first);
                round.breaches.iter().map(event).collect()
            }
            Some(Tell::Each(mut tell)) => {
                tell(round);
                self.tell = Some(Tell::Each(tell));
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// What the watches that could not watch have to say.
    pub(super) fn caveats(&self) -> Vec<Caveat> {
        let blind = self.sentries.iter().filter_map(Sentry::blindness);
        blind.map(|message| Caveat::new("watch_blind", message)).collect()
    }
}

fn event(breach: &Breach) -> Event {
    Event {
        t_ns: breach.at_ns,
        target: breach.target.clone(),
        kind: EventKind::Limit,
        detail: breach.to_string(),
    }
}

impl Debug for Lookout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookout").field("sentries", &self.sentries).finish_non_exhaustive()
    }
}
