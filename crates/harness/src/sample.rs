//! Resources beside the load.

use std::fmt;
use std::time::Duration;

use plimsoll_load::{Load, Observer};
use plimsoll_metrics::Timeline;
use plimsoll_model::{Caveat, Run};
use plimsoll_resources::{Sampler, Source};

/// How often a source is read unless said otherwise.
const INTERVAL: Duration = Duration::from_secs(2);

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
        self.sample_every(INTERVAL, sources)
    }

    /// Reads the sources at an interval, from the start of the run to its end.
    #[must_use]
    fn sample_every(self, interval: Duration, sources: impl IntoIterator<Item = Box<dyn Source>>) -> Self;
}

impl Sample for Load {
    fn sample_every(self, interval: Duration, sources: impl IntoIterator<Item = Box<dyn Source>>) -> Load {
        let sources: Vec<_> = sources.into_iter().collect();
        if sources.is_empty() {
            return self;
        }
        let targets = sources.iter().map(|source| source.target().to_owned()).collect();
        self.observe(Sampling { interval, targets, state: State::Waiting(sources) })
    }
}

/// Sources that wait for the run, are read during it, or could not be.
struct Sampling {
    interval: Duration,
    targets: Vec<String>,
    state: State,
}

enum State {
    Waiting(Vec<Box<dyn Source>>),
    Running(Sampler),
    Failed(String),
}

impl fmt::Debug for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sampling").field("targets", &self.targets).finish_non_exhaustive()
    }
}

impl Observer for Sampling {
    fn targets(&self) -> Vec<String> {
        self.targets.clone()
    }

    fn start(&mut self, timeline: &Timeline) {
        let waiting = std::mem::replace(&mut self.state, State::Failed("it was started twice".into()));
        let State::Waiting(sources) = waiting else { return };
        if timeline.clock().is_virtual() {
            self.state = State::Failed("in virtual time there is nothing to sample".into());
            return;
        }
        self.state = match Sampler::start(sources, self.interval, timeline.clone()) {
            Ok(sampler) => State::Running(sampler),
            Err(error) => State::Failed(error.to_string()),
        };
    }

    fn finish(self: Box<Self>, run: &mut Run) {
        match self.state {
            State::Running(sampler) => {
                let sampled = sampler.stop();
                run.resources.extend(sampled.series);
                run.events.extend(sampled.events);
                run.sampler = Some(sampled.sampler);
            }
            State::Failed(reason) => {
                let message = format!("{} not sampled: {reason}", self.targets.join(", "));
                run.caveats.push(Caveat::new("not_sampled", message));
            }
            State::Waiting(_) => {}
        }
    }
}
