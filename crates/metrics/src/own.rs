//! What operations observe themselves: checks, and metrics of their own.

use std::mem::discriminant;

use plimsoll_model::{CheckCount, CustomMetric, CustomMetricKind};

use crate::num::{ratio, to_f64};
use crate::{Histogram, Nanos, summarize};

/// One thing that an operation observed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Observation {
    /// Whether something is as it should be.
    Check(bool),
    /// So much more of something.
    Counter(u64),
    /// How much there is of something now.
    Gauge(f64),
    /// Whether something happened.
    Rate(bool),
    /// One value of a distribution, in a unit of its own. Beyond 3.6 × 10¹² it counts as that.
    Trend(u64),
}

/// What was observed of a scenario, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observations {
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    name: &'static str,
    seen: Seen,
}

/// All observations of one name and kind.
#[derive(Debug, Clone)]
enum Seen {
    Check { passed: u64, failed: u64 },
    Counter { sum: u64, count: u64 },
    Gauge { last: f64, at: Nanos, count: u64 },
    Rate { yes: u64, no: u64 },
    Trend(Histogram),
}

impl Observations {
    pub(crate) fn record(&mut self, name: &'static str, observation: Observation, at: Nanos) {
        self.row(name, observation).record(observation, at);
    }

    pub(crate) fn merge(&mut self, other: &Observations) {
        for Row { name, seen } in &other.rows {
            self.row(name, seen.kind()).merge(seen);
        }
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.rows.iter_mut().for_each(|row| match &mut row.seen {
            Seen::Trend(values) => values.clear(),
            other => *other = Seen::none_of(other.kind()),
        });
    }

    /// The checks, by name.
    pub(crate) fn checks(&self) -> Vec<CheckCount> {
        self.sorted(|row| match row.seen {
            Seen::Check { passed, failed } => Some(CheckCount { name: row.name.to_owned(), passed, failed }),
            _ => None,
        })
    }

    /// The metrics, by name.
    pub(crate) fn metrics(&self) -> Vec<CustomMetric> {
        self.sorted(|row| {
            let (kind, count, value) = match &row.seen {
                Seen::Check { .. } => return None,
                Seen::Counter { sum, count } => (CustomMetricKind::Counter, *count, Some(to_f64(*sum))),
                Seen::Gauge { last, count, .. } => (CustomMetricKind::Gauge, *count, Some(*last)),
                Seen::Rate { yes, no } => {
                    (CustomMetricKind::Rate, yes + no, ratio(to_f64(*yes), to_f64(yes + no)))
                }
                Seen::Trend(values) => (CustomMetricKind::Trend, values.len(), None),
            };
            let distribution = match &row.seen {
                Seen::Trend(values) => Some(summarize(values, None)),
                _ => None,
            };
            let value = value.filter(|value| value.is_finite());
            Some(CustomMetric { name: row.name.to_owned(), kind, count, value, distribution })
        })
    }

    /// Rows in an order that does not depend on which worker was first.
    fn sorted<T>(&self, of: impl Fn(&Row) -> Option<T>) -> Vec<T> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.name);
        rows.into_iter().filter_map(of).collect()
    }

    /// The row of a name, and of the kind of an observation.
    fn row(&mut self, name: &'static str, kind: Observation) -> &mut Seen {
        // A handful of names, mostly in the same order: looking through them beats hashing.
        let same = |row: &Row| row.name == name && discriminant(&row.seen.kind()) == discriminant(&kind);
        let index = self.rows.iter().position(same).unwrap_or_else(|| {
            self.rows.push(Row { name, seen: Seen::none_of(kind) });
            self.rows.len() - 1
        });
        &mut self.rows[index].seen
    }
}

impl Seen {
    fn none_of(observation: Observation) -> Seen {
        match observation {
            Observation::Check(_) => Seen::Check { passed: 0, failed: 0 },
            Observation::Counter(_) => Seen::Counter { sum: 0, count: 0 },
            Observation::Gauge(_) => Seen::Gauge { last: 0.0, at: 0, count: 0 },
            Observation::Rate(_) => Seen::Rate { yes: 0, no: 0 },
            Observation::Trend(_) => Seen::Trend(Histogram::new()),
        }
    }

    /// Some observation of its kind.
    fn kind(&self) -> Observation {
        match self {
            Seen::Check { .. } => Observation::Check(true),
            Seen::Counter { .. } => Observation::Counter(0),
            Seen::Gauge { .. } => Observation::Gauge(0.0),
            Seen::Rate { .. } => Observation::Rate(true),
            Seen::Trend(_) => Observation::Trend(0),
        }
    }

    fn record(&mut self, observation: Observation, now: Nanos) {
        match (self, observation) {
            (Seen::Check { passed, failed }, Observation::Check(is_good)) => {
                *(if is_good { passed } else { failed }) += 1;
            }
            (Seen::Counter { sum, count }, Observation::Counter(more)) => {
                *sum = sum.saturating_add(more);
                *count += 1;
            }
            (Seen::Gauge { last, at, count }, Observation::Gauge(value)) => {
                (*last, *at) = (value, now);
                *count += 1;
            }
            (Seen::Rate { yes, no }, Observation::Rate(happened)) => *(if happened { yes } else { no }) += 1,
            (Seen::Trend(values), Observation::Trend(value)) => values.record(value),
            _ => unreachable!("a row is found by its kind"),
        }
    }

    fn merge(&mut self, other: &Seen) {
        match (self, other) {
            (Seen::Check { passed, failed }, Seen::Check { passed: p, failed: f }) => {
                *passed += p;
                *failed += f;
            }
            (Seen::Counter { sum, count }, Seen::Counter { sum: s, count: c }) => {
                *sum = sum.saturating_add(*s);
                *count += c;
            }
            (Seen::Gauge { last, at, count }, Seen::Gauge { last: l, at: a, count: c }) => {
                // Of two at the same instant the larger, whichever worker came first.
                let is_later = *a > *at || (*a == *at && l.total_cmp(last).is_gt());
                if *c > 0 && (*count == 0 || is_later) {
                    (*last, *at) = (*l, *a);
                }
                *count += c;
            }
            (Seen::Rate { yes, no }, Seen::Rate { yes: y, no: n }) => {
                *yes += y;
                *no += n;
            }
            (Seen::Trend(values), Seen::Trend(more)) => values.merge(more),
            _ => unreachable!("a row is found by its kind"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(rows: &[(&'static str, Observation, Nanos)]) -> Observations {
        let mut seen = Observations::default();
        rows.iter().for_each(|(name, observation, at)| seen.record(name, *observation, *at));
        seen
    }

    fn some(from: u64) -> Vec<(&'static str, Observation, Nanos)> {
        let one = |n: u64| {
            [
                ("good", Observation::Check(!n.is_multiple_of(3)), n),
                ("rows", Observation::Counter(n), n),
                ("depth", Observation::Gauge(n as f64), n),
                ("hit", Observation::Rate(n.is_multiple_of(2)), n),
                ("size", Observation::Trend(n), n),
            ]
        };
        (from..from + 10).flat_map(one).collect()
    }

    #[test]
    fn merging_is_recording_it_all_in_one_place() {
        let all = seen(&[some(0), some(10)].concat());
        for (first, then) in [(0, 10), (10, 0)] {
            let mut merged = seen(&some(first));
            merged.merge(&seen(&some(then)));
            assert_eq!((merged.checks(), merged.metrics()), (all.checks(), all.metrics()));
        }
    }

    #[test]
    fn each_kind_says_what_it_is_for() {
        let metrics = seen(&some(1)).metrics();
        let values: Vec<_> = metrics.iter().map(|m| (m.name.as_str(), m.count, m.value)).collect();
        let expected =
            [("depth", 10, Some(10.0)), ("hit", 10, Some(0.5)), ("rows", 10, Some(55.0)), ("size", 10, None)];
        assert_eq!(values, expected);
        assert_eq!(metrics[3].distribution.as_ref().unwrap().max_ns, 10);
        assert_eq!(seen(&some(1)).checks(), [CheckCount { name: "good".to_owned(), passed: 7, failed: 3 }]);
    }

    #[test]
    fn what_is_cleared_is_forgotten_and_merges_as_nothing() {
        let mut cleared = seen(&some(5));
        cleared.clear();
        assert!(cleared.metrics().iter().all(|metric| metric.count == 0));
        let mut merged = seen(&some(0));
        merged.merge(&cleared);
        assert_eq!(merged.metrics(), seen(&some(0)).metrics());
    }

    #[test]
    fn one_name_may_be_of_two_kinds() {
        let metrics = seen(&[("x", Observation::Counter(2), 0), ("x", Observation::Rate(true), 0)]).metrics();
        assert_eq!(metrics.iter().map(|m| m.value).collect::<Vec<_>>(), [Some(2.0), Some(1.0)]);
    }
}
