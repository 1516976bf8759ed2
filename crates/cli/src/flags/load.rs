//! Flags that say what load is offered.

use std::time::Duration;

use anyhow::{Context, bail};
use plimsoll::load::IntoProfile;
use plimsoll::model::Stage;
use plimsoll::{Condition, Load, Overload, Profile, Sample as _};

use super::sample::{SampleFlag, sources};
use super::value::{self, Ramp};

/// Flags that say what load is offered, and on what conditions.
///
/// Whatever is not given stays as the program has it.
#[derive(Debug, Clone, PartialEq, Default, clap::Args)]
#[command(about = None, long_about = None, next_help_heading = "Load")]
pub struct LoadFlags {
    /// Closed model: this many users, each starting its next operation when its last one ended
    #[arg(long, value_name = "N", value_parser = value::count, conflicts_with_all = ["rate", "stages"])]
    pub users: Option<u64>,

    /// Open model: this many operations start each second, whatever happened to the ones before; with --stages
    /// the rate at their start
    #[arg(long, value_name = "PER_SECOND", value_parser = value::rate)]
    pub rate: Option<f64>,

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
    #[arg(long, value_name = "LENGTH:RATE,...", value_delimiter = ',', conflicts_with = "duration")]
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

    /// What to sample every two seconds: host, process (this one), process:ID, process:NAME, container:NAME,
    /// cadvisor:URL, gpu
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub sample: Vec<SampleFlag>,

    /// A condition on the result, such as "p99 < 20ms"; may be given several times
    #[arg(long, value_name = "CONDITION")]
    pub threshold: Vec<Condition>,
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
    /// The load that the flags ask for, or else the program's own.
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
        let own = own.into_profile().context("the program's own load cannot be run")?;
        let profile = if !self.stages.is_empty() {
            self.ramps()
        } else if let Some(rate) = self.rate {
            Profile::hold(rate, self.length(&own))?
        } else if let Some(requests) = self.requests {
            Profile::iterations(self.users_or(&own)?, requests)?
        } else if let Some(users) = self.users {
            self.with_users(users, &own)?
        } else if let Some(duration) = self.duration {
            lasting(own, duration)?
        } else {
            own
        };
        profile.validate()?;
        self.refuse_open_flags(&profile)?;
        Ok(profile)
    }

    /// A load with everything that the flags say. It must not have phases yet.
    ///
    /// # Errors
    /// As [`LoadFlags::profile`].
    pub fn apply(&self, load: Load, own: impl IntoProfile) -> anyhow::Result<Load> {
        let profile = self.profile(own)?;
        let load = match self.warm_up {
            Some(length) => load.warm_up(warm_up(&profile, length)),
            None => load,
        };
        let load = self.limits(load.measure(profile));
        let load = self.threshold.iter().cloned().fold(load, Load::threshold);
        Ok(load.sample(sources(&self.sample)?))
    }

    /// The flags that were given, by name, as a result keeps them.
    #[must_use]
    pub fn config(&self) -> Vec<(&'static str, String)> {
        let length = |length: Duration| humantime::format_duration(length).to_string();
        let given = [
            ("users", self.users.map(|users| users.to_string())),
            ("rate", self.rate.map(|rate| rate.to_string())),
            ("requests", self.requests.map(|requests| requests.to_string())),
            ("stages", joined(self.stages.iter())),
            ("duration", self.duration.map(length)),
            ("warm_up", self.warm_up.map(length)),
            ("in_flight", self.in_flight.map(|most| most.to_string())),
            ("overload", self.overload.map(|policy| format!("{policy:?}").to_lowercase())),
            ("seed", self.seed.map(|seed| seed.to_string())),
            ("dedicated_threads", self.dedicated_threads.map(|threads| threads.to_string())),
            ("sample", joined(self.sample.iter())),
            ("threshold", joined(self.threshold.iter())),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn length(&self, own: &Profile) -> Duration {
        let own = Some(own.length()).filter(|length| !length.is_zero());
        self.duration.or(own).unwrap_or(DEFAULT_LENGTH)
    }

    fn ramps(&self) -> Profile {
        let mut from = self.rate.unwrap_or(0.0);
        let stage = |ramp: &Ramp| {
            let length_ns = u64::try_from(ramp.length.as_nanos()).unwrap_or(u64::MAX);
            Stage { from: std::mem::replace(&mut from, ramp.target), to: ramp.target, length_ns }
        };
        Profile::Rate { stages: self.stages.iter().map(stage).collect() }
    }

    fn users_or(&self, own: &Profile) -> anyhow::Result<u64> {
        let own = users_of(own);
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

fn users_of(profile: &Profile) -> Option<u64> {
    match profile {
        Profile::Users { users, .. } | Profile::Iterations { users, .. } => Some(*users),
        _ => None,
    }
}

/// The program's own load, for another time.
fn lasting(own: Profile, duration: Duration) -> anyhow::Result<Profile> {
    match &own {
        Profile::Users { users, .. } | Profile::Iterations { users, .. } => {
            Ok(Profile::users(*users, duration)?)
        }
        Profile::Rate { stages } => match stages.as_slice() {
            [stage] => Ok(Profile::ramp(stage.from, stage.to, duration)?),
            _ => bail!("--duration cannot say how long each of several stages lasts; give --stages"),
        },
        _ => bail!("--duration cannot change this load"),
    }
}

/// What comes before measuring: the same users, or a ramp to the first rate that is measured.
fn warm_up(profile: &Profile, length: Duration) -> Result<Profile, plimsoll::model::PlanError> {
    match profile {
        Profile::Rate { stages } => {
            let mut rates = stages.iter().flat_map(|stage| [stage.from, stage.to]);
            Profile::ramp(0, rates.find(|rate| *rate > 0.0).unwrap_or(0.0), length)
        }
        profile => Profile::users(users_of(profile).unwrap_or(1), length),
    }
}

fn joined<T: ToString>(values: impl Iterator<Item = T>) -> Option<String> {
    let values: Vec<_> = values.map(|value| value.to_string()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}
