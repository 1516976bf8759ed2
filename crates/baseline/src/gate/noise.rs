//! What a machine does to a metric by itself.

use plimsoll_model::MetricRef;

use crate::file::Change;

/// How far two sides of the same build lie apart on this machine, for one metric of one workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// The workload.
    pub workload: String,
    /// The metric.
    pub metric: MetricRef,
    /// Reached by no more than one comparison of equals in a hundred.
    pub floor: Change,
}

impl Noise {
    pub(super) fn is_about(&self, workload: &str, metric: &MetricRef) -> bool {
        self.workload == workload && self.metric == *metric
    }
}
