//! The configuration: a file of four blocks, each field of which is also a flag.
//!
//! A flag goes before the file, the file before what is usual. What is usual is that of the protocols.

mod value;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use plimsoll::model::read;
use plimsoll::protocols::{IdlePlan, LeakPlan, SpeedPlan, StandingPlan, StressPlan};
use plimsoll::resources::Compose;
use serde::Deserialize;

pub use value::{Count, Length, MemoryMetric, Percent};

/// Defines a block: the same fields of a file and as flags, all of which may be left out, and perhaps a block in it.
macro_rules! block {
    (
        $(#[$about:meta])* $name:ident, $heading:literal {
            $( $(#[$of_field:meta])+ $field:ident ($value:literal) : $kind:ty, )+
            $( with $(#[$of_inner:meta])+ $inner:ident : $block:ty, )?
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Default, Deserialize, clap::Args)]
        #[serde(deny_unknown_fields, default)]
        #[command(about = None, long_about = None, next_help_heading = $heading)]
        pub struct $name {
            $( $(#[$of_field])+ #[arg(long, value_name = $value)] pub $field: Option<$kind>, )+
            $( $(#[$of_inner])+ #[command(flatten)] pub $inner: $block, )?
        }

        impl $name {
            /// What is given here, and from the other block what is not.
            #[must_use]
            pub fn or(self, other: $name) -> $name {
                $name {
                    $( $field: self.$field.or(other.$field), )+
                    $( $inner: self.$inner.or(other.$inner), )?
                }
            }

            /// What is given, by name.
            fn given(&self) -> Vec<(&'static str, String)> {
                let fields = [ $( (stringify!($field), self.$field.as_ref().map(shown)), )+ ];
                let given = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
                given$( .chain(self.$inner.given()) )?.collect()
            }
        }
    };
}

block! {
    /// The service that is told its load.
    Api, "Service" {
        /// Where it answers [default: http://127.0.0.1:8700]
        url("URL"): String,
        /// Name of the environment variable with its bearer token; none is sent without
        token_env("NAME"): String,
        /// How long it has for an answer [default: 10s]
        timeout("LENGTH"): Length,
    }
}

block! {
    /// The deployment.
    Docker, "Containers" {
        /// A cAdvisor whose figures of the same containers are shown beside the engine's
        cadvisor_url("URL"): String,
        /// The compose file [default: compose.yaml]
        compose_file("FILE"): PathBuf,
        /// Name of the compose project, one of its own [default: plimsoll-containers]
        project("NAME"): String,
        /// Compose profiles; several with commas
        profiles("NAME,..."): Names,
        /// Services that may end with 0; several with commas
        one_shot("NAME,..."): Names,
        /// How long containers have to become ready [default: 2m]
        ready_timeout("LENGTH"): Length,
    }
}

block! {
    /// How often resources are read.
    Sampling, "Sampling" {
        /// Without load, under stress and at each speed [default: 2s]
        interval("LENGTH"): Length,
        /// Before the samples without load [default: 10s]
        warmup("LENGTH"): Length,
        /// How long each batch of stress is watched [default: 10s]
        settle("LENGTH"): Length,
        /// Under the load of the leak test [default: 2s]
        active_interval("LENGTH"): Length,
        /// While the system finishes what it has [default: 4s]
        drain_interval("LENGTH"): Length,
        /// At rest after it [default: 8s]
        cooldown_interval("LENGTH"): Length,
    }
}

block! {
    /// What the protocols do.
    Scenarios, "Protocols" {
        /// Samples without load [default: 30s]
        idle("LENGTH"): Length,
        /// Share of its CPU at which a container ends stress and speed [default: 90]
        cpu_percent("PERCENT"): Percent,
        /// The same of its memory [default: 90]
        memory_percent("PERCENT"): Percent,
        /// Which memory: hard (what cannot be given back), working_set or usage [default: hard]
        memory_metric("NAME"): MemoryMetric,
        /// Units of load that stress adds at once [default: 1]
        batch("N"): Count,
        /// Units of load at most [default: 10000]
        most("N"): Count,
        /// Load of the leak test [default: 5m]
        active("LENGTH"): Length,
        /// How long the system may take to finish what it has [default: 2m]
        drain_timeout("LENGTH"): Length,
        /// Rest of the leak test [default: 10m]
        cooldown("LENGTH"): Length,
        with
        /// How far the speed goes up.
        speed: Speed,
    }
}

block! {
    /// How far the speed goes up.
    Speed, "Protocols" {
        /// The highest multiplier [default: 1024]
        #[serde(rename = "max")]
        speed_max("N"): Count,
        /// How long each speed is watched [default: 8m]
        #[serde(rename = "step")]
        speed_step("LENGTH"): Length,
    }
}

/// All that can be configured, from flags and from a file.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, clap::Args)]
#[serde(deny_unknown_fields, default)]
#[command(about = None, long_about = None)]
pub struct Config {
    /// The service.
    #[command(flatten)]
    pub api: Api,
    /// The deployment.
    #[command(flatten)]
    pub docker: Docker,
    /// How often it is looked at.
    #[command(flatten)]
    pub sampling: Sampling,
    /// What is done to it.
    #[command(flatten)]
    pub scenarios: Scenarios,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, or holds what means nothing; the error names the file and the line.
    pub fn read(path: &std::path::Path) -> anyhow::Result<Config> {
        let name = path.display().to_string();
        let text =
            std::fs::read_to_string(path).with_context(|| format!("configuration {name} cannot be read"))?;
        Config::parse(&name, &text)
    }

    /// Reads a configuration from its text. `file` is only for the errors.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(file: &str, text: &str) -> anyhow::Result<Config> {
        Ok(read::yaml(file, text)?)
    }

    /// What is given here, and from the other what is not.
    #[must_use]
    pub fn or(self, other: Config) -> Config {
        Config {
            api: self.api.or(other.api),
            docker: self.docker.or(other.docker),
            sampling: self.sampling.or(other.sampling),
            scenarios: self.scenarios.or(other.scenarios),
        }
    }

    /// What is given, by name, as a result keeps it. An address is shown without its secrets.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let blocks = [self.api.given(), self.docker.given(), self.sampling.given(), self.scenarios.given()];
        let shown = |(name, value): (&'static str, String)| (name, plimsoll::model::redact_url(&value));
        blocks.into_iter().flatten().map(shown).collect()
    }

    /// Where the service answers.
    #[must_use]
    pub fn url(&self) -> &str {
        self.api.url.as_deref().unwrap_or("http://127.0.0.1:8700")
    }

    /// How long it has for an answer.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.api.timeout.map_or(Duration::from_secs(10), |length| length.0)
    }

    /// The compose project.
    #[must_use]
    pub fn compose(&self) -> Compose {
        let docker = &self.docker;
        let project = docker.project.as_deref().unwrap_or("plimsoll-containers");
        let file = docker.compose_file.clone().unwrap_or_else(|| PathBuf::from("compose.yaml"));
        let names = |names: &Option<Names>| names.clone().unwrap_or_default().0;
        let patience = docker.ready_timeout.map_or(Duration::from_secs(120), |length| length.0);
        Compose::project(project, file)
            .profiles(names(&docker.profiles))
            .one_shot(names(&docker.one_shot))
            .patience(patience, Duration::from_secs(3))
    }

    /// The share of its CPU at which a container ends stress and speed.
    #[must_use]
    pub fn cpu_share(&self) -> f64 {
        self.scenarios.cpu_percent.map_or(0.9, Percent::share)
    }

    /// The same of its memory.
    #[must_use]
    pub fn memory_share(&self) -> f64 {
        self.scenarios.memory_percent.map_or(0.9, Percent::share)
    }

    /// Which memory that is.
    #[must_use]
    pub fn memory_metric(&self) -> &'static str {
        self.scenarios.memory_metric.unwrap_or(MemoryMetric::Hard).metric()
    }

    /// The protocols.
    #[must_use]
    pub fn plan(&self) -> StandingPlan {
        let usual = StandingPlan::default();
        let Config { sampling, scenarios, .. } = self;
        let length = |given: Option<Length>, usual: Duration| given.map_or(usual, |length| length.0);
        let count = |given: Option<Count>, usual: u64| given.map_or(usual, |count| count.0.get());
        let interval = length(sampling.interval, usual.idle.interval);
        StandingPlan {
            idle: IdlePlan {
                settle: length(sampling.warmup, usual.idle.settle),
                length: length(scenarios.idle, usual.idle.length),
                interval,
            },
            stress: StressPlan {
                batch: count(scenarios.batch, usual.stress.batch),
                settle: length(sampling.settle, usual.stress.settle),
                interval,
                most: count(scenarios.most, usual.stress.most),
            },
            leak: LeakPlan {
                active: (
                    length(scenarios.active, usual.leak.active.0),
                    length(sampling.active_interval, usual.leak.active.1),
                ),
                drain: (
                    length(scenarios.drain_timeout, usual.leak.drain.0),
                    length(sampling.drain_interval, usual.leak.drain.1),
                ),
                cooldown: (
                    length(scenarios.cooldown, usual.leak.cooldown.0),
                    length(sampling.cooldown_interval, usual.leak.cooldown.1),
                ),
                ..usual.leak
            },
            speed: SpeedPlan {
                most: count(scenarios.speed.speed_max, usual.speed.most),
                length: length(scenarios.speed.speed_step, usual.speed.length),
                interval,
                ..usual.speed
            },
        }
    }
}

/// Names, as a list in a file and with commas in a flag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Names(pub Vec<String>);

impl std::str::FromStr for Names {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Names, Self::Err> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Names(names.map(str::to_owned).collect()))
    }
}

/// The text of a value in a result.
trait Show {
    fn show(&self) -> String;
}

fn shown(value: &impl Show) -> String {
    value.show()
}

macro_rules! show_as_text {
    ($($value:ty),+) => {$(
        impl Show for $value {
            fn show(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

show_as_text!(String, Length, Percent, Count, MemoryMetric);

impl Show for PathBuf {
    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl Show for Names {
    fn show(&self) -> String {
        self.0.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Config {
        Config::parse("containers.yaml", text).unwrap()
    }

    #[test]
    fn nothing_given_is_what_is_usual() {
        let plan = parse("{}").plan();
        assert_eq!(plan, StandingPlan::default());
        assert_eq!((Config::default().cpu_share(), Config::default().memory_metric()), (0.9, "memory_hard"));
    }

    #[test]
    fn every_block_is_read() {
        let config = parse(
            "api: {url: \"http://127.0.0.1:9\", token_env: TOKEN, timeout: 3s}\n\
             docker: {compose_file: c.yaml, project: p, profiles: [a, b], cadvisor_url: \"http://127.0.0.1:8\"}\n\
             sampling: {interval: 1s, warmup: 2s, settle: 3s, active_interval: 4s, drain_interval: 5s, cooldown_interval: 6s}\n\
             scenarios: {idle: 7s, cpu_percent: 80, memory_percent: 70%, memory_metric: usage, batch: 3, most: 9,\n\
             \x20 active: 8s, drain_timeout: 9s, cooldown: 10s, speed: {max: 16, step: 11s}}\n",
        );
        let secs = Duration::from_secs;
        let plan = config.plan();
        assert_eq!((plan.idle.settle, plan.idle.length, plan.idle.interval), (secs(2), secs(7), secs(1)));
        assert_eq!((plan.stress.batch, plan.stress.settle, plan.stress.most), (3, secs(3), 9));
        assert_eq!(plan.leak.drain, (secs(9), secs(5)));
        assert_eq!((plan.leak.active, plan.leak.cooldown), ((secs(8), secs(4)), (secs(10), secs(6))));
        assert_eq!((plan.speed.most, plan.speed.length), (16, secs(11)));
        assert_eq!((config.cpu_share(), config.memory_share()), (0.8, 0.7));
        assert_eq!((config.memory_metric(), config.compose().name()), ("memory_usage", "p"));
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let flags = Config {
            scenarios: Scenarios { batch: "5".parse().ok(), ..Scenarios::default() },
            ..Config::default()
        };
        let config = flags.or(parse("scenarios: {batch: 3, most: 9}"));
        assert_eq!((config.plan().stress.batch, config.plan().stress.most), (5, 9));
    }

    #[test]
    fn each_refusal_says_where_and_what() {
        let texts = [
            "apis: {}\n",
            "api:\n  url: http://127.0.0.1:1\n  timeuot: 3s\n",
            "api:\n  timeout: 3\n",
            "sampling:\n  interval: 0s\n",
            "scenarios:\n  batch: 0\n",
            "scenarios:\n  idle: 30s\n  cpu_percent: 190\n",
            "scenarios:\n  memory_metric: rss\n",
            "scenarios:\n  speed:\n    max: fast\n",
            "docker:\n  profiles: all\n",
        ];
        let refusals = texts.map(|text| Config::parse("c.yaml", text).unwrap_err().to_string());
        insta::assert_snapshot!(refusals.join("\n"));
    }
}
