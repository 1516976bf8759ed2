//! Whether a container is well, as a value that programs can end with.

use std::fmt::{self, Display};

/// How a container is.
///
/// ```
/// use plimsoll_resources::Health;
///
/// let health = Health::of("running", Some("starting"), None);
/// assert_eq!((health, health.exit_code()), (Health::Starting, 11));
/// assert_eq!(Health::of("running", None, None).to_string(), "runs, and has no health check");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Health {
    /// It runs, and its own check says that it is well.
    Healthy,
    /// It runs, and its own check says that it is not well.
    Unhealthy,
    /// It runs or is being started again, and its own check has not decided yet.
    Starting,
    /// There is no such container.
    Missing,
    /// It does not run; with its exit code, where it has run before.
    Exited {
        /// What it ended with.
        code: Option<i64>,
    },
    /// It runs, and has no check of its own: nobody knows how it is.
    Unchecked,
}

impl Health {
    /// From the words of an engine: the container's status, the status of its health check, and the code that it
    /// ended with.
    #[must_use]
    pub fn of(status: &str, check: Option<&str>, exit_code: Option<i64>) -> Health {
        match (status, check) {
            ("running" | "paused", Some("healthy")) => Health::Healthy,
            ("running" | "paused", Some("unhealthy")) => Health::Unhealthy,
            ("running" | "paused", Some("starting")) | ("restarting", _) => Health::Starting,
            ("running" | "paused", _) => Health::Unchecked,
            // It has a code of 0 from the beginning, which means nothing.
            ("created", _) => Health::Exited { code: None },
            _ => Health::Exited { code: exit_code },
        }
    }

    /// The code that a check of it ends with: 0 healthy, 10 unhealthy, 11 starting, 12 missing, 13 exited, 14 no
    /// health check. Other programs rely on them; they never change.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Health::Healthy => 0,
            Health::Unhealthy => 10,
            Health::Starting => 11,
            Health::Missing => 12,
            Health::Exited { .. } => 13,
            Health::Unchecked => 14,
        }
    }
}

impl Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Health::Healthy => "is healthy",
            Health::Unhealthy => "is unhealthy by its own check",
            Health::Starting => "is still starting",
            Health::Missing => "does not exist",
            Health::Exited { code: None } => "was never started",
            Health::Exited { code: Some(code) } => return write!(f, "has ended with code {code}"),
            Health::Unchecked => "runs, and has no health check",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ALL: [Health; 6] = [
        Health::Healthy,
        Health::Unhealthy,
        Health::Starting,
        Health::Missing,
        Health::Exited { code: Some(1) },
        Health::Unchecked,
    ];

    #[test]
    fn each_state_has_its_own_code_and_text() {
        let codes: BTreeSet<u8> = ALL.iter().map(|health| health.exit_code()).collect();
        let texts: BTreeSet<String> = ALL.iter().map(ToString::to_string).collect();
        assert_eq!((codes.len(), texts.len()), (ALL.len(), ALL.len()));
    }

    #[test]
    fn the_codes_are_those_that_other_programs_rely_on() {
        assert_eq!(ALL.map(Health::exit_code), [0, 10, 11, 12, 13, 14]);
    }

    #[test]
    fn only_a_check_of_its_own_makes_a_container_healthy() {
        assert_eq!(Health::of("running", Some("healthy"), None), Health::Healthy);
        assert_eq!(Health::of("running", Some("unhealthy"), None), Health::Unhealthy);
        assert_eq!(Health::of("running", Some("none"), None), Health::Unchecked);
        assert_eq!(Health::of("running", None, Some(0)), Health::Unchecked);
    }

    #[test]
    fn what_does_not_run_has_ended_whatever_its_last_check_said() {
        assert_eq!(Health::of("exited", Some("healthy"), Some(0)), Health::Exited { code: Some(0) });
        assert_eq!(Health::of("dead", None, Some(137)), Health::Exited { code: Some(137) });
        assert_eq!(Health::of("created", None, Some(0)), Health::Exited { code: None });
    }

    #[test]
    fn a_container_between_two_starts_is_starting() {
        assert_eq!(Health::of("restarting", Some("unhealthy"), Some(1)), Health::Starting);
    }
}
