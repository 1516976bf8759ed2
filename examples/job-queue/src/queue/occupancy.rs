//! How many jobs are really being worked on.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the jobs of one tenant where they are worked on, and not where permits are given, so that the one
/// can be checked against the other.
#[derive(Debug, Default)]
pub(super) struct Occupancy {
    inside: AtomicUsize,
    peak: AtomicUsize,
}

/// One job inside, until it is dropped.
pub(super) struct Inside<'a>(&'a Occupancy);

impl Occupancy {
    /// Counts one more until what it returns is dropped.
    pub(super) fn enter(&self) -> Inside<'_> {
        let inside = self.inside.fetch_add(1, Ordering::AcqRel) + 1;
        self.peak.fetch_max(inside, Ordering::AcqRel);
        Inside(self)
    }

    /// The most that were inside at one time.
    pub(super) fn peak(&self) -> usize {
        self.peak.load(Ordering::Acquire)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_kept_when_all_have_left() {
        let occupancy = Occupancy::default();
        let both = (occupancy.enter(), occupancy.enter());
        drop(both);
        drop(occupancy.enter());
        assert_eq!(occupancy.peak(), 2);
    }
}
