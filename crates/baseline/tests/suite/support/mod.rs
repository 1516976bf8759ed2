//! What the tests share.

mod sets;

use plimsoll_model::{Comparison, MetricComparison};

pub(crate) use sets::{Figures, set, set_of, single, with_run};

/// The line of a metric in a comparison.
pub(crate) fn line<'a>(comparison: &'a Comparison, metric: &str) -> &'a MetricComparison {
    let found = comparison.metrics.iter().find(|line| line.metric == metric);
    found.unwrap_or_else(|| panic!("no line about {metric}"))
}

/// The codes of a comparison's caveats.
pub(crate) fn codes(comparison: &Comparison) -> Vec<&str> {
    comparison.caveats.iter().map(|caveat| caveat.code.as_str()).collect()
}
