//! Flags that say what load is offered.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use plimsoll::model::{IntoProfile, MixOrder, PlanError, Ramp, ScenarioFile};
use plimsoll::{Condition, Load, Overload, Profile, Sample as _, Sampling, Think};

use super::sample::{SampleFlag, sources};
use super::value;

/// Flags that say what load is offered, and on what conditions.
///
/// Whatever is not given stays as the program has it.
#[derive(Debug, Clone, PartialEq, Default, clap::Args)]
#[command(about = None, long_about = None, next_help_heading = "Load")]
pub struct LoadFlags {
    /// Reads the load, the mix and the conditions from a YAML file; the other flags go before it
    #[arg(long, value_name = "FILE", value_parser = value::scenario)]
    pub scenario: Option<ScenarioFlag>,

    /// Closed model: this many users, each starting its next operation when its last one ended
    #[arg(long, value_name = "N", value_parser = value::count, conflicts_with_all = ["rate", "stages"])]
    pub users: Option<u64>,

    /// Open model: this many operations start each second, whatever happened to the ones before; with --stages
    /// the rate at their start
    #[arg(long, value_name = "PER_SECOND", value_parser = value::rate)]
    pub rate: Option<f64>,

    /// Closed model: this many users come in a second, until all are there for the time to measure: 10/s
    #[arg(long, value_name = "USERS/s", value_parser = value::ramp_up, conflicts_with_all = ["rate", "stages", "requests"])]
    pub ramp_up: Option<f64>,

    /// Closed model: how long a user waits after each operation: 2s, 1s..5s for any time between, exp:2s for an
    /// exponential distribution with that mean
    #[arg(long, value_name = "TIME", value_parser = value::think, conflicts_with_all = ["rate", "stages"])]
    pub think_time: Option<Think>,

    /// Closed model: the least time from one start of a user to its next: 10s
    #[arg(long, value_name = "LENGTH", value_parser = value::length, conflicts_with_all = ["rate", "stages"])]
    pub pacing: Option<Duration>,

    /// Closed model that ends after this many operations, shared by the users
    #[arg(
        long,
        value_name = "N",
        value_parser = value::count,
        conflicts_with_all = ["rate", "stages", "duration"],
    )]
    pub requests: Option<u64>,

    /// Open model: goes to one rate per second after another in straight lines, from that of --rate or from 0:
    /// 2m:100,5m:100
    #[arg(long, value_name = "LENGTH:RATE,...", value_delimiter = ',', value_parser = value::ramp, conflicts_with = "duration")]
    pub stages: Vec<Ramp>,

    /// How long to measure: 30s, 2m
    #[arg(long, value_name = "LENGTH", value_parser = value::length)]
    pub duration: Option<Duration>,

    /// How long to put load on before measuring; an open model ramps up from 0 in that time [default: not at all]
    #[arg(long, value_name = "LENGTH", value_parser = value::length)]
    pub warm_up: Option<Duration>,

    /// Open model: most operations at the same time [default: 10000]
    #[arg(long, value_name = "N", value_parser = value::count, conflicts_with_all = ["users", "requests"])]
    pub in_flight: Option<u64>,

    /// Open model: what happens to an arrival when that many are in flight [default: queue]
    #[arg(long, value_name = "POLICY", conflicts_with_all = ["users", "requests"])]
    pub overload: Option<OverloadFlag>,

    /// Fixes the order of the mix and every operation's own random numbers [default: random]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Offers the load from this many threads of its own [default: from the program's runtime]
    #[arg(long, value_name = "N", value_parser = value::count)]
    pub dedicated_threads: Option<u64>,

    /// What to sample: host, process (this one), process:ID, process:NAME, container:NAME,
    /// cadvisor:URL, gpu
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub sample: Vec<SampleFlag>,

    /// How often to sample, 10ms or more [default: every two seconds]
    #[arg(long, value_name = "LENGTH", value_parser = value::length, requires = "sample")]
    pub sample_every: Option<Duration>,

    /// A condition on the result, such as "p99 < 20ms"; may be given several times
    #[arg(long, value_name = "CONDITION")]
    pub threshold: Vec<Condition>,
}

/// A scenario file that has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioFlag {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says.
    pub scenario: ScenarioFile,
}

/// What happens to an arrival when as many operations are in flight as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OverloadFlag {
    /// It waits, and its response time goes on counting
    Queue,
    /// It is dropped
    Drop,
    /// Only the newest waits
    Skip,
}

/// How long a load lasts when neither the user nor the program says it.
const DEFAULT_LENGTH: Duration = Duration::from_secs(30);

impl LoadFlags {
    /// The load that the flags ask for, or else the scenario file, or else the program's own.
    ///
    /// ```
    /// use std::time::Duration;
    /// use plimsoll::Profile;
    /// use plimsoll_cli::LoadFlags;
    ///
    /// let flags = LoadFlags { users: Some(50), ..LoadFlags::default() };
    /// let own = Profile::users(5, Duration::from_secs(10));
    /// assert_eq!(flags.profile(own)?, Profile::users(50, Duration::from_secs(10))?);
    /// # Ok::<(), anyhow::Error>(())
    /// ```
    ///
    /// # Errors
    /// When flags contradict the program's load or each other, or the load cannot be run.
    pub fn profile(&self, own: impl IntoProfile) -> anyhow::Result<Profile> {
        let own = match self.file() {
            Some(file) => file.profile.clone(),
            None => own.into_profile().context("the program's own load cannot be run")?,
        };
        let profile = if !self.stages.is_empty() {
            spaced_like(&own, Profile::ramps(self.rate.unwrap_or(0.0), &self.stages)?)?
        } else if let Some(rate) = self.rate {
            spaced_like(&own, Profile::hold(rate, self.length(&own))?)?
        } else if let Some(requests) = self.requests {
            Profile::iterations(self.users_or(&own)?, requests)?
        } else if let Some(users) = self.users {
            self.with_users(users, &own)?
        } else if let Some(duration) = self.duration {
            lasting(own, duration)?
        } else {
            own
        };
        let profile = self.ramped_up(profile)?;
        profile.validate()?;
        self.refuse_open_flags(&profile)?;
        self.refuse_closed_flags(&profile)?;
        Ok(profile)
    }

    /// A load with everything that the flags say. It must not have phases yet.
    ///
    /// # Errors
    /// As [`LoadFlags::profile`].
    pub fn apply(&self, load: Load, own: impl IntoProfile) -> anyhow::Result<Load> {
        let profile = self.profile(own)?;
        let load = self.distribute(load);
        let load = if profile.is_open() { load } else { self.waits(load) };
        let load = match self.warm_up.or(self.file().and_then(|file| file.warm_up)) {
            Some(length) => load.warm_up(profile.lead_in(length)),
            None => load,
        };
        let after = self.file().and_then(|file| file.cool_down).map(|length| profile.lead_out(length));
        let load = self.conditions(self.limits(load.measure(profile)));
        let load = match after {
            Some(after) => load.cool_down(after),
            None => load,
        };
        let sampling = Sampling::of(sources(&self.sample)?);
        Ok(load.sample_with(match self.sample_every {
            Some(interval) => sampling.every(interval),
            None => sampling,
        }))
    }

    /// The flags that were given, by name, as a result keeps them.
    #[must_use]
    pub fn config(&self) -> Vec<(&'static str, String)> {
        let length = |length: Duration| humantime::format_duration(length).to_string();
        let given = [
            ("scenario", self.scenario.as_ref().map(|flag| flag.path.display().to_string())),
            ("users", self.users.map(|users| users.to_string())),
            ("rate", self.rate.map(|rate| rate.to_string())),
            ("ramp_up", self.ramp_up.map(|per_s| format!("{per_s}/s"))),
            ("think_time", self.think_time.map(|think| think.to_string())),
            ("pacing", self.pacing.map(length)),
            ("requests", self.requests.map(|requests| requests.to_string())),
            ("stages", joined(self.stages.iter())),
            ("duration", self.duration.map(length)),
            ("warm_up", self.warm_up.map(length)),
            ("in_flight", self.in_flight.map(|most| most.to_string())),
            ("overload", self.overload.map(|policy| format!("{policy:?}").to_lowercase())),
            ("seed", self.seed.map(|seed| seed.to_string())),
            ("dedicated_threads", self.dedicated_threads.map(|threads| threads.to_string())),
            ("sample", joined(self.sample.iter())),
            ("sample_every", self.sample_every.map(length)),
            ("threshold", joined(self.threshold.iter())),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn file(&self) -> Option<&ScenarioFile> {
        self.scenario.as_ref().map(|flag| &flag.scenario)
    }

    /// The operations of the scenario file.
    fn distribute(&self, load: Load) -> Load {
        let Some(distribution) = self.file().and_then(|file| file.distribution.as_ref()) else { return load };
        let weights = distribution.weights.iter().map(|(name, weight)| (name.as_str(), *weight));
        let load = load.reweight(weights);
        match distribution.order {
            MixOrder::Exact => load,
            MixOrder::Random => load.random_mix(),
            MixOrder::Roles => load.roles([]),
        }
    }

    /// Thresholds that are given take the place of those of the scenario file.
    fn conditions(&self, load: Load) -> Load {
        let of_file = self.file().map_or(&[][..], |file| &file.thresholds);
        let thresholds = if self.threshold.is_empty() { of_file } else { &self.threshold };
        let rules = self.file().map_or(&[][..], |file| &file.abort_rules);
        let load = thresholds.iter().cloned().fold(load, Load::threshold);
        rules.iter().cloned().fold(load, Load::abort_unless)
    }

    fn length(&self, own: &Profile) -> Duration {
        let own = Some(own.length()).filter(|length| !length.is_zero());
        self.duration.or(own).unwrap_or(DEFAULT_LENGTH)
    }

    fn users_or(&self, own: &Profile) -> anyhow::Result<u64> {
        let own = own.most_users();
        self.users
            .or(own)
            .context("--requests needs --users here: the program's own load has a rate and no users")
    }

    /// Another number of users, for as long or as many operations as the program's own load.
    fn with_users(&self, users: u64, own: &Profile) -> anyhow::Result<Profile> {
        Ok(match own {
            Profile::Iterations { iterations, .. } if self.duration.is_none() => {
                Profile::iterations(users, *iterations)?
            }
            own => Profile::users(users, self.length(own))?,
        })
    }

    /// Users that come one after the other, where that was asked for.
    fn ramped_up(&self, profile: Profile) -> anyhow::Result<Profile> {
        match (self.ramp_up, &profile) {
            (None, _) => Ok(profile),
            (Some(per_s), Profile::Users { users, .. }) => {
                Ok(Profile::ramp_up(*users, per_s, profile.length())?)
            }
            _ => bail!("--ramp-up is for a number of users and a time; give --users and --duration with it"),
        }
    }

    /// Flags of the open model would have no effect on a closed one of the program.
    fn refuse_open_flags(&self, profile: &Profile) -> anyhow::Result<()> {
        if profile.is_open() {
            return Ok(());
        }
        let given = [("--in-flight", self.in_flight.is_some()), ("--overload", self.overload.is_some())];
        if let Some((flag, _)) = given.iter().find(|(_, is_given)| *is_given) {
            bail!("{flag} is for open models; this load has users, so give --rate or --stages with it");
        }
        Ok(())
    }

    /// Flags of users would have no effect on rates of the program.
    fn refuse_closed_flags(&self, profile: &Profile) -> anyhow::Result<()> {
        let given = [("--think-time", self.think_time.is_some()), ("--pacing", self.pacing.is_some())];
        if let Some((flag, _)) = given.iter().find(|(_, is_given)| *is_given && profile.is_open()) {
            bail!("{flag} is for users; this load has a rate, so give --users or --requests with it");
        }
        Ok(())
    }

    /// What users wait for between their operations.
    fn waits(&self, load: Load) -> Load {
        let load = match self.think_time.or(self.file().and_then(|file| file.think)) {
            Some(think) => load.think_time(think),
            None => load,
        };
        match self.pacing.or(self.file().and_then(|file| file.pacing)) {
            Some(pacing) => load.pacing(pacing),
            None => load,
        }
    }

    fn limits(&self, load: Load) -> Load {
        let load = match self.in_flight {
            Some(most) => load.in_flight(most),
            None => load,
        };
        let load = match self.overload {
            Some(OverloadFlag::Queue) => load.overload(Overload::default()),
            Some(OverloadFlag::Drop) => load.overload(Overload::Drop),
            Some(OverloadFlag::Skip) => load.overload(Overload::Skip),
            None => load,
        };
        let load = match self.seed {
            Some(seed) => load.seed(seed),
            None => load,
        };
        match self.dedicated_threads {
            Some(threads) => load.dedicated_threads(usize::try_from(threads).unwrap_or(usize::MAX)),
            None => load,
        }
    }
}

/// The program's own load, for another time.
fn lasting(own: Profile, duration: Duration) -> anyhow::Result<Profile> {
    match &own {
        Profile::Users { users, .. } | Profile::Iterations { users, .. } | Profile::PerUser { users, .. } => {
            Ok(Profile::users(*users, duration)?)
        }
        open => match open.rates() {
            Some([stage]) => Ok(spaced_like(&own, Profile::ramp(stage.from, stage.to, duration)?)?),
            _ => bail!("--duration cannot say how long each of several stages lasts; give --stages"),
        },
    }
}

/// Rates with arrivals at random where those of the program's own load are.
fn spaced_like(own: &Profile, rates: Profile) -> Result<Profile, PlanError> {
    match own {
        Profile::Poisson { .. } => rates.poisson(),
        _ => Ok(rates),
    }
}

fn joined<T: ToString>(values: impl Iterator<Item = T>) -> Option<String> {
    let values: Vec<_> = values.map(|value| value.to_string()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}
