//! Conditions that are looked at while a run goes on.

use plimsoll_model::{Condition, LatencyKind, LatencyStat, Metric, Op, Quantile, Stop, StopCause};

use crate::num::{per_second, ratio, to_f64};
use crate::stats::{quantile_interval_ranks, wilson};
use crate::{Ending, Histogram, Nanos, Shard};

/// Confidence with which a percentile or a share must be beyond its limit.
const CONFIDENCE: f64 = 0.95;

/// Conditions that are to hold all the time, looked at whenever a window closes.
///
/// A condition with `over` is about one stretch of that length after the other, the same stretches that
/// [`evaluate`](crate::evaluate) judges in the end; one without is about all windows so far. It is broken when a
/// stretch is clearly beyond the limit: of a percentile or a share, the near end of its 95 % interval, so that one
/// slow operation among five says nothing of p99. Where nothing was measured nothing is broken, except that a
/// throughput of nothing is one.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    until: Nanos,
}

/// A condition that was broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The condition.
    pub condition: Condition,
    /// What was observed, in the limit's base unit.
    pub value: f64,
    /// Start of the stretch that broke it, from the start of the run.
    pub start_ns: Nanos,
    /// End of that stretch.
    pub end_ns: Nanos,
}

impl Broken {
    /// The end of a run for this reason: the scope is its target, the whole condition its metric.
    #[must_use]
    pub fn stop(&self, at_ns: Nanos) -> Stop {
        Stop {
            target: self.condition.metric.scope.clone(),
            metric: Some(self.condition.to_string()),
            value: Some(self.value),
            limit: Some(self.condition.limit.value),
            ..Stop::plain(StopCause::AbortRule, at_ns)
        }
    }
}

#[derive(Debug)]
struct Rule {
    condition: Condition,
    /// Which scenarios it is about.
    scenarios: Vec<usize>,
    /// Length of its stretches; `None` when there is but one.
    length: Option<Nanos>,
    stretch: Option<Stretch>,
}

/// Windows that follow on each other, taken together.
#[derive(Debug)]
struct Stretch {
    start: Nanos,
    end: Nanos,
    completed: u64,
    ok: u64,
    failed: u64,
    response: Histogram,
}

impl Rules {
    /// Rules for scenarios of these names. Windows that go beyond `until`, the end of the measured time, are not
    /// looked at: what is in flight then only runs out.
    #[must_use]
    pub fn new(conditions: &[Condition], scenarios: &[String], until: Nanos) -> Rules {
        let rule = |condition: &Condition| {
            let scope = condition.metric.scope.as_ref();
            let is_meant =
                |(index, name): (usize, &String)| scope.is_none_or(|scope| scope == name).then_some(index);
            Rule {
                scenarios: scenarios.iter().enumerate().filter_map(is_meant).collect(),
                length: condition
                    .window
                    .map(|window| Nanos::try_from(window.as_nanos()).unwrap_or(Nanos::MAX)),
                stretch: None,
                condition: condition.clone(),
            }
        };
        Rules { rules: conditions.iter().map(rule).collect(), until }
    }

    /// Whether a metric is known by window, so that a condition on it can have `over` and be a rule: response
    /// times, `error_rate`, `success_rate` and `throughput`.
    #[must_use]
    pub fn can_follow(metric: &Metric) -> bool {
        matches!(
            metric,
            Metric::Latency { kind: LatencyKind::Response, .. }
                | Metric::ErrorRate
                | Metric::SuccessRate
                | Metric::Throughput
        )
    }

    /// Takes in the next window, of all scenarios. Gives the first condition that it breaks.
    pub fn look(&mut self, start: Nanos, length: Nanos, window: &Shard) -> Option<Broken> {
        let end = start.saturating_add(length);
        if end > self.until {
            return None;
        }
        // Each takes the window in, whether or not one before it is broken.
        let broken: Vec<Broken> =
            self.rules.iter_mut().filter_map(|rule| rule.look(start, end, window)).collect();
        broken.into_iter().next()
    }
}

impl Rule {
    fn look(&mut self, start: Nanos, end: Nanos, window: &Shard) -> Option<Broken> {
        let mut stretch = self.stretch.take().unwrap_or_else(|| Stretch::new(start));
        stretch.take_in(end, window, &self.scenarios);
        let is_whole = self.length.is_none_or(|length| end - stretch.start >= length);
        let broken = if is_whole { stretch.break_of(&self.condition) } else { None };
        if !is_whole || self.length.is_none() {
            self.stretch = Some(stretch);
        }
        broken
    }
}

impl Stretch {
    fn new(start: Nanos) -> Stretch {
        Stretch { start, end: start, completed: 0, ok: 0, failed: 0, response: Histogram::new() }
    }

    fn take_in(&mut self, end: Nanos, window: &Shard, scenarios: &[usize]) {
        self.end = end;
        for scenario in scenarios.iter().filter_map(|index| window.scenarios().get(*index)) {
            let tally = scenario.tally();
            self.completed += tally.completed();
            self.ok += tally.ended(Ending::Ok);
            self.failed += tally.errors();
            self.response.merge(scenario.response());
        }
    }

    /// The condition, broken, if the stretch clearly breaks it.
    fn break_of(&self, condition: &Condition) -> Option<Broken> {
        let (value, nearest) = match &condition.metric.metric {
            Metric::Latency { kind: LatencyKind::Response, stat } => self.response(*stat, condition.op)?,
            Metric::ErrorRate => self.share(self.failed, condition.op)?,
            Metric::SuccessRate => self.share(self.ok, condition.op)?,
            Metric::Throughput => {
                let value = per_second(self.ok, self.end - self.start);
                (value, value)
            }
            _ => return None,
        };
        let is_broken = !condition.holds(value) && !condition.holds(nearest);
        is_broken.then(|| Broken {
            condition: condition.clone(),
            value,
            start_ns: self.start,
            end_ns: self.end,
        })
    }

    /// A figure of the response times, and the value nearest to holding that it may really have.
    fn response(&self, stat: LatencyStat, op: Op) -> Option<(f64, f64)> {
        if self.response.is_empty() {
            return None;
        }
        let plain = |value: f64| Some((value, value));
        match stat {
            LatencyStat::Min => plain(to_f64(self.response.min())),
            LatencyStat::Mean => plain(self.response.mean()?),
            LatencyStat::Stddev => plain(self.response.stddev()?),
            LatencyStat::Max => plain(to_f64(self.response.max())),
            LatencyStat::Quantile(quantile) => self.quantile(quantile, op),
        }
    }

    fn quantile(&self, quantile: Quantile, op: Op) -> Option<(f64, f64)> {
        let value = to_f64(self.response.value_at(quantile)?);
        let (lower, upper) = quantile_interval_ranks(self.response.len(), quantile.share(), CONFIDENCE);
        let rank = if is_upper_limit(op) { Some(lower).filter(|rank| *rank > 0) } else { upper };
        Some((value, to_f64(self.response.value_at_rank(rank?)?)))
    }

    fn share(&self, part: u64, op: Op) -> Option<(f64, f64)> {
        let value = ratio(to_f64(part), to_f64(self.completed))?;
        let interval = wilson(part, self.completed, CONFIDENCE)?;
        Some((value, if is_upper_limit(op) { interval.lower } else { interval.upper }))
    }
}

fn is_upper_limit(op: Op) -> bool {
    matches!(op, Op::Less | Op::AtMost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Finish;

    const SECOND: Nanos = 1_000_000_000;

    fn rules(texts: &[&str]) -> Rules {
        let conditions: Vec<Condition> = texts.iter().map(|text| text.parse().unwrap()).collect();
        Rules::new(&conditions, &["read".to_owned(), "write".to_owned()], Nanos::MAX)
    }

    /// A window of as many operations of each scenario, of that latency, of which a share fails.
    fn window(counts: [u64; 2], latency: Nanos, failed: u64) -> Shard {
        let mut shard = Shard::new(2, false);
        for (scenario, count) in counts.into_iter().enumerate() {
            for n in 0..count {
                shard.start(scenario);
                let ending = if n < failed { Ending::Failed } else { Ending::Ok };
                let finish =
                    Finish { intended: 0, started: 0, ended: latency, ending, items: 1, in_time: true };
                shard.finish(scenario, &finish);
            }
        }
        shard
    }

    /// What breaks a rule, window by window of a second each.
    fn breaks(rules: &mut Rules, windows: &[Shard]) -> Vec<Option<String>> {
        let look = |(index, window): (u64, &Shard)| {
            let broken = rules.look(index * SECOND, SECOND, window)?;
            Some(format!("{}: {} from {}", broken.condition, broken.value, broken.start_ns / SECOND))
        };
        (0..).zip(windows).map(look).collect()
    }

    #[test]
    fn a_stretch_is_judged_when_it_is_whole() {
        let (good, bad) = (|| window([100, 0], 1_000, 0), || window([100, 0], 1_000, 60));
        let mut rules = rules(&["error_rate < 20% over 3s"]);
        let found = breaks(&mut rules, &[good(), good(), good(), good(), bad(), bad()]);
        assert_eq!(found[..5], [None, None, None, None, None]);
        assert_eq!(found[5].as_deref(), Some("error_rate < 20% over 3s: 0.4 from 3"));
    }

    #[test]
    fn a_stretch_that_goes_bad_is_found_within_two_of_them() {
        // Whenever it begins within a stretch, the one after it is bad throughout.
        for good in 3..6 {
            let mut windows: Vec<Shard> = (0..good).map(|_| window([100, 0], 1_000, 0)).collect();
            windows.extend((0..6).map(|_| window([100, 0], 1_000, 100)));
            let found = breaks(&mut rules(&["error_rate < 90% over 3s"]), &windows);
            let first = found.iter().position(Option::is_some).unwrap();
            assert!(first < good + 6, "bad from {good} on, found with window {first}");
        }
    }

    #[test]
    fn without_a_length_it_is_about_all_so_far() {
        let windows = [window([100, 0], 1_000, 0), window([100, 0], 1_000, 30), window([100, 0], 1_000, 90)];
        let found = breaks(&mut rules(&["error_rate < 30%"]), &windows);
        assert_eq!(found, [None, None, Some("error_rate < 30%: 0.4 from 0".to_owned())]);
    }

    #[test]
    fn too_few_operations_break_nothing() {
        let texts = ["p99 < 1ms over 1s", "error_rate < 25% over 1s", "success_rate > 75% over 1s"];
        let few = window([3, 0], 20_000_000, 1);
        assert_eq!(breaks(&mut rules(&texts[1..]), std::slice::from_ref(&few)), [None]);
        let mut slow = window([99, 0], 1_000, 0);
        slow.merge(&window([2, 0], 20_000_000, 0));
        assert_eq!(breaks(&mut rules(&texts[..1]), &[slow]), [None], "2 of 101 beyond p99 may be chance");
        let mut slower = window([90, 0], 1_000, 0);
        slower.merge(&window([10, 0], 20_000_000, 0));
        assert!(breaks(&mut rules(&texts[..1]), &[slower])[0].is_some());
    }

    #[test]
    fn nothing_measured_breaks_nothing_but_a_throughput() {
        let nothing = || window([0, 0], 0, 0);
        let texts = ["p99 < 1ms over 1s", "error_rate < 1% over 1s", "success_rate > 99%", "mean < 1ns"];
        assert_eq!(breaks(&mut rules(&texts), &[nothing(), nothing()]), [None, None]);
        let found = breaks(&mut rules(&["throughput > 5/s over 1s"]), &[nothing()]);
        assert_eq!(found, [Some("throughput > 5/s over 1s: 0 from 0".to_owned())]);
    }

    #[test]
    fn a_rule_is_about_its_scenario_and_the_first_one_broken_is_named() {
        let window = window([100, 100], 20_000_000, 0);
        let found = breaks(&mut rules(&["p50(nobody) < 1ms", "p50(write) < 1ms", "p50 < 1ms"]), &[window]);
        assert!(found[0].as_deref().unwrap().starts_with("p50(write) < 1ms: 2"), "{found:?}");
    }

    #[test]
    fn what_runs_out_after_the_measured_time_is_not_looked_at() {
        let condition: Condition = "throughput > 5/s over 1s".parse().unwrap();
        let mut rules = Rules::new(&[condition], &["read".to_owned()], 2 * SECOND);
        assert!(rules.look(2 * SECOND, SECOND, &window([0, 0], 0, 0)).is_none());
        assert!(rules.look(SECOND, SECOND, &window([0, 0], 0, 0)).is_some());
    }
}
