//! What came of the jobs of one tenant.

use std::time::Duration;

use super::connector::Transformed;
use super::{Depth, JobError, ProcessingTimes, Tenant, TenantStatus};

/// What came of the jobs of one tenant.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) submitted: u64,
    pub(super) failed: u64,
    done: u64,
    fields: u64,
    bytes: u64,
    transformations: u64,
    processing: ProcessingTimes,
}

/// What else a tenant's status needs: where its jobs are, and who counted them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whereabouts {
    pub(super) queued: u64,
    pub(super) running: u64,
    pub(super) utilization: f64,
    pub(super) peak_concurrency: usize,
}

impl Tally {
    /// Counts a job that a worker ended.
    pub(super) fn count(&mut self, result: &Result<Transformed, JobError>, processing: Duration) {
        self.processing.record(processing);
        match result {
            Ok(done) => {
                self.done += 1;
                self.fields += done.fields;
                self.bytes += done.bytes;
                self.transformations += done.transformations;
            }
            Err(_) => self.failed += 1,
        }
    }

    pub(super) fn status(&self, tenant: &Tenant, whereabouts: Whereabouts) -> TenantStatus {
        let Whereabouts { queued, running, utilization, peak_concurrency } = whereabouts;
        TenantStatus {
            name: tenant.name.clone(),
            submitted: self.submitted,
            depth: Depth { queued, running, done: self.done, failed: self.failed },
            limit: tenant.limit,
            utilization,
            peak_concurrency,
            fields: self.fields,
            bytes: self.bytes,
            transformations: self.transformations,
            processing: self.processing.clone(),
        }
    }
}
