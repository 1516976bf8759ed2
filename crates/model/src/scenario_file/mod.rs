//! A load in a file: enough where no Rust is needed to say what is offered.

mod length;
mod pattern;
mod workload;

use std::time::Duration;

use serde::Deserialize;

use self::length::Length;
use self::pattern::Pattern;
pub use self::workload::Distribution;
use self::workload::Workload;
use crate::read::{self, ReadError};
use crate::{Condition, ConditionError, PlanError, Profile, Think};

/// What load is offered, and on what conditions, from a YAML file.
///
/// ```
/// use plimsoll_model::{Profile, ScenarioFile};
///
/// let text = "
/// duration: 60s
/// warmup: 5s
/// workload:
///   type: mixed
///   distribution: {read: 0.7, write: 0.2, compute: 0.1}
/// load_pattern:
///   type: constant
///   rate: 500
/// thresholds:
///   - p99(write) < 20ms
///   - error_rate < 0.1%
/// ";
/// let scenario = ScenarioFile::read("scenario.yaml", text)?;
/// assert_eq!(scenario.profile, Profile::hold(500, std::time::Duration::from_secs(60)).unwrap());
/// assert_eq!(scenario.distribution.unwrap().weights[1], ("read".to_owned(), 7));
/// assert_eq!(scenario.thresholds.len(), 2);
/// # Ok::<(), plimsoll_model::read::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScenarioFile {
    /// What is measured: `load_pattern`, for `duration`.
    pub profile: Profile,
    /// How long to put load on before measuring: `warmup`.
    pub warm_up: Option<Duration>,
    /// How long the load goes down after measuring: `cooldown`.
    pub cool_down: Option<Duration>,
    /// How long a user waits after an operation: `think_time`.
    pub think: Option<Think>,
    /// The least time from one start of a user to its next: `pacing`.
    pub pacing: Option<Duration>,
    /// Which operations, and how often each; `None` for those of the program.
    pub distribution: Option<Distribution>,
    /// Conditions on the result.
    pub thresholds: Vec<Condition>,
    /// Conditions that end the run when one is broken: `abort_unless`.
    pub abort_rules: Vec<Condition>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    duration: Option<Length>,
    warmup: Option<Length>,
    cooldown: Option<Length>,
    /// As text, since only the text knows its line.
    think_time: Option<String>,
    pacing: Option<Length>,
    workload: Option<Workload>,
    load_pattern: Pattern,
    /// As text, since only the text knows its line.
    #[serde(default)]
    thresholds: Vec<String>,
    #[serde(default)]
    abort_unless: Vec<String>,
}

impl ScenarioFile {
    /// Reads a scenario. `file` is only for the errors.
    ///
    /// # Errors
    /// As [`read::yaml`]; when a pattern lacks a key, or has one that means nothing to it; when the load cannot
    /// be offered. The error names the line.
    pub fn read(file: &str, text: &str) -> Result<ScenarioFile, ReadError> {
        let written: Written = read::yaml(file, text)?;
        let refuse = |block: &str, mistake: Mistake| {
            let refusal = ReadError::new(file, format!("{block}: {}", mistake.message));
            match line_of(text, block, &mistake.key) {
                Some(line) => refusal.at_line(line),
                None => refusal,
            }
        };
        let conditions = |block: &str, written: &[String]| -> Result<Vec<Condition>, ReadError> {
            let parse = |condition: &String| {
                condition.parse().map_err(|error: ConditionError| {
                    let refusal = ReadError::new(file, format!("{block}: {error}"));
                    let line = text.lines().position(|line| line.trim_end().ends_with(condition.as_str()));
                    refusal.at_line(line.map_or(1, |index| index + 1))
                })
            };
            written.iter().map(parse).collect()
        };
        let duration = written.duration.map(|length| length.0);
        let profile = written.load_pattern.profile(duration).map_err(|m| refuse("load_pattern", m))?;
        let waits = [("think_time", written.think_time.is_some()), ("pacing", written.pacing.is_some())];
        if let Some((key, _)) = waits.iter().find(|(_, is_given)| *is_given && profile.is_open()) {
            return Err(refuse(key, Mistake::new("", "only users wait; this load_pattern has a rate")));
        }
        let think = |text: &String| {
            let mistake = |error: PlanError| refuse("think_time", Mistake::new("", error.to_string()));
            text.parse::<Think>().map_err(mistake)
        };
        Ok(ScenarioFile {
            profile,
            think: written.think_time.as_ref().map(think).transpose()?,
            pacing: written.pacing.map(|length| length.0),
            warm_up: written.warmup.map(|length| length.0),
            cool_down: written.cooldown.map(|length| length.0),
            distribution: match written.workload {
                Some(workload) => Some(workload.distribution().map_err(|m| refuse("workload", m))?),
                None => None,
            },
            thresholds: conditions("thresholds", &written.thresholds)?,
            abort_rules: conditions("abort_unless", &written.abort_unless)?,
        })
    }
}

/// What cannot be meant, and the key that it is about.
struct Mistake {
    key: String,
    message: String,
}

impl Mistake {
    fn new(key: impl Into<String>, message: impl Into<String>) -> Mistake {
        Mistake { key: key.into(), message: message.into() }
    }
}

/// The line of a key of a block, or of the block where the key has none of its own, counted from 1.
fn line_of(text: &str, block: &str, key: &str) -> Option<usize> {
    let begins =
        |line: &str, key: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
    let at_top = |line: &str| line.starts_with(|first: char| !first.is_whitespace() && first != '#');
    let lines = || text.lines().enumerate();
    let (start, _) = lines().find(|(_, line)| at_top(line) && begins(line, block))?;
    let within = lines().skip(start + 1).take_while(|(_, line)| !at_top(line));
    let own = within.into_iter().find(|(_, line)| begins(line, key)).map(|(index, _)| index);
    Some(own.unwrap_or(start) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compose, MixOrder};

    const SECOND: Duration = Duration::from_secs(1);

    fn profile(pattern: &str) -> Profile {
        ScenarioFile::read("s.yaml", &format!("duration: 60s\nload_pattern: {pattern}\n")).unwrap().profile
    }

    #[test]
    fn each_pattern_is_the_profile_of_its_name() {
        let expected = [
            ("{type: constant, rate: 0.5}", Profile::hold(0.5, 60 * SECOND)),
            ("{type: constant, users: 20}", Profile::users(20, 60 * SECOND)),
            ("{type: ramp, to: 100}", Profile::ramp(0, 100, 60 * SECOND)),
            ("{type: ramp, from: 50, to: 100}", Profile::ramp(50, 100, 60 * SECOND)),
            ("{type: stepped, steps: [10, 50, 100]}", Profile::steps(&[10.0, 50.0, 100.0], 20 * SECOND)),
            (
                "{type: spike, rate: 50, peak: 900, spike_duration: 10s}",
                Profile::spike(50, 900, 10 * SECOND, 60 * SECOND),
            ),
            ("{type: poisson, rate: 100}", Profile::hold(100, 60 * SECOND).poisson()),
            ("{type: constant, users: 20, ramp_up: 4/s}", Profile::ramp_up(20, 4, 60 * SECOND)),
            ("{type: ramp_users, to: 20}", Profile::ramp_users(0, 20, 60 * SECOND)),
            ("{type: ramp_users, from: 20, to: 5}", Profile::ramp_users(20, 5, 60 * SECOND)),
        ];
        for (pattern, expected) in expected {
            assert_eq!(Ok(profile(pattern)), expected, "{pattern}");
        }
    }

    #[test]
    fn steps_may_say_how_long_each_lasts() {
        let text = "load_pattern:\n  type: stepped\n  steps: [10, 50]\n  step_duration: 30s\n";
        let file = ScenarioFile::read("s.yaml", text).unwrap();
        assert_eq!(Ok(file.profile), Profile::steps(&[10.0, 50.0], 30 * SECOND));
    }

    #[test]
    fn users_may_have_so_many_operations_together_or_each() {
        let read = |pattern: &str| {
            ScenarioFile::read("s.yaml", &format!("load_pattern: {pattern}\n")).unwrap().profile
        };
        let together = read("{type: iterations, users: 5, iterations: 100}");
        assert_eq!(Ok(together), Profile::iterations(5, 100));
        assert_eq!(Ok(read("{type: per_user, users: 5, iterations: 100}")), Profile::per_user(5, 100));
    }

    #[test]
    fn users_may_think_and_keep_a_pace() {
        let text =
            "duration: 60s\nthink_time: 1s..5s\npacing: 10s\nload_pattern: {type: constant, users: 5}\n";
        let file = ScenarioFile::read("s.yaml", text).unwrap();
        assert_eq!((file.think, file.pacing), (Think::uniform(SECOND, 5 * SECOND).ok(), Some(10 * SECOND)));
    }

    #[test]
    fn a_workload_is_a_mix_or_one_operation() {
        let read = |workload: &str| {
            let text =
                format!("duration: 1s\nload_pattern: {{type: constant, rate: 1}}\nworkload: {workload}\n");
            ScenarioFile::read("s.yaml", &text).unwrap().distribution.unwrap()
        };
        let weights = |names: &[(&str, u64)]| {
            names.iter().map(|(name, w)| ((*name).to_owned(), *w)).collect::<Vec<_>>()
        };
        let mixed = read("{type: mixed, distribution: {read: 0.75, write: 0.25}, order: random}");
        assert_eq!((mixed.weights, mixed.order), (weights(&[("read", 75), ("write", 25)]), MixOrder::Random));
        let one = read("{type: read}");
        assert_eq!((one.weights, one.order), (weights(&[("read", 1)]), MixOrder::Exact));
    }

    #[test]
    fn each_refusal_says_where_and_what() {
        let pattern = "load_pattern:\n  type: constant\n  rate: 10\n";
        let texts = [
            "durations: 60s\n".to_owned() + pattern,
            "duration: 60\n".to_owned() + pattern,
            "duration: 0s\n".to_owned() + pattern,
            "duration: 60s\n".to_owned(),
            pattern.to_owned(),
            "duration: 60s\nload_pattern:\n  type: contsant\n  rate: 10\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n  rat: 10\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n  rate: 10\n  peak: 50\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n  rate: 10\n  users: 5\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n  rate: -1\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n  rate: .nan\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: ramp\n  from: 10\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: spike\n  peak: 10\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: stepped\n  steps: [1, 2]\n  step_duration: 5s\n"
                .to_owned(),
            "load_pattern:\n  type: stepped\n  steps: [1, 2]\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: stepped\n  steps: []\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: ramp_users\n  from: 1\n  to: 2.5\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: ramp_users\n  from: 10\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n  users: 5\n  ramp_up: fast\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: constant\n  rate: 5\n  ramp_up: 1/s\n".to_owned(),
            "duration: 60s\nload_pattern:\n  type: per_user\n  users: 5\n  iterations: 5\n".to_owned(),
            "load_pattern:\n  type: iterations\n  users: 5\n".to_owned(),
            "load_pattern:\n  type: per_user\n  users: 5\n  iterations: 0\n".to_owned(),
            format!("duration: 60s\nthink_time: 5s..1s\n{pattern}").replace("rate: 10", "users: 10"),
            format!("duration: 60s\nthink_time: soon\n{pattern}").replace("rate: 10", "users: 10"),
            format!("duration: 60s\nthink_time: 1s\n{pattern}"),
            format!("duration: 60s\npacing: 1s\n{pattern}"),
            format!("duration: 60s\npacing: 0s\n{pattern}"),
            format!("duration: 60s\n{pattern}thresholds:\n  - p99 < 20ms\n  - p99 < 20\n"),
            format!("duration: 60s\n{pattern}workload:\n  type: mixed\n"),
            format!("duration: 60s\n{pattern}workload:\n  type: read\n  distribution: {{read: 1}}\n"),
            format!("duration: 60s\n{pattern}workload:\n  type: mixed\n  distribution:\n    read: 0\n"),
            format!(
                "duration: 60s\n{pattern}workload:\n  type: mixed\n  distribution:\n    read: 0.12345678\n"
            ),
        ];
        let refusals = texts.map(|text| ScenarioFile::read("s.yaml", &text).unwrap_err().to_string());
        insta::assert_snapshot!(refusals.join("\n"));
    }
}
