//! Saying what to run.

use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use plimsoll_metrics::Timeline;
use plimsoll_model::{
    Condition, IntoProfile, IntoThink, MixOrder, Overload, PhaseKind, Plan, PlanError, PlannedPhase,
    PlannedScenario, Run, Snapshot,
};
use tokio::sync::watch;

use crate::control::StopHandle;
use crate::{LoadError, Operation, Shard, conditions, mix, tenants};

/// A load to be run: what is done, how much of it, for how long.
///
/// Mistakes are kept until [`Load::run`] and come back from there, before anything is started.
#[derive(Debug)]
pub struct Load {
    pub(crate) plan: Plan,
    pub(crate) operations: Vec<Operation>,
    pub(crate) tenants: Vec<(String, u64)>,
    pub(crate) mistake: Option<PlanError>,
    pub(crate) seed: Option<u64>,
    pub(crate) window: Option<Duration>,
    pub(crate) shard: Shard,
    pub(crate) mode: Mode,
    spin: Duration,
    pub(crate) stop: StopHandle,
    pub(crate) snapshots: watch::Sender<Option<Snapshot>>,
    pub(crate) observers: Vec<Box<dyn Observer>>,
}

/// Where the lanes run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Caller,
    Dedicated(usize),
    Virtual,
}

/// Something that accompanies a run on its timeline, such as a sampler of resources.
pub trait Observer: Send + std::fmt::Debug {
    /// What it observes, for the plan: `host`, `container:db`.
    fn targets(&self) -> Vec<String>;

    /// The run of a plan begins; its times count from the timeline's zero.
    fn start(&mut self, timeline: &Timeline, plan: &Plan);

    /// The run is over: adds what was observed to it. Must not take longer than the blink of an eye.
    fn finish(self: Box<Self>, run: &mut Run);
}

impl Load {
    /// A load without operations and phases. Unless said otherwise: 10,000 operations in flight, a queue of a
    /// million for what finds no place, 30 s timeout, 30 s drain, a random seed, the caller's runtime.
    pub fn new(name: impl Into<String>) -> Load {
        Load {
            plan: Plan {
                name: name.into(),
                scenarios: Vec::new(),
                mix: MixOrder::Exact,
                phases: Vec::new(),
                in_flight: 10_000,
                overload: Overload::default(),
                timeout_ns: Some(30_000_000_000),
                drain_ns: 30_000_000_000,
                window_ns: 1_000_000_000,
                thresholds: Vec::new(),
                abort_rules: Vec::new(),
                think: None,
                pacing_ns: None,
                samples: Vec::new(),
                parameters: std::collections::BTreeMap::new(),
            },
            operations: Vec::new(),
            tenants: Vec::new(),
            mistake: None,
            seed: None,
            window: None,
            shard: Shard::whole(),
            mode: Mode::Caller,
            spin: SPIN,
            stop: StopHandle::default(),
            snapshots: watch::Sender::new(None),
            observers: Vec::new(),
        }
    }

    /// Adds operations with their weights. Each is a scenario of the result.
    #[must_use]
    pub fn mix(mut self, operations: impl IntoIterator<Item = (u64, Operation)>) -> Load {
        for (weight, operation) in operations {
            let name = operation.name().to_owned();
            self.plan.scenarios.push(PlannedScenario {
                name,
                weight,
                tags: std::collections::BTreeMap::new(),
            });
            self.operations.push(operation);
        }
        self
    }

    /// Adds one operation with weight 1.
    #[must_use]
    pub fn operation(self, operation: Operation) -> Load {
        self.mix([(1, operation)])
    }

    /// Keeps only the operations of these names, with other weights.
    ///
    /// A name that no operation has, so far, is a mistake.
    #[must_use]
    pub fn reweight<'a>(mut self, weights: impl IntoIterator<Item = (&'a str, u64)>) -> Load {
        let weights: std::collections::BTreeMap<&str, u64> = weights.into_iter().collect();
        let names: Vec<String> = self.plan.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
        if let Some(unknown) = weights.keys().find(|name| !names.iter().any(|known| known == *name)) {
            let expected = format!("operations of the load: {}", names.join(", "));
            self.mistake.get_or_insert(PlanError::new(
                "distribution",
                format!("about {unknown:?}"),
                expected,
            ));
        }
        for scenario in &mut self.plan.scenarios {
            scenario.weight = weights.get(scenario.name.as_str()).copied().unwrap_or(0);
        }
        self.plan.scenarios.retain(|scenario| weights.contains_key(scenario.name.as_str()));
        self.operations.retain(|operation| weights.contains_key(operation.name()));
        self
    }

    /// Draws from the weights at random instead of interleaving them exactly.
    #[must_use]
    pub fn random_mix(mut self) -> Load {
        self.plan.mix = MixOrder::Random;
        self
    }

    /// Adds operations as roles, with their weights: each user has one of them for good, so that of 80 users and
    /// roles of weights 1, 5 and 2 ten, fifty and twenty are of each. Roles are for closed models.
    ///
    /// Where users share a number of operations, nobody knows how many of them each role will do: what was planned
    /// of a role is then what was started.
    #[must_use]
    pub fn roles(mut self, operations: impl IntoIterator<Item = (u64, Operation)>) -> Load {
        self.plan.mix = MixOrder::Roles;
        self.mix(operations)
    }

    /// Whose operations they are, with weights: each user of a closed model and each arrival of an open one belongs
    /// to a tenant, exactly by weight, and [`Context::tenant`](crate::Context::tenant) says to which. The result has
    /// the figures of each tenant, and how evenly they were served.
    ///
    /// Figures of a tenant take 0.8 MB for each operation and thread of an open model, a third of it in a closed one.
    #[must_use]
    pub fn tenants<S: Into<String>>(mut self, tenants: impl IntoIterator<Item = (u64, S)>) -> Load {
        self.tenants = tenants.into_iter().map(|(weight, name)| (name.into(), weight)).collect();
        if let Err(mistake) = tenants::check(&self.tenants) {
            self.mistake.get_or_insert(mistake);
        }
        let list: Vec<_> = self.tenants.iter().map(|(name, weight)| format!("{name} {weight}")).collect();
        self.parameter("tenants", list.join(", "))
    }

    /// Adds a phase that does not count: caches fill, connections open.
    #[must_use]
    pub fn warm_up(self, profile: impl IntoProfile) -> Load {
        self.phase(PhaseKind::Warmup, "warm-up", profile)
    }

    /// Adds a phase that counts.
    #[must_use]
    pub fn measure(self, profile: impl IntoProfile) -> Load {
        self.phase(PhaseKind::Measure, "measure", profile)
    }

    /// Adds a phase that does not count any more.
    #[must_use]
    pub fn cool_down(self, profile: impl IntoProfile) -> Load {
        self.phase(PhaseKind::Cooldown, "cooldown", profile)
    }

    fn phase(mut self, kind: PhaseKind, name: &str, profile: impl IntoProfile) -> Load {
        match profile.into_profile() {
            Ok(profile) => {
                let same = self.plan.phases.iter().filter(|phase| phase.kind == kind).count();
                let name = if same == 0 { name.to_owned() } else { format!("{name}-{}", same + 1) };
                self.plan.phases.push(PlannedPhase { name, kind, profile });
            }
            Err(mistake) => drop(self.mistake.get_or_insert(mistake)),
        }
        self
    }

    /// How long each user of a closed phase waits after an operation before it starts its next one: a
    /// [`Think`](plimsoll_model::Think), or a [`Duration`] for always the same. The time is drawn from the
    /// operation's seed and is in no latency.
    #[must_use]
    pub fn think_time(mut self, think: impl IntoThink) -> Load {
        match think.into_think() {
            Ok(think) => self.plan.think = Some(think),
            Err(mistake) => drop(self.mistake.get_or_insert(mistake)),
        }
        self
    }

    /// The least time from one start of a user to its next in closed phases. A user whose operation takes longer
    /// starts the next at once, and what follows counts from there. With think time, the later of both.
    #[must_use]
    pub fn pacing(mut self, from_start_to_start: Duration) -> Load {
        self.plan.pacing_ns = Some(nanos(from_start_to_start));
        self
    }

    /// Most operations at the same time in open phases. Threads share it evenly.
    #[must_use]
    pub fn in_flight(mut self, most: u64) -> Load {
        self.plan.in_flight = most;
        self
    }

    /// What happens to an arrival that finds as many in flight as may be.
    #[must_use]
    pub fn overload(mut self, policy: Overload) -> Load {
        self.plan.overload = policy;
        self
    }

    /// After how long an operation is given up, counted from its actual start.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Load {
        self.plan.timeout_ns = Some(nanos(timeout));
        self
    }

    /// Never gives up an operation before the drain is over.
    #[must_use]
    pub fn no_timeout(mut self) -> Load {
        self.plan.timeout_ns = None;
        self
    }

    /// How long operations in flight may go on after the last phase.
    #[must_use]
    pub fn drain(mut self, drain: Duration) -> Load {
        self.plan.drain_ns = nanos(drain);
        self
    }

    /// Length of a window. Unless said otherwise a second, or as much longer as keeps a planned run within
    /// 1,200 windows.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Load {
        self.window = Some(window);
        self
    }

    /// Fixes the order of the mix and every operation's own seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Load {
        self.seed = Some(seed);
        self
    }

    /// Adds a condition on the result.
    #[must_use]
    pub fn threshold(mut self, condition: Condition) -> Load {
        self.plan.thresholds.push(condition);
        self
    }

    /// Adds a condition that ends the run as soon as it is clearly broken: nothing more starts, what is in flight
    /// goes on, and the run has failed. With `over`, it is about one stretch of that length after the other;
    /// without, about the measured time so far. It is a condition on the result too.
    ///
    /// Only response times, `error_rate`, `success_rate` and `throughput` can be followed. Conditions are texts that were
    /// parsed, or made by [`figure`](plimsoll_model::figure).
    #[must_use]
    pub fn abort_unless(mut self, condition: Condition) -> Load {
        self.plan.abort_rules.push(condition);
        self
    }

    /// Notes a parameter of the workload that changes what an operation does. Runs whose parameters differ
    /// are not comparable.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl ToString) -> Load {
        self.plan.parameters.insert(name.into(), value.to_string());
        self
    }

    /// Runs on threads of its own, each with a runtime of its own, so that the generator and a service in the
    /// same process do not take each other's time.
    #[must_use]
    pub fn dedicated_threads(mut self, threads: usize) -> Load {
        self.mode = Mode::Dedicated(threads);
        self
    }

    /// For how long before an arrival a thread of the load's own looks at the clock again and again, instead of
    /// sleeping up to it: 250 µs unless said otherwise, which takes most of an arrival's lateness away and
    /// costs that much CPU time for each. Zero is never. Threads of the caller's runtime never do so.
    #[must_use]
    pub fn spin(mut self, spin: Duration) -> Load {
        self.spin = spin;
        self
    }

    /// Runs without time passing. Operations must wait through [`Context::sleep`](crate::Context::sleep).
    #[must_use]
    pub fn virtual_time(mut self) -> Load {
        self.mode = Mode::Virtual;
        self
    }

    /// Runs one machine's part of the arrivals.
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Load {
        self.shard = shard;
        self
    }

    /// Adds something that accompanies the run.
    #[must_use]
    pub fn observe(mut self, observer: impl Observer + 'static) -> Load {
        self.plan.samples.extend(observer.targets());
        self.observers.push(Box::new(observer));
        self
    }

    /// A handle that ends the run before its time.
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Looks at the run four times a second; `None` before it begins.
    #[must_use]
    pub fn snapshots(&self) -> watch::Receiver<Option<Snapshot>> {
        self.snapshots.subscribe()
    }

    /// The plan as it stands, for a look before the run.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Checks the plan as [`Load::run`] would, without running.
    ///
    /// # Errors
    /// The first mistake: which field, what it holds, what it may hold.
    pub fn validate(&self) -> Result<(), PlanError> {
        if let Some(mistake) = &self.mistake {
            return Err(mistake.clone());
        }
        self.plan.validate()?;
        validate_phases(&self.plan)?;
        mix::check(&self.weights())?;
        validate_users(&self.plan, &self.operations)?;
        conditions::check(&self.plan, &self.operations)?;
        if let Mode::Dedicated(threads) = self.mode
            && !(1..=MAX_THREADS).contains(&threads)
        {
            return Err(PlanError::new("dedicated_threads", threads, "1 to 1,024"));
        }
        match self.window {
            Some(window) if window.is_zero() => {
                Err(PlanError::new("window", "0", "a length of time above 0"))
            }
            _ => Ok(()),
        }
    }

    /// Runs the load to its end.
    ///
    /// Must be called on a tokio runtime with timers, except in virtual time; without I/O in it the load is paced
    /// by busy waiting, and tokio complains once to the panic hook. When the future is dropped, the run is
    /// cancelled.
    ///
    /// # Errors
    /// When the plan cannot be run, or the machine does not give what it takes. Whatever happens to the
    /// operations is in the result and no error.
    pub async fn run(self) -> Result<Run, LoadError> {
        self.validate()?;
        crate::run::run(self).await
    }

    /// For how long before an arrival a lane may spin, in nanoseconds.
    pub(crate) fn spin_ns(&self) -> u64 {
        if matches!(self.mode, Mode::Dedicated(_)) { nanos(self.spin) } else { 0 }
    }

    /// For how long a lane may have its thread to itself, in nanoseconds.
    pub(crate) fn slice_ns(&self) -> u64 {
        nanos(if matches!(self.mode, Mode::Dedicated(_)) { OWN_SLICE } else { SLICE })
    }

    fn weights(&self) -> Vec<u64> {
        self.plan.scenarios.iter().map(|scenario| scenario.weight).collect()
    }

    /// The seed to run with.
    pub(crate) fn chosen_seed(&self) -> u64 {
        let random = || std::collections::hash_map::RandomState::new().build_hasher().finish() >> 11;
        self.seed.unwrap_or_else(|| if self.mode == Mode::Virtual { 0 } else { random() })
    }
}

/// How long to spin before an arrival: what a timer of the operating system is late by, mostly.
const SPIN: Duration = Duration::from_micros(250);

/// How long a lane has a thread to itself on which others have work too.
const SLICE: Duration = Duration::from_micros(100);

/// How long it has one of its own: for tens of requests, since a server is woken once by those that leave together.
const OWN_SLICE: Duration = Duration::from_millis(1);

/// Most threads that a load may have of its own.
const MAX_THREADS: usize = 1_024;

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What a user holds belongs to one that is there for longer than an arrival.
fn validate_users(plan: &Plan, operations: &[Operation]) -> Result<(), PlanError> {
    let open = plan.phases.iter().find(|phase| phase.profile.is_open());
    match (open, operations.iter().find(|operation| operation.has_users())) {
        (Some(phase), Some(operation)) => Err(PlanError::new(
            format!("operation {:?}", operation.name()),
            format!("one of users where phase {} has rates", phase.name),
            "users in all phases; an arrival is nobody who could hold something",
        )),
        _ => Ok(()),
    }
}

/// What the executor asks of phases beyond what each profile asks of itself.
fn validate_phases(plan: &Plan) -> Result<(), PlanError> {
    let measured = || plan.phases.iter().filter(|phase| phase.kind == PhaseKind::Measure);
    if measured().any(|phase| phase.profile.is_open()) && measured().any(|phase| !phase.profile.is_open()) {
        let expected = "either rates or users; measure the other in a run of its own";
        return Err(PlanError::new("measured phases", "rates and users in one run", expected));
    }
    let endless = plan.phases.iter().position(|phase| phase.profile.length_ns().is_none());
    if endless.is_some_and(|index| index + 1 != plan.phases.len()) {
        let expected = "a number of operations only in the last phase, since nobody knows when it ends";
        return Err(PlanError::new("phases", "a number of operations followed by another phase", expected));
    }
    Ok(())
}
