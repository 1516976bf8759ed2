//! What one figure has to reach.

use std::fmt::{self, Display};

use plimsoll_model::{Alarm, Condition, ConditionError, Limit, MetricRef, Op};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::text::parsed;

/// A condition that should hold, and how far from it is too far.
///
/// In YAML either the condition alone, `p95 < 500ms`, or with what goes with it:
/// `{target: p95 < 500ms, critical: 2s}`. The condition's own operator decides at its limit; a critical limit
/// has to be passed: 2 s is not yet critical.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    condition: Condition,
    critical: Option<Limit>,
    hard: bool,
    optional: bool,
}

/// A target that cannot mean what it says.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The condition is about stretches of time.
    #[error("target {found:?} is about a window; expected a condition on the whole run, without \"over\"")]
    Window {
        /// The condition.
        found: String,
    },
    /// Nothing that is measured is negative.
    #[error("{what} {found} of {metric} is negative; expected 0 or above")]
    Negative {
        /// `target` or `critical`.
        what: &'static str,
        /// The limit.
        found: String,
        /// The metric.
        metric: String,
    },
    /// The critical limit is no limit of the metric.
    #[error("critical: {0}")]
    Critical(ConditionError),
    /// The critical limit has another unit than the target.
    #[error("critical {found} of {target:?} has another unit than the target")]
    CriticalUnit {
        /// The critical limit.
        found: String,
        /// The target.
        target: String,
    },
    /// The critical limit would be passed before the target is missed.
    #[error("critical {found} lies within the target {target:?}; expected a limit beyond it")]
    CriticalWithin {
        /// The critical limit.
        found: String,
        /// The target.
        target: String,
    },
    /// A hard target leaves nothing for a critical limit to say.
    #[error("target {found:?} is hard, so missing it fails at once; expected no critical limit beside it")]
    HardAndCritical {
        /// The condition.
        found: String,
    },
}

impl Target {
    /// A target that only warns when it is missed, and must be measured.
    ///
    /// # Errors
    /// The condition must be about the whole run, and its limit not negative.
    pub fn new(condition: Condition) -> Result<Target, TargetError> {
        if condition.window.is_some() {
            return Err(TargetError::Window { found: condition.to_string() });
        }
        check_not_negative("target", condition.limit, &condition.metric)?;
        Ok(Target { condition, critical: None, hard: false, optional: false })
    }

    /// The same with a limit beyond which it fails, in text form: `2s`.
    ///
    /// # Errors
    /// The limit must be one of the target's metric and unit, and lie beyond the target.
    pub fn critical(self, limit: &str) -> Result<Target, TargetError> {
        if self.hard {
            return Err(TargetError::HardAndCritical { found: self.condition.to_string() });
        }
        let limit = limit_of(&self.condition.metric, limit).map_err(TargetError::Critical)?;
        let found = limit.to_string();
        check_not_negative("critical", limit, &self.condition.metric)?;
        if limit.unit != self.condition.limit.unit {
            return Err(TargetError::CriticalUnit { found, target: self.condition.to_string() });
        }
        let target = self.condition.limit.value;
        let is_beyond = if self.is_upper() { limit.value > target } else { limit.value < target };
        if !is_beyond {
            return Err(TargetError::CriticalWithin { found, target: self.condition.to_string() });
        }
        Ok(Target { critical: Some(limit), ..self })
    }

    /// The same, failing as soon as it is missed.
    ///
    /// # Errors
    /// A target with a critical limit cannot be hard as well.
    pub fn hard(self) -> Result<Target, TargetError> {
        if self.critical.is_some() {
            return Err(TargetError::HardAndCritical { found: self.condition.to_string() });
        }
        Ok(Target { hard: true, ..self })
    }

    /// The same, left out where its metric was not measured.
    #[must_use]
    pub fn optional(self) -> Target {
        Target { optional: true, ..self }
    }

    /// The same about one scenario, step or resource target.
    #[must_use]
    pub(crate) fn of(self, scope: &str) -> Target {
        let metric = self.condition.metric.of(scope);
        Target { condition: Condition { metric, ..self.condition }, ..self }
    }

    /// What should hold.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Beyond which limit it fails; `None` when it only warns, or is hard.
    #[must_use]
    pub fn critical_limit(&self) -> Option<Limit> {
        self.critical
    }

    /// Whether missing it fails at once.
    #[must_use]
    pub fn is_hard(&self) -> bool {
        self.hard
    }

    /// Whether it is left out where its metric was not measured.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether missing it, by however much, can fail a comparison.
    #[must_use]
    pub fn can_fail(&self) -> bool {
        self.hard || self.critical.is_some()
    }

    /// Whether the limit is an upper one: less is better.
    #[must_use]
    pub fn is_upper(&self) -> bool {
        matches!(self.condition.op, Op::Less | Op::AtMost)
    }

    /// How far a value, in the limit's base unit, is from the target; `None` when it meets it.
    ///
    /// Critical is what fails: beyond the critical limit, or missing a hard target.
    #[must_use]
    pub fn alarm(&self, value: f64) -> Option<Alarm> {
        if self.condition.holds(value) {
            return None;
        }
        let is_beyond =
            |limit: Limit| if self.is_upper() { value > limit.value } else { value < limit.value };
        let is_critical = self.hard || self.critical.is_some_and(is_beyond);
        Some(if is_critical { Alarm::Critical } else { Alarm::Warning })
    }
}

/// The limit of a metric from its text. The model reads limits only as part of a condition.
fn limit_of(metric: &MetricRef, text: &str) -> Result<Limit, ConditionError> {
    format!("{metric} <= {text}").parse().map(|condition: Condition| condition.limit)
}

fn check_not_negative(what: &'static str, limit: Limit, metric: &MetricRef) -> Result<(), TargetError> {
    if limit.value < 0.0 {
        return Err(TargetError::Negative { what, found: limit.to_string(), metric: metric.to_string() });
    }
    Ok(())
}

impl Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt(f)?;
        if let Some(critical) = self.critical {
            write!(f, ", critical beyond {critical}")?;
        }
        if self.hard {
            f.write_str(", hard")?;
        }
        if self.optional {
            f.write_str(", optional")?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TargetVisitor)
    }
}

/// Takes both spellings itself: serde's `untagged` would lose the line and the reason of an error.
struct TargetVisitor;

impl<'de> Visitor<'de> for TargetVisitor {
    type Value = Target;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition such as p95 < 500ms, or {target: p95 < 500ms, critical: 2s}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Target, E> {
        let condition = text.parse().map_err(E::custom)?;
        Target::new(condition).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Target, A::Error> {
        let spelled = SpelledTarget::deserialize(MapAccessDeserializer::new(map))?;
        Target::try_from(spelled).map_err(A::Error::custom)
    }
}

/// The long spelling.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "target")]
struct SpelledTarget {
    #[serde(deserialize_with = "condition")]
    target: Condition,
    #[serde(default)]
    critical: Option<String>,
    #[serde(default)]
    hard: bool,
    #[serde(default)]
    optional: bool,
}

fn condition<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Condition, D::Error> {
    parsed(deserializer, "a condition such as p95 < 500ms")
}

impl TryFrom<SpelledTarget> for Target {
    type Error = TargetError;

    fn try_from(spelled: SpelledTarget) -> Result<Target, TargetError> {
        let mut target = Target::new(spelled.target)?;
        if let Some(limit) = spelled.critical {
            target = target.critical(&limit)?;
        }
        if spelled.hard {
            target = target.hard()?;
        }
        Ok(if spelled.optional { target.optional() } else { target })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(condition: &str) -> Target {
        Target::new(condition.parse().unwrap()).unwrap()
    }

    #[test]
    fn at_the_target_the_operator_decides() {
        assert_eq!(target("started < 5").alarm(5.0), Some(Alarm::Warning));
        assert_eq!(target("started <= 5").alarm(5.0), None);
    }

    #[test]
    fn a_critical_limit_has_to_be_passed() {
        let upper = target("started <= 5").critical("10").unwrap();
        assert_eq!(upper.alarm(10.0), Some(Alarm::Warning));
        assert_eq!(upper.alarm(10.1), Some(Alarm::Critical));
        let lower = target("started > 100").critical("50").unwrap();
        assert_eq!(lower.alarm(50.0), Some(Alarm::Warning));
        assert_eq!(lower.alarm(49.9), Some(Alarm::Critical));
    }

    #[test]
    fn a_hard_target_fails_when_missed() {
        assert_eq!(target("started <= 5").hard().unwrap().alarm(5.1), Some(Alarm::Critical));
    }

    #[test]
    fn a_value_that_is_no_number_meets_no_target() {
        assert_eq!(target("started >= 0").alarm(f64::NAN), Some(Alarm::Warning));
    }

    #[test]
    fn each_contradiction_is_named() {
        let of = |text: &str| target(text);
        let errors = [
            Target::new("p95 < 1s over 10s".parse().unwrap()).unwrap_err(),
            Target::new("p95 < -1s".parse().unwrap()).unwrap_err(),
            of("p95 < 1s").critical("500ms").unwrap_err(),
            of("throughput > 10/s").critical("20/s").unwrap_err(),
            of("p95 < 1s").critical("5%").unwrap_err(),
            of("p95 < 1s").critical("").unwrap_err(),
            of("memory.peak(host) < 1GB").critical("90%").unwrap_err(),
            of("p95 < 1s").hard().unwrap().critical("2s").unwrap_err(),
        ];
        insta::assert_snapshot!(errors.map(|error| error.to_string()).join("\n"));
    }
}
