//! Naming one measured figure of a run.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Better, Quantile, Unit};

/// Which of the latencies of an operation, all from the same histogram layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LatencyKind {
    /// From the intended start to the end: what a user waits for.
    Response,
    /// From the actual start to the end: what the system under test took.
    Service,
    /// From the intended start to the actual start: the wait in our own queue.
    Queue,
    /// From the intended start to the dispatch: how late the generator itself was.
    ScheduleLag,
}

/// A figure of a latency distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LatencyStat {
    /// The smallest value.
    Min,
    /// The arithmetic mean.
    Mean,
    /// The standard deviation.
    Stddev,
    /// A quantile.
    Quantile(Quantile),
    /// The largest value.
    Max,
}

/// A figure of a resource series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceStat {
    /// Average over the time that was measured.
    Mean,
    /// The largest sample.
    Peak,
    /// Change in each minute.
    Slope,
}

/// What is measured, without where.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Metric {
    /// A figure of a latency: `p99`, `service.mean`, `queue.max`, `schedule_lag.p99`.
    Latency {
        /// Which latency; response unless named.
        kind: LatencyKind,
        /// Which figure.
        stat: LatencyStat,
    },
    /// `error_rate`: failed, timed out and panicked as a share of started, 0 to 1.
    ErrorRate,
    /// `success_rate`: ok as a share of started, 0 to 1.
    SuccessRate,
    /// `throughput`: ok operations completed in each second of the measured time.
    Throughput,
    /// `peak_throughput`: the best window's throughput.
    PeakThroughput,
    /// `items_rate`: items that operations reported, in each second.
    ItemsRate,
    /// `started`: operations started.
    Started,
    /// `failed`: operations that ended in an error.
    Failed,
    /// `timed_out`: operations given up after their timeout.
    TimedOut,
    /// `dropped`: arrivals that never started, for any cause.
    Dropped,
    /// `duration`: length of the whole run, from the start of its first phase to the end of the drain.
    Duration,
    /// `concurrency`: operations in service at the same time, on average over the measured time: the sum of
    /// their service times in each second.
    Concurrency,
    /// `checks`: passed as a share of all checks that the operations made, 0 to 1.
    Checks,
    /// `check.NAME`: the same of one check.
    Check {
        /// Name of the check.
        name: String,
    },
    /// `counter.NAME`: the sum that the operations counted.
    Counter {
        /// Name of the counter.
        name: String,
    },
    /// `gauge.NAME`: the last value; of several scenarios the largest.
    Gauge {
        /// Name of the gauge.
        name: String,
    },
    /// `rate.NAME`: the share of true, 0 to 1.
    Rate {
        /// Name of the rate.
        name: String,
    },
    /// `trend.NAME.p99`: a figure of a trend, in the trend's own unit.
    Trend {
        /// Name of the trend.
        name: String,
        /// Which figure.
        stat: LatencyStat,
    },
    /// A resource of a target, which the scope names: `cpu.mean(host)`, `memory.peak(process)`.
    Resource {
        /// Metric of the series.
        name: String,
        /// Which figure of it.
        stat: ResourceStat,
    },
}

/// One measured figure: a [`Metric`], and the scenario, step or resource target it belongs to.
///
/// Without a scope it is about the whole run. The text form is the one spelling in code, flags, YAML and
/// reports.
///
/// ```
/// use plimsoll_model::{LatencyKind, LatencyStat, Metric, MetricRef, Quantile};
///
/// let p99: MetricRef = "p99(write)".parse()?;
/// assert_eq!(p99.scope.as_deref(), Some("write"));
/// assert_eq!(p99.metric, Metric::Latency { kind: LatencyKind::Response, stat: LatencyStat::Quantile(Quantile::P99) });
/// for text in ["error_rate", "queue.max(read)", "memory.peak(container:db)"] {
///     assert_eq!(text.parse::<MetricRef>()?.to_string(), text);
/// }
/// # Ok::<(), plimsoll_model::MetricError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct MetricRef {
    /// What is measured.
    pub metric: Metric,
    /// Scenario, step or resource target; `None` for the whole run.
    pub scope: Option<String>,
}

impl MetricRef {
    /// A metric of the whole run.
    #[must_use]
    pub fn of_run(metric: Metric) -> MetricRef {
        MetricRef { metric, scope: None }
    }

    /// The same metric of a scenario, step or target.
    #[must_use]
    pub fn of(self, scope: impl Into<String>) -> MetricRef {
        MetricRef { scope: Some(scope.into()), ..self }
    }

    /// The response time at a quantile, over the whole run.
    #[must_use]
    pub fn response(quantile: Quantile) -> MetricRef {
        let stat = LatencyStat::Quantile(quantile);
        MetricRef::of_run(Metric::Latency { kind: LatencyKind::Response, stat })
    }
}

impl Metric {
    /// The base unit of the metric's value; `None` where only the resource series knows it.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Metric::Latency { .. } | Metric::Duration => Some(Unit::Nanoseconds),
            Metric::ErrorRate
            | Metric::SuccessRate
            | Metric::Checks
            | Metric::Check { .. }
            | Metric::Rate { .. } => Some(Unit::Ratio),
            Metric::Throughput | Metric::PeakThroughput | Metric::ItemsRate => Some(Unit::PerSecond),
            Metric::Started
            | Metric::Failed
            | Metric::TimedOut
            | Metric::Dropped
            | Metric::Concurrency
            | Metric::Counter { .. }
            | Metric::Gauge { .. }
            | Metric::Trend { .. } => Some(Unit::Count),
            Metric::Resource { .. } => None,
        }
    }

    /// Which direction is an improvement.
    #[must_use]
    pub fn better(&self) -> Better {
        match self {
            Metric::SuccessRate
            | Metric::Throughput
            | Metric::PeakThroughput
            | Metric::ItemsRate
            | Metric::Started
            | Metric::Concurrency
            | Metric::Checks
            | Metric::Check { .. } => Better::Higher,
            _ => Better::Lower,
        }
    }
}

/// A text that names no metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no metric is called {found:?}{hint}")]
pub struct MetricError {
    found: String,
    hint: String,
}

impl MetricError {
    fn new(found: &str) -> MetricError {
        let closest = strsim_closest(found, PLAIN.iter().map(|(name, _)| *name));
        let hint = match closest {
            Some(name) => format!("; did you mean {name:?}?"),
            None => format!(
                "; expected a percentile such as p99, min, mean, stddev, max (of service., queue. or \
                 schedule_lag. too), {}, something of the operations' own such as check.NAME, counter.NAME, \
                 gauge.NAME, rate.NAME or trend.NAME.p99, or a resource such as cpu.mean(host)",
                PLAIN.map(|(name, _)| name).join(", ")
            ),
        };
        MetricError { found: found.to_owned(), hint }
    }
}

/// The metrics whose name says it all.
const PLAIN: [(&str, Metric); 12] = [
    ("error_rate", Metric::ErrorRate),
    ("success_rate", Metric::SuccessRate),
    ("throughput", Metric::Throughput),
    ("peak_throughput", Metric::PeakThroughput),
    ("items_rate", Metric::ItemsRate),
    ("started", Metric::Started),
    ("failed", Metric::Failed),
    ("timed_out", Metric::TimedOut),
    ("dropped", Metric::Dropped),
    ("duration", Metric::Duration),
    ("concurrency", Metric::Concurrency),
    ("checks", Metric::Checks),
];

const LATENCIES: [(&str, LatencyKind); 4] = [
    ("response", LatencyKind::Response),
    ("service", LatencyKind::Service),
    ("queue", LatencyKind::Queue),
    ("schedule_lag", LatencyKind::ScheduleLag),
];

const RESOURCE_STATS: [(&str, ResourceStat); 3] =
    [("mean", ResourceStat::Mean), ("peak", ResourceStat::Peak), ("slope", ResourceStat::Slope)];

/// The candidate most like a name, if any is close enough to be meant.
pub(crate) fn strsim_closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The value paired with a name in a table.
fn named<'a, T>(table: &'a [(&str, T)], name: &str) -> Option<&'a T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

impl FromStr for MetricRef {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Self, MetricError> {
        let text = text.trim();
        let (name, scope) = match text.split_once('(') {
            Some((name, rest)) => {
                let scope = rest.strip_suffix(')').filter(|scope| !scope.is_empty());
                (name, Some(scope.ok_or_else(|| MetricError::new(text))?.to_owned()))
            }
            None => (text, None),
        };
        let metric = metric_from_name(name, scope.is_some()).ok_or_else(|| MetricError::new(name))?;
        Ok(MetricRef { metric, scope })
    }
}

fn metric_from_name(name: &str, has_scope: bool) -> Option<Metric> {
    if let Some(metric) = named(&PLAIN, name) {
        return Some(metric.clone());
    }
    let Some((family, stat)) = name.split_once('.').filter(|(family, _)| !is_percentile_head(family)) else {
        return latency_stat(name).map(|stat| Metric::Latency { kind: LatencyKind::Response, stat });
    };
    if let Some(kind) = named(&LATENCIES, family) {
        return latency_stat(stat).map(|stat| Metric::Latency { kind: *kind, stat });
    }
    if let Some(metric) = own_metric(family, stat) {
        return Some(metric);
    }
    let is_word = !family.is_empty()
        && family.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let stat = *named(&RESOURCE_STATS, stat)?;
    // A resource always belongs to a target: "the CPU" of a run would be anybody's.
    (is_word && has_scope).then(|| Metric::Resource { name: family.to_owned(), stat })
}

/// What operations observe themselves: a family, and the name that they gave it.
fn own_metric(family: &str, name: &str) -> Option<Metric> {
    let owned = || Some(name.to_owned()).filter(|name| !name.is_empty());
    match family {
        "check" => Some(Metric::Check { name: owned()? }),
        "counter" => Some(Metric::Counter { name: owned()? }),
        "gauge" => Some(Metric::Gauge { name: owned()? }),
        "rate" => Some(Metric::Rate { name: owned()? }),
        "trend" => {
            // The first point after which there is a figure: "p99.9" has one of its own.
            let splits = name.match_indices('.').map(|(at, _)| (&name[..at], &name[at + 1..]));
            let mut splits = splits.filter(|(name, _)| !name.is_empty());
            splits.find_map(|(name, stat)| {
                Some(Metric::Trend { name: name.to_owned(), stat: latency_stat(stat)? })
            })
        }
        _ => None,
    }
}

/// `p99` of `p99.9`: the point there is part of the number.
fn is_percentile_head(text: &str) -> bool {
    text.strip_prefix('p')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn latency_stat(name: &str) -> Option<LatencyStat> {
    match name {
        "min" => Some(LatencyStat::Min),
        "mean" => Some(LatencyStat::Mean),
        "stddev" => Some(LatencyStat::Stddev),
        "median" => Some(LatencyStat::Quantile(Quantile::P50)),
        "max" => Some(LatencyStat::Max),
        _ => {
            let percent =
                name.strip_prefix('p').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))?;
            let quantile = Quantile::from_percent(percent.parse().ok()?).ok()?;
            Some(LatencyStat::Quantile(quantile))
        }
    }
}

impl Display for LatencyStat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LatencyStat::Min => f.write_str("min"),
            LatencyStat::Mean => f.write_str("mean"),
            LatencyStat::Stddev => f.write_str("stddev"),
            LatencyStat::Quantile(quantile) => quantile.fmt(f),
            LatencyStat::Max => f.write_str("max"),
        }
    }
}

impl Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Metric::Latency { kind: LatencyKind::Response, stat } => stat.fmt(f),
            Metric::Latency { kind, stat } => {
                let (name, _) =
                    LATENCIES.iter().find(|(_, known)| known == kind).expect("the table is complete");
                write!(f, "{name}.{stat}")
            }
            Metric::Resource { name, stat } => {
                let (stat, _) =
                    RESOURCE_STATS.iter().find(|(_, known)| known == stat).expect("the table is complete");
                write!(f, "{name}.{stat}")
            }
            Metric::Check { name } => write!(f, "check.{name}"),
            Metric::Counter { name } => write!(f, "counter.{name}"),
            Metric::Gauge { name } => write!(f, "gauge.{name}"),
            Metric::Rate { name } => write!(f, "rate.{name}"),
            Metric::Trend { name, stat } => write!(f, "trend.{name}.{stat}"),
            plain => {
                let (name, _) =
                    PLAIN.iter().find(|(_, known)| known == plain).expect("the table is complete");
                f.write_str(name)
            }
        }
    }
}

impl Display for MetricRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.metric.fmt(f)?;
        match &self.scope {
            Some(scope) => write!(f, "({scope})"),
            None => Ok(()),
        }
    }
}

impl TryFrom<String> for MetricRef {
    type Error = MetricError;

    fn try_from(text: String) -> Result<Self, MetricError> {
        text.parse()
    }
}

impl From<MetricRef> for String {
    fn from(metric: MetricRef) -> String {
        metric.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_comes_back_as_it_went_in() {
        for text in [
            "p50",
            "p99.9(write)",
            "p0",
            "p100",
            "min",
            "mean(a b)",
            "stddev",
            "max",
            "service.p95(read)",
            "queue.mean",
            "schedule_lag.p99",
            "error_rate(x)",
            "success_rate",
            "throughput",
            "peak_throughput",
            "items_rate",
            "started",
            "failed",
            "timed_out",
            "dropped(w)",
            "duration",
            "concurrency",
            "cpu.mean(host)",
            "memory.peak(container:db)",
            "memory.slope(process)",
            "mean(f(x))",
            "checks(read)",
            "check.has a body",
            "counter.rows(write)",
            "gauge.depth",
            "rate.cache.hit",
            "trend.rows.p99.9(read)",
            "trend.a.b.max",
        ] {
            let metric: MetricRef = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(metric.to_string(), text);
        }
    }

    #[test]
    fn response_is_the_latency_meant_by_default() {
        assert_eq!("response.p99".parse::<MetricRef>().unwrap().to_string(), "p99");
        assert_eq!("median".parse::<MetricRef>().unwrap().to_string(), "p50");
    }

    #[test]
    fn what_is_no_metric_is_refused_with_a_hint() {
        for text in [
            "",
            "p",
            "p101",
            "p-1",
            "pNaN",
            "p99(",
            "p99()",
            "cpu.mean",
            "cpu(host)",
            "service.",
            ".p99",
            "check.",
            "trend.rows",
            "trend..p99",
            "trend.rows.p101",
        ] {
            assert!(text.parse::<MetricRef>().is_err(), "{text}");
        }
        let error = "eror_rate".parse::<MetricRef>().unwrap_err();
        assert_eq!(error.to_string(), "no metric is called \"eror_rate\"; did you mean \"error_rate\"?");
    }
}
