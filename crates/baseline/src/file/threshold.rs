//! From which change on a metric has regressed.

use std::fmt::{self, Display};

use plimsoll_model::{Alarm, Better, Unit};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::change::{Change, ChangeUnit};
use super::selector::Selector;

/// The edges of a comparison with an earlier result, one entry for each metric, in the order of the report.
///
/// The default is what this project promises: p95 +20 percent, throughput -15 percent and errors +5 points
/// fail; warning and critical are latency +10 and +25 percent, throughput -5 and -15 percent, memory +20 and
/// +50 percent, success -2 and -5 points. In YAML an entry replaces the default of its metric and leaves the
/// others alone; an entry `{}` only shows the metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds(Vec<Threshold>);

/// The edges of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Which metric.
    pub selector: Selector,
    /// From which change on.
    pub edges: Edges,
}

/// Changes for the worse from which on a metric is judged; each may be left out.
///
/// `warning` and `critical` say how grave a regression is; only `fail` decides the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edges {
    /// From here on it is a regression.
    #[serde(default)]
    pub warning: Option<Change>,
    /// From here on it is a grave one.
    #[serde(default)]
    pub critical: Option<Change>,
    /// From here on the comparison fails.
    #[serde(default)]
    pub fail: Option<Change>,
}

/// Edges that cannot mean what they say.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EdgesError {
    /// Points count hundredths of a whole, which only a rate has.
    #[error(
        "{selector} has an edge of {change}; points are for error_rate and success_rate, expected percent"
    )]
    PointsOfNoRate {
        /// The metric.
        selector: String,
        /// The edge.
        change: Change,
    },
    /// The graver edge would be reached first.
    #[error(
        "{selector} is critical from {critical} and a warning from {warning}; expected the warning first"
    )]
    Order {
        /// The metric.
        selector: String,
        /// Its warning edge.
        warning: Change,
        /// Its critical edge.
        critical: Change,
    },
}

impl Edges {
    /// How grave the change is; `None` when it reaches no edge.
    ///
    /// A change that fails before any edge of gravity is critical, unless a critical edge is still to come.
    #[must_use]
    pub fn alarm(&self, better: Better, baseline: f64, current: f64) -> Option<Alarm> {
        let reached =
            |edge: Option<Change>| edge.is_some_and(|edge| edge.is_reached(better, baseline, current));
        if reached(self.critical) {
            Some(Alarm::Critical)
        } else if reached(self.warning) {
            Some(Alarm::Warning)
        } else if reached(self.fail) {
            Some(if self.critical.is_none() { Alarm::Critical } else { Alarm::Warning })
        } else {
            None
        }
    }

    /// Whether the change fails the comparison.
    #[must_use]
    pub fn fails(&self, better: Better, baseline: f64, current: f64) -> bool {
        self.fail.is_some_and(|edge| edge.is_reached(better, baseline, current))
    }

    fn all(&self) -> impl Iterator<Item = Change> {
        [self.warning, self.critical, self.fail].into_iter().flatten()
    }

    fn check(&self, selector: &Selector) -> Result<(), EdgesError> {
        let name = || selector.to_string();
        if selector.metric().metric.unit() != Some(Unit::Ratio)
            && let Some(change) = self.all().find(|edge| edge.unit() == ChangeUnit::Points)
        {
            return Err(EdgesError::PointsOfNoRate { selector: name(), change });
        }
        match (self.warning, self.critical) {
            (Some(warning), Some(critical))
                if warning.unit() == critical.unit() && warning.amount() > critical.amount() =>
            {
                Err(EdgesError::Order { selector: name(), warning, critical })
            }
            _ => Ok(()),
        }
    }
}

impl Thresholds {
    /// No metric at all: a start for a list of one's own.
    #[must_use]
    pub fn none() -> Thresholds {
        Thresholds(Vec::new())
    }

    /// The same with the edges of one metric replaced or added.
    ///
    /// # Errors
    /// When the edges cannot mean what they say: points of what is no rate, critical before warning.
    pub fn with(mut self, selector: Selector, edges: Edges) -> Result<Thresholds, EdgesError> {
        edges.check(&selector)?;
        self.put(Threshold { selector, edges });
        Ok(self)
    }

    /// The entries, in the order of the report.
    pub fn iter(&self) -> impl Iterator<Item = &Threshold> {
        self.0.iter()
    }

    fn put(&mut self, threshold: Threshold) {
        match self.0.iter_mut().find(|known| known.selector == threshold.selector) {
            Some(known) => *known = threshold,
            None => self.0.push(threshold),
        }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        let percent = |amount| Some(Change::known(amount, ChangeUnit::Percent));
        let points = |amount| Some(Change::known(amount, ChangeUnit::Points));
        let latency = Edges { warning: percent(10.0), critical: percent(25.0), fail: None };
        let entries = [
            ("throughput", Edges { warning: percent(5.0), critical: percent(15.0), fail: percent(15.0) }),
            ("p50", latency),
            ("p95", Edges { fail: percent(20.0), ..latency }),
            ("p99", latency),
            ("error_rate", Edges { fail: points(5.0), ..Edges::default() }),
            ("success_rate", Edges { warning: points(2.0), critical: points(5.0), fail: None }),
            ("memory.peak", Edges { warning: percent(20.0), critical: percent(50.0), fail: None }),
        ];
        let threshold = |(name, edges): (&str, Edges)| Threshold {
            selector: name.parse().expect("the names above are metrics"),
            edges,
        };
        Thresholds(entries.map(threshold).into())
    }
}

impl Display for Edges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [("warning", self.warning), ("critical", self.critical), ("fail", self.fail)];
        let mut set = named.into_iter().filter_map(|(name, edge)| Some((name, edge?)));
        let Some((name, edge)) = set.next() else { return f.write_str("shown only") };
        write!(f, "{name} {edge}")?;
        set.try_for_each(|(name, edge)| write!(f, ", {name} {edge}"))
    }
}

impl<'de> Deserialize<'de> for Thresholds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ThresholdsVisitor)
    }
}

/// Keeps the order of the file, refuses a metric that comes twice, and starts from the defaults.
struct ThresholdsVisitor;

impl<'de> Visitor<'de> for ThresholdsVisitor {
    type Value = Thresholds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("edges by metric, such as p95: {fail: 20 percent}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Thresholds, A::Error> {
        let mut thresholds = Thresholds::default();
        let mut seen: Vec<Selector> = Vec::new();
        while let Some(selector) = map.next_key::<Selector>()? {
            let edges = map.next_value_seed(EdgesOf(&selector))?;
            if seen.contains(&selector) {
                return Err(A::Error::custom(format!(
                    "{selector} comes twice; expected one entry for each metric"
                )));
            }
            seen.push(selector.clone());
            thresholds.put(Threshold { selector, edges });
        }
        Ok(thresholds)
    }
}

/// Edges checked for their metric while the deserialiser still knows their line.
#[derive(Clone, Copy)]
struct EdgesOf<'a>(&'a Selector);

impl<'de> DeserializeSeed<'de> for EdgesOf<'_> {
    type Value = Edges;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Edges, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EdgesOf<'_> {
    type Value = Edges;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("edges such as {warning: 10 percent, fail: 20 percent}")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Edges, A::Error> {
        let edges = Edges::deserialize(MapAccessDeserializer::new(map))?;
        edges.check(self.0).map_err(A::Error::custom)?;
        Ok(edges)
    }
}
