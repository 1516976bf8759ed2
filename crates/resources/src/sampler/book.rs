//! What the sampler's thread has recorded so far.

use std::sync::{Mutex, MutexGuard, PoisonError};

use plimsoll_model::{Caveat, Event};

use super::Sampled;
use super::ticks::Counts;
use crate::source::Source;
use crate::track::Track;

/// What was recorded. The thread adds to it after each round; a stop takes it even from a blocked thread.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) tracks: Vec<Track>,
    pub(super) events: Vec<Event>,
    pub(super) counts: Counts,
    pub(super) cpu_ratio: Option<f64>,
    pub(super) caveats: Vec<Caveat>,
}

impl Book {
    pub(super) fn new(sources: &[Box<dyn Source>]) -> Book {
        let tracks = sources.iter().map(|source| Track::of(source.as_ref())).collect();
        Book { tracks, events: Vec::new(), counts: Counts::default(), cpu_ratio: None, caveats: Vec::new() }
    }

    pub(super) fn sampled(&self) -> Sampled {
        let mut events = self.events.clone();
        events.extend(self.tracks.iter().flat_map(Track::events));
        events.sort_by_key(|event| event.t_ns);
        let Counts { ticks, late, missed } = self.counts;
        Sampled {
            series: self.tracks.iter().flat_map(Track::series).collect(),
            events,
            sampler: plimsoll_model::Sampler { cpu_ratio: self.cpu_ratio, ticks, late, missed },
            caveats: self.caveats.clone(),
        }
    }
}

/// A panic while it was locked leaves at worst one round half recorded; the rest is as good as before.
pub(super) fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}
