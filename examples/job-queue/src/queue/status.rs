//! What the queue tells monitoring.

use std::iter::Sum;
use std::ops::Add;

use super::ProcessingTimes;

/// The queue at one moment: all figures are from the same instant, and agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// Each tenant, in the order of the settings.
    pub tenants: Vec<TenantStatus>,
    /// Jobs that were not taken, for whatever reason. They are in no other count.
    pub rejected: u64,
}

/// One tenant at that moment.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantStatus {
    /// Its name.
    pub name: String,
    /// Jobs that were taken since the start.
    pub submitted: u64,
    /// Where they are: `job_queue_depth`.
    pub depth: Depth,
    /// How many of its jobs may run at a time.
    pub limit: usize,
    /// Share of the permits taken, 0 to 1, of its own semaphore or of the shared one:
    /// `job_semaphore_utilization`.
    pub utilization: f64,
    /// The most of its jobs that were worked on at one time, counted where they are worked on and not where
    /// permits are given.
    pub peak_concurrency: usize,
    /// Fields of the jobs done; those that a slow-down repeats count once.
    pub fields: u64,
    /// Length of their results in bytes.
    pub bytes: u64,
    /// Transformations of a field made for them, repeats included.
    pub transformations: u64,
    /// How long its jobs were worked on, failed ones included: `job_processing_time_seconds`.
    pub processing: ProcessingTimes,
}

/// Jobs by where they are. Each job that was taken is in exactly one of the four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Waiting for a permit or a worker.
    pub queued: u64,
    /// Claimed by a worker.
    pub running: u64,
    /// Ended well: `job_throughput_total`.
    pub done: u64,
    /// Ended otherwise.
    pub failed: u64,
}

impl Status {
    /// Jobs that were taken since the start, over all tenants.
    #[must_use]
    pub fn submitted(&self) -> u64 {
        self.tenants.iter().map(|tenant| tenant.submitted).sum()
    }

    /// Where they are, over all tenants.
    #[must_use]
    pub fn depth(&self) -> Depth {
        self.tenants.iter().map(|tenant| tenant.depth).sum()
    }
}

impl Depth {
    /// All jobs.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.queued + self.running + self.done + self.failed
    }

    /// The share of failed jobs among those that ended, 0 to 1: `job_error_rate`. `None` when none ended.
    #[must_use]
    pub fn error_rate(&self) -> Option<f64> {
        let ended = self.done + self.failed;
        (ended > 0).then(|| self.failed as f64 / ended as f64)
    }
}

impl Add for Depth {
    type Output = Depth;

    fn add(self, other: Depth) -> Depth {
        Depth {
            queued: self.queued + other.queued,
            running: self.running + other.running,
            done: self.done + other.done,
            failed: self.failed + other.failed,
        }
    }
}

impl Sum for Depth {
    fn sum<I: Iterator<Item = Depth>>(depths: I) -> Depth {
        depths.fold(Depth::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_rate_is_about_jobs_that_ended() {
        let depth = Depth { queued: 100, running: 10, done: 3, failed: 1 };
        assert_eq!(depth.error_rate(), Some(0.25));
    }

    #[test]
    fn without_an_end_there_is_no_error_rate() {
        assert_eq!(Depth { queued: 1, ..Depth::default() }.error_rate(), None);
    }
}
