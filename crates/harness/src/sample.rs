//! Resources beside the load.

use std::time::Duration;

use plimsoll_load::Load;
use plimsoll_resources::Source;

use crate::Sampling;

/// Samples resources on the timeline of a load.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_harness::Sample;
/// use plimsoll_load::{Load, op};
/// use plimsoll_model::Profile;
/// use plimsoll_resources::{Host, Process};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let run = Load::new("sampled")
///     .operation(op("wait", |cx| async move { cx.sleep(Duration::from_millis(1)).await }))
///     .measure(Profile::users(2, Duration::from_millis(50)))
///     .sample([Box::new(Host::new()) as _, Box::new(Process::own()) as _])
///     .run()
///     .await?;
/// assert!(run.resources.iter().any(|series| series.target == "host" && series.metric == "cpu"));
/// # Ok(()) })
/// # }
/// ```
pub trait Sample: Sized {
    /// Reads the sources every two seconds, from the start of the run to its end.
    #[must_use]
    fn sample(self, sources: impl IntoIterator<Item = Box<dyn Source>>) -> Self {
        self.sample_with(Sampling::of(sources))
    }

    /// Reads the sources at an interval, from the start of the run to its end.
    #[must_use]
    fn sample_every(self, interval: Duration, sources: impl IntoIterator<Item = Box<dyn Source>>) -> Self {
        self.sample_with(Sampling::of(sources).every(interval))
    }

    /// Reads sources as a [`Sampling`] says: how often, in each phase, and with which watches.
    #[must_use]
    fn sample_with(self, sampling: Sampling) -> Self;
}

impl Sample for Load {
    fn sample_with(self, sampling: Sampling) -> Load {
        if sampling.is_empty() {
            return self;
        }
        let stop = self.stop_handle();
        self.observe(sampling.observer(stop))
    }
}
