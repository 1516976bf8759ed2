//! The shape of the load.

use std::time::Duration;

use serde::Deserialize;

use super::Mistake;
use super::length::Length;
use crate::{Compose, PlanError, Profile};

/// `load_pattern`. One flat list of keys, so that a mistyped one is refused with its line; which of them belong
/// together is checked afterwards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pattern {
    #[serde(rename = "type")]
    kind: Kind,
    rate: Option<f64>,
    users: Option<u64>,
    from: Option<f64>,
    to: Option<f64>,
    peak: Option<f64>,
    spike_duration: Option<Length>,
    steps: Option<Vec<f64>>,
    step_duration: Option<Length>,
    ramp_up: Option<String>,
    iterations: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Constant,
    Ramp,
    Stepped,
    Spike,
    Poisson,
    RampUsers,
    Iterations,
    PerUser,
}

impl Kind {
    /// Its name, and the keys that mean something to it.
    fn keys(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Kind::Constant => ("constant", &["rate", "users", "ramp_up"]),
            Kind::Ramp => ("ramp", &["from", "to"]),
            Kind::Stepped => ("stepped", &["steps", "step_duration"]),
            Kind::Spike => ("spike", &["rate", "peak", "spike_duration"]),
            Kind::Poisson => ("poisson", &["rate"]),
            Kind::RampUsers => ("ramp_users", &["from", "to"]),
            Kind::Iterations => ("iterations", &["users", "iterations"]),
            Kind::PerUser => ("per_user", &["users", "iterations"]),
        }
    }
}

impl Pattern {
    /// The profile, for a time.
    pub(super) fn profile(&self, duration: Option<Duration>) -> Result<Profile, Mistake> {
        self.refuse_strangers()?;
        let profile = match self.kind {
            Kind::Constant => match (self.rate, self.users, &self.ramp_up) {
                (Some(rate), None, None) => Profile::hold(rate, self.whole(duration)?),
                (None, Some(users), None) => Profile::users(users, self.whole(duration)?),
                (None, Some(users), Some(per_s)) => {
                    Profile::ramp_up(users, users_per_second(per_s)?, self.whole(duration)?)
                }
                (Some(_), None, Some(_)) => {
                    return Err(Mistake::new(
                        "ramp_up",
                        "ramp_up is for users; with a rate there is type ramp",
                    ));
                }
                _ => return Err(Mistake::new("type", "type constant takes either rate or users")),
            },
            Kind::Ramp => {
                let to = self.needed("to", self.to)?;
                Profile::ramp(self.from.unwrap_or(0.0), to, self.whole(duration)?)
            }
            Kind::Stepped => return self.stepped(duration),
            Kind::Spike => {
                let (rate, peak) = (self.needed("rate", self.rate)?, self.needed("peak", self.peak)?);
                let length = self.needed("spike_duration", self.spike_duration)?.0;
                Profile::spike(rate, peak, length, self.whole(duration)?)
            }
            Kind::RampUsers => {
                let from = whole_users("from", self.from.unwrap_or(0.0))?;
                let to = whole_users("to", self.needed("to", self.to)?)?;
                Profile::ramp_users(from, to, self.whole(duration)?)
            }
            Kind::Iterations | Kind::PerUser => return self.of_a_number(duration),
            Kind::Poisson => Profile::hold(self.needed("rate", self.rate)?, self.whole(duration)?).poisson(),
        };
        profile.map_err(mistake)
    }

    fn stepped(&self, duration: Option<Duration>) -> Result<Profile, Mistake> {
        let steps = self.needed("steps", self.steps.as_ref())?;
        let each = match (self.step_duration, duration) {
            (Some(each), None) => each.0,
            (None, Some(whole)) => whole / u32::try_from(steps.len()).unwrap_or(u32::MAX).max(1),
            _ => {
                return Err(Mistake::new(
                    "type",
                    "type stepped takes either step_duration or the duration of all",
                ));
            }
        };
        Profile::steps(steps, each).map_err(mistake)
    }

    /// So many operations, however long they take.
    fn of_a_number(&self, duration: Option<Duration>) -> Result<Profile, Mistake> {
        if duration.is_some() {
            let (name, _) = self.kind.keys();
            return Err(Mistake::new(
                "type",
                format!("type {name} ends when its operations are done; it takes no duration"),
            ));
        }
        let users = self.needed("users", self.users)?;
        let iterations = self.needed("iterations", self.iterations)?;
        let profile = match self.kind {
            Kind::PerUser => Profile::per_user(users, iterations),
            _ => Profile::iterations(users, iterations),
        };
        profile.map_err(mistake)
    }

    fn whole(&self, duration: Option<Duration>) -> Result<Duration, Mistake> {
        let (name, _) = self.kind.keys();
        duration
            .ok_or_else(|| Mistake::new("type", format!("type {name} needs the duration of the scenario")))
    }

    fn needed<T>(&self, key: &str, value: Option<T>) -> Result<T, Mistake> {
        let (name, _) = self.kind.keys();
        value.ok_or_else(|| Mistake::new("type", format!("type {name} needs {key}")))
    }

    fn refuse_strangers(&self) -> Result<(), Mistake> {
        let given = [
            ("rate", self.rate.is_some()),
            ("users", self.users.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
            ("peak", self.peak.is_some()),
            ("spike_duration", self.spike_duration.is_some()),
            ("steps", self.steps.is_some()),
            ("step_duration", self.step_duration.is_some()),
            ("ramp_up", self.ramp_up.is_some()),
            ("iterations", self.iterations.is_some()),
        ];
        let (name, known) = self.kind.keys();
        match given.iter().find(|(key, is_given)| *is_given && !known.contains(key)) {
            Some((key, _)) => {
                let message = format!("{key} means nothing to type {name}; it takes {}", known.join(", "));
                Err(Mistake::new(*key, message))
            }
            None => Ok(()),
        }
    }
}

/// `10/s` as a number.
fn users_per_second(text: &str) -> Result<f64, Mistake> {
    let per_s = text.trim().strip_suffix("/s").and_then(|number| number.trim().parse().ok());
    per_s.filter(|per_s: &f64| per_s.is_finite() && *per_s > 0.0).ok_or_else(|| {
        Mistake::new(
            "ramp_up",
            format!("ramp_up is {text:?}; expected users per second above 0, such as 10/s"),
        )
    })
}

/// A number of users; how many they may be is the profile's matter.
fn whole_users(key: &str, number: f64) -> Result<u64, Mistake> {
    /// Exact in both types.
    const MOST: f64 = 1e12;
    if !(0.0..=MOST).contains(&number) || number.fract() != 0.0 {
        return Err(Mistake::new(key, format!("{key} is {number}; expected a whole number of users")));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is whole and within bounds"
    )]
    Ok(number as u64)
}

/// A mistake in a value, about the key of its name.
fn mistake(error: PlanError) -> Mistake {
    Mistake { message: error.to_string(), key: error.field }
}
