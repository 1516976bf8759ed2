//! When the gate looks, and which changes matter to it.

use std::fmt::{self, Display};

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::change::{Change, ChangeUnit};
use super::text::parsed;
use crate::gate::Looks;

/// When the gate looks, and which changes matter to it.
///
/// The default looks after 6, 10 and 16 runs a side; a regression is 5 percent or a point, a pass excludes 10
/// percent or 2 points. In YAML each part may be left out, and then stays as it is by default.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GateSettings {
    /// After how many runs a side it is asked whether the answer is clear.
    #[serde(deserialize_with = "looks")]
    pub looks: Looks,
    /// Which changes of a latency, a throughput or a size matter, in percent.
    #[serde(deserialize_with = "relative")]
    pub relative: Tolerance,
    /// Which changes of a rate matter, in points.
    #[serde(deserialize_with = "rates")]
    pub rates: Tolerance,
}

/// Which changes of a metric matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// A regression is at least this large. A limit is crossed only every other time by a change of its own
    /// size, so this is half of the change that the gate protects from.
    pub margin: Change,
    /// A pass is sure that the change is not as large as this.
    pub excluded: Change,
}

impl Tolerance {
    const RELATIVE: Tolerance = Tolerance::known(5.0, 10.0, ChangeUnit::Percent);
    const RATES: Tolerance = Tolerance::known(1.0, 2.0, ChangeUnit::Points);

    const fn known(margin: f64, excluded: f64, unit: ChangeUnit) -> Tolerance {
        Tolerance { margin: Change::known(margin, unit), excluded: Change::known(excluded, unit) }
    }
}

impl Default for GateSettings {
    fn default() -> Self {
        GateSettings { looks: Looks::default(), relative: Tolerance::RELATIVE, rates: Tolerance::RATES }
    }
}

impl Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "margin {}, excluded {}", self.margin, self.excluded)
    }
}

fn looks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Looks, D::Error> {
    parsed(deserializer, "numbers of runs a side, such as 6,10,16")
}

fn relative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tolerance, D::Error> {
    deserializer.deserialize_map(ToleranceVisitor(Tolerance::RELATIVE))
}

fn rates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tolerance, D::Error> {
    deserializer.deserialize_map(ToleranceVisitor(Tolerance::RATES))
}

/// Checks a tolerance while the deserialiser still knows its line; what is not given stays as it was.
struct ToleranceVisitor(Tolerance);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "tolerance")]
struct SpelledTolerance {
    margin: Option<Change>,
    excluded: Option<Change>,
}

impl<'de> Visitor<'de> for ToleranceVisitor {
    type Value = Tolerance;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tolerance { margin, excluded } = self.0;
        write!(f, "changes such as {{margin: {margin}, excluded: {excluded}}}")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Tolerance, A::Error> {
        let spelled = SpelledTolerance::deserialize(MapAccessDeserializer::new(map))?;
        let Tolerance { margin, excluded } = self.0;
        let unit = margin.unit();
        let tolerance = Tolerance {
            margin: spelled.margin.unwrap_or(margin),
            excluded: spelled.excluded.unwrap_or(excluded),
        };
        let Tolerance { margin, excluded } = tolerance;
        if let Some(other) = [margin, excluded].into_iter().find(|change| change.unit() != unit) {
            return Err(A::Error::custom(format!("a change of {other}; expected {unit} here")));
        }
        if margin.amount() > excluded.amount() {
            return Err(A::Error::custom(format!(
                "a regression from {margin} on, and a pass below {excluded}; expected the margin within what is excluded"
            )));
        }
        Ok(tolerance)
    }
}
