//! What the workers are doing.

/// Counts of workers, kept under the lock of the queue.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Crew {
    /// Threads that have not ended.
    pub(super) alive: usize,
    /// Of these, waiting for a job.
    pub(super) idle: usize,
    /// Of these, waiting for the source of their job.
    pub(super) at_source: usize,
}

impl Crew {
    /// Whether nobody will move unless something comes from outside: each worker waits for a source, or for a
    /// job when there is none that may run.
    pub(super) fn is_settled(&self, job_is_ready: bool) -> bool {
        // An idle worker may have been called to a ready job and not have woken up yet.
        self.idle + self.at_source == self.alive && !(job_is_ready && self.idle > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settled_means_that_nobody_works_or_is_about_to() {
        let working = Crew { alive: 3, idle: 1, at_source: 1 };
        let waiting = Crew { alive: 3, idle: 2, at_source: 1 };
        let held = Crew { alive: 3, idle: 0, at_source: 3 };
        assert_eq!([&working, &waiting, &held].map(|crew| crew.is_settled(false)), [false, true, true]);
        assert_eq!([&working, &waiting, &held].map(|crew| crew.is_settled(true)), [false, false, true]);
    }
}
