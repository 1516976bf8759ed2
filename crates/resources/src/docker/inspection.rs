//! What `GET /containers/NAME/json` answers: the life of a container and its limits.

use bollard::models::{ContainerInspectResponse, ContainerState, ContainerStateStatusEnum, HostConfig};
use plimsoll_metrics::num::to_f64;

use super::engine::Host;
use crate::container::{Limits, cpu_list, since_epoch_ns};
use crate::health::Health;

/// The period of a CPU quota where none is set, in microseconds.
const DEFAULT_PERIOD_US: i64 = 100_000;

/// A container as the engine describes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Inspection {
    pub(super) id: String,
    /// Its first process, while it runs.
    pub(super) pid: Option<u32>,
    pub(super) state: State,
    /// When it was started last, by the engine's clock; `None` before its first start.
    pub(super) started_ns: Option<u64>,
    /// When it ended last; `None` while it has never ended.
    pub(super) finished_ns: Option<u64>,
    pub(super) exit_code: Option<i64>,
    /// A process was killed for lack of memory; of the first process only, for older engines.
    pub(super) oom_killed: bool,
    /// Restarts by its policy. `docker restart` sets it back to 0.
    pub(super) restart_count: u64,
    pub(super) bounds: Bounds,
}

/// Whether there is something to measure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum State {
    Running,
    /// In the engine's word: `paused`, `exited`, `restarting`, …
    NotRunning(String),
    #[default]
    Unknown,
}

/// Limits as they were asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bounds {
    nano_cpus: Option<i64>,
    quota_us: Option<i64>,
    period_us: Option<i64>,
    cpu_set: Option<u64>,
    memory_bytes: Option<u64>,
}

impl Inspection {
    pub(super) fn of(answer: &ContainerInspectResponse) -> Inspection {
        let state = answer.state.as_ref();
        let time = |text: fn(&ContainerState) -> &Option<String>| since_epoch_ns(text(state?).as_deref()?);
        Inspection {
            id: answer.id.clone().unwrap_or_default(),
            pid: state.and_then(|state| u32::try_from(state.pid?).ok()).filter(|pid| *pid > 0),
            state: state.map(State::of).unwrap_or_default(),
            started_ns: time(|state| &state.started_at),
            finished_ns: time(|state| &state.finished_at),
            exit_code: state.and_then(|state| state.exit_code),
            oom_killed: state.and_then(|state| state.oom_killed).unwrap_or(false),
            restart_count: answer.restart_count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
            bounds: answer.host_config.as_ref().map(Bounds::of).unwrap_or_default(),
        }
    }

    /// Limits of the container on its host.
    pub(super) fn limits(&self, host: &Host) -> Limits {
        let host_cores = host.cores.map(to_f64);
        Limits {
            host_cores,
            cores: Limits::tightest([host_cores, self.bounds.cpu_set.map(to_f64), self.bounds.cores()]),
            memory_bytes: self.bounds.memory_bytes,
            host_memory_bytes: host.memory_bytes,
        }
    }

    /// Which life of the container this is.
    pub(super) fn life(&self) -> String {
        format!("{}@{}", self.id, self.started_ns.unwrap_or(0))
    }
}

/// How the container is, in the engine's words.
pub(super) fn health(answer: &ContainerInspectResponse) -> Health {
    let state = answer.state.as_ref();
    let status = state.and_then(|state| state.status).map(|status| status.to_string());
    let check = state.and_then(|state| state.health.as_ref()?.status).map(|status| status.to_string());
    let exit_code = state.and_then(|state| state.exit_code);
    Health::of(status.as_deref().unwrap_or(""), check.as_deref(), exit_code)
}

impl State {
    fn of(state: &ContainerState) -> State {
        match state.status {
            Some(ContainerStateStatusEnum::RUNNING) => State::Running,
            Some(ContainerStateStatusEnum::EMPTY) | None => State::Unknown,
            Some(other) => State::NotRunning(other.to_string()),
        }
    }
}

impl Bounds {
    fn of(config: &HostConfig) -> Bounds {
        Bounds {
            nano_cpus: config.nano_cpus,
            quota_us: config.cpu_quota,
            period_us: config.cpu_period,
            cpu_set: config.cpuset_cpus.as_deref().and_then(cpu_list),
            memory_bytes: config
                .memory
                .and_then(|bytes| u64::try_from(bytes).ok())
                .filter(|bytes| *bytes > 0),
        }
    }

    /// Cores by `--cpus`, or else by `--cpu-quota` over `--cpu-period`. CPU shares are no limit.
    fn cores(&self) -> Option<f64> {
        let positive =
            |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok()).filter(|n| *n > 0);
        let by_cpus = positive(self.nano_cpus).map(|nanos| to_f64(nanos) / 1e9);
        let period_us = positive(self.period_us).or(positive(Some(DEFAULT_PERIOD_US)));
        let by_quota = || Some(to_f64(positive(self.quota_us)?) / to_f64(period_us?));
        by_cpus.or_else(by_quota)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: Host = Host { cores: Some(4), memory_bytes: Some(1 << 34), ahead_ns: 0 };

    macro_rules! recorded {
        ($name:literal) => {
            Inspection::of(
                &serde_json::from_str(include_str!(concat!(
                    "../../fixtures/docker/inspect-",
                    $name,
                    ".json"
                )))
                .expect("the engine's answer is of the library's form"),
            )
        };
    }

    #[test]
    fn cores_are_the_tightest_of_host_set_and_quota() {
        let cores = |inspection: Inspection| inspection.limits(&HOST).cores;
        assert_eq!(cores(recorded!("half")), Some(0.5));
        // One core by its set, one and a half by its quota.
        assert_eq!(cores(recorded!("quota")), Some(1.0));
        assert_eq!(cores(recorded!("unlimited")), Some(4.0));
    }

    #[test]
    fn a_quota_without_a_period_is_of_a_tenth_of_a_second() {
        let bounds = Bounds { quota_us: Some(150_000), period_us: Some(0), ..Bounds::default() };
        assert_eq!(bounds.cores(), Some(1.5));
        assert_eq!(Bounds { quota_us: Some(-1), ..Bounds::default() }.cores(), None);
    }

    #[test]
    fn no_limit_of_memory_is_zero_in_the_configuration() {
        assert_eq!(recorded!("unlimited").limits(&HOST).memory_bytes, None);
        assert_eq!(recorded!("half").limits(&HOST).memory_bytes, Some(134_217_728));
    }

    #[test]
    fn a_container_that_ran_out_of_memory_tells_how_it_ended() {
        let hog = recorded!("hog");
        assert_eq!(hog.state, State::NotRunning("exited".to_owned()));
        assert_eq!((hog.pid, hog.exit_code, hog.oom_killed, hog.restart_count), (None, Some(137), true, 3));
        assert!(hog.started_ns < hog.finished_ns);
    }

    #[test]
    fn health_is_what_status_and_own_check_say() {
        let health = |state: &str| {
            health(&serde_json::from_str(&format!(r#"{{"State":{state}}}"#)).expect("it is of the form"))
        };
        assert_eq!(health(r#"{"Status":"running","Health":{"Status":"healthy"}}"#), Health::Healthy);
        assert_eq!(health(r#"{"Status":"running","Health":{"Status":"none"}}"#), Health::Unchecked);
        assert_eq!(health(r#"{"Status":"running"}"#), Health::Unchecked);
        assert_eq!(health(r#"{"Status":"exited","ExitCode":3}"#), Health::Exited { code: Some(3) });
    }

    #[test]
    fn an_answer_that_says_nothing_is_an_unknown_state() {
        let inspection = Inspection::of(&ContainerInspectResponse::default());
        assert_eq!((inspection.state, inspection.started_ns), (State::Unknown, None));
    }
}
