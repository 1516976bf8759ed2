//! What is sampled beside a load, how often, and what ends it.

use std::fmt::{self, Debug};
use std::time::Duration;

use plimsoll_load::{Observer, StopHandle};
use plimsoll_metrics::Timeline;
use plimsoll_model::{Caveat, Plan, Run};
use plimsoll_resources::{Lookout, Pace, Sampler, Source, Watch};

use crate::memory_profiles;

/// Sources, how often they are read in each phase, and the watches whose breach ends the run.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_harness::{Sample, Sampling};
/// use plimsoll_load::{Load, op};
/// use plimsoll_model::{Profile, StopCause};
/// use plimsoll_resources::{Process, Watch};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let sampling = Sampling::of([Box::new(Process::own()) as _])
///     .every(Duration::from_millis(20))
///     .during("cooldown", Duration::from_secs(8))
///     .watch(Watch::value("process", "memory", 1.0));
/// let run = Load::new("watched")
///     .operation(op("wait", |cx| async move { cx.sleep(Duration::from_millis(1)).await }))
///     .measure(Profile::users(2, Duration::from_secs(60)))
///     .sample_with(sampling)
///     .run()
///     .await?;
/// // A byte of memory is soon used up.
/// assert_eq!(run.stop.cause, StopCause::Watch);
/// assert_eq!((run.stop.target.as_deref(), run.stop.limit), (Some("process"), Some(1.0)));
/// # Ok(()) })
/// # }
/// ```
#[must_use = "nothing is sampled until a load takes it"]
pub struct Sampling {
    sources: Vec<Box<dyn Source>>,
    interval: Duration,
    /// Names of phases and their own intervals.
    phases: Vec<(String, Duration)>,
    watches: Vec<Watch>,
}

impl Sampling {
    /// Sources that are read every two seconds.
    pub fn of(sources: impl IntoIterator<Item = Box<dyn Source>>) -> Sampling {
        Sampling {
            sources: sources.into_iter().collect(),
            interval: Sampler::INTERVAL,
            phases: Vec::new(),
            watches: Vec::new(),
        }
    }

    /// Another interval for all phases that have none of their own; less than 10 ms counts as 10 ms.
    pub fn every(self, interval: Duration) -> Sampling {
        Sampling { interval, ..self }
    }

    /// An interval of its own for the phase of that name: `warm-up`, `measure`, `measure-2`, `cooldown`. A name
    /// that the plan does not have is a caveat of the result.
    pub fn during(mut self, phase: impl Into<String>, interval: Duration) -> Sampling {
        self.phases.push((phase.into(), interval));
        self
    }

    /// Ends the run when a target meets a limit. What is in flight then is waited for, as after an interrupt, and
    /// the verdict of the run is a failure that names the target, the metric, the value and the limit.
    pub fn watch(mut self, watch: Watch) -> Sampling {
        self.watches.push(watch);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    pub(crate) fn observer(self, stop: StopHandle) -> SamplingObserver {
        let targets = self.sources.iter().map(|source| source.target().to_owned()).collect();
        SamplingObserver { targets, stop, unknown_phases: Vec::new(), state: State::Waiting(self) }
    }

    /// The intervals on the timeline of a plan.
    fn pace(&self, plan: &Plan) -> Pace {
        let mut pace = Pace::every(self.interval);
        let mut start_ns = Some(0_u64);
        for phase in &plan.phases {
            // Nothing follows a phase whose end nobody knows.
            let Some(from_ns) = start_ns else { break };
            let own = self.phases.iter().rev().find(|(name, _)| *name == phase.name);
            pace = pace.then(from_ns, own.map_or(self.interval, |(_, interval)| *interval));
            start_ns = phase.profile.length_ns().map(|length_ns| from_ns.saturating_add(length_ns));
        }
        pace
    }

    /// Names of phases that the plan does not have.
    fn unknown_phases(&self, plan: &Plan) -> Vec<String> {
        let is_known = |name: &str| plan.phases.iter().any(|phase| phase.name == name);
        self.phases.iter().map(|(name, _)| name.clone()).filter(|name| !is_known(name)).collect()
    }
}

impl Debug for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let targets: Vec<&str> = self.sources.iter().map(|source| source.target()).collect();
        f.debug_struct("Sampling")
            .field("targets", &targets)
            .field("interval", &self.interval)
            .field("phases", &self.phases)
            .field("watches", &self.watches)
            .finish()
    }
}

/// A sampling that waits for its run, goes on, or could not begin.
pub(crate) struct SamplingObserver {
    targets: Vec<String>,
    stop: StopHandle,
    unknown_phases: Vec<String>,
    state: State,
}

enum State {
    Waiting(Sampling),
    Running(Sampler),
    Failed(String),
}

impl SamplingObserver {
    fn begin(&mut self, sampling: Sampling, timeline: &Timeline, plan: &Plan) -> State {
        if timeline.clock().is_virtual() {
            return State::Failed("in virtual time there is nothing to sample".into());
        }
        self.unknown_phases = sampling.unknown_phases(plan);
        let pace = sampling.pace(plan);
        let stop = self.stop.clone();
        let lookout = Lookout::new(sampling.watches, move |breach| stop.stop_for(breach.stop()));
        match Sampler::start_watching(sampling.sources, pace, lookout, timeline.clone()) {
            Ok(sampler) => State::Running(sampler),
            Err(error) => State::Failed(error.to_string()),
        }
    }
}

impl Debug for SamplingObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SamplingObserver").field("targets", &self.targets).finish_non_exhaustive()
    }
}

impl Observer for SamplingObserver {
    fn targets(&self) -> Vec<String> {
        self.targets.clone()
    }

    fn start(&mut self, timeline: &Timeline, plan: &Plan) {
        let waiting = std::mem::replace(&mut self.state, State::Failed("it was started twice".into()));
        let State::Waiting(sampling) = waiting else { return };
        self.state = self.begin(sampling, timeline, plan);
    }

    fn finish(self: Box<Self>, run: &mut Run) {
        for name in &self.unknown_phases {
            let message = format!("there is no phase {name:?} to have a sampling interval of its own");
            run.caveats.push(Caveat::new("no_such_phase", message));
        }
        match self.state {
            State::Running(sampler) => {
                let sampled = sampler.stop();
                run.resources.extend(sampled.series);
                run.events.extend(sampled.events);
                run.sampler = Some(sampled.sampler);
                run.caveats.extend(sampled.caveats);
                run.memory = memory_profiles(run);
            }
            State::Failed(reason) => {
                let message = format!("{} not sampled: {reason}", self.targets.join(", "));
                run.caveats.push(Caveat::new("not_sampled", message));
            }
            State::Waiting(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_load::op;
    use plimsoll_model::Profile;
    use plimsoll_resources::Host;

    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn plan() -> Plan {
        let load = plimsoll_load::Load::new("phases")
            .operation(op("nothing", |_| async {}))
            .warm_up(Profile::users(1, secs(10)))
            .measure(Profile::users(1, secs(20)))
            .cool_down(Profile::users(1, secs(40)));
        load.plan().clone()
    }

    #[test]
    fn each_phase_has_its_own_interval_from_its_start_on() {
        let sampling =
            Sampling::of([Box::new(Host::new()) as _]).during("measure", secs(4)).during("cooldown", secs(8));
        let pace = sampling.pace(&plan());
        let at = |second: u64| pace.at(second * 1_000_000_000).as_secs();
        assert_eq!([0, 9, 10, 29, 30, 69].map(at), [2, 2, 4, 4, 8, 8]);
    }

    #[test]
    fn a_phase_without_an_interval_has_the_one_for_all() {
        let sampling = Sampling::of([]).every(secs(1)).during("measure", secs(4));
        let pace = sampling.pace(&plan());
        let at = |second: u64| pace.at(second * 1_000_000_000).as_secs();
        assert_eq!([0, 10, 30].map(at), [1, 4, 1]);
    }

    #[test]
    fn a_phase_that_does_not_exist_is_named() {
        let sampling = Sampling::of([]).during("mesure", secs(4)).during("measure", secs(4));
        assert_eq!(sampling.unknown_phases(&plan()), ["mesure"]);
    }
}
