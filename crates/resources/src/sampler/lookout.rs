//! All watches of a sampler, and whom to tell.

use std::fmt::{self, Debug};

use plimsoll_model::{Caveat, Event, EventKind};

use crate::derive::Derived;
use crate::source::Source;
use crate::watch::{Breach, Sentry, Watch};

/// Whom a lookout tells.
type Tell = Box<dyn FnOnce(&Breach) + Send>;

/// Watches, and what happens at the first breach.
///
/// The first round with a breach counts: its first breach is told, all of them become events, and nothing is
/// watched any more.
pub struct Lookout {
    sentries: Vec<Sentry>,
    breaches: Vec<Breach>,
    /// `None` when it has told.
    tell: Option<Tell>,
}

impl Lookout {
    /// Watches, and what is done at the first breach, on the sampler's thread.
    pub fn new(
        watches: impl IntoIterator<Item = Watch>,
        tell: impl FnOnce(&Breach) + Send + 'static,
    ) -> Lookout {
        let sentries = watches.into_iter().map(Sentry::new).collect();
        Lookout { sentries, breaches: Vec::new(), tell: Some(Box::new(tell)) }
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
            self.breaches.extend(sentry.judge(at_ns, value, derived.unit, capacity));
        }
    }

    /// Ends a round: tells the first breach, and gives all of them as events.
    pub(super) fn end_round(&mut self) -> Vec<Event> {
        let breaches = std::mem::take(&mut self.breaches);
        let Some(first) = breaches.first() else { return Vec::new() };
        let Some(tell) = self.tell.take() else { return Vec::new() };
        tell(first);
        breaches.iter().map(event).collect()
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
