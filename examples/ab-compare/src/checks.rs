//! What is concluded: five checks.

use std::collections::BTreeMap;

use plimsoll::baseline::gate::{Looks, Policy};
use plimsoll::baseline::{Edges, Thresholds};
use plimsoll::metrics::stats::{Estimate, hodges_lehmann_ratio};
use plimsoll::model::{Comparison, ComparisonVerdict, ProtocolScenario, Run, Side, Status, Verdict};
use serde_json::{Value, json};

use crate::load::ROUTES;

/// What decides between the sides: throughput, errors, and the median of each route; its p95 is told beside it. A
/// change of the whole is too coarse for one route that is slower.
#[must_use]
pub fn policy(looks: Looks) -> Policy {
    let known = Thresholds::default();
    let edges = |name: &str| {
        let found = known.iter().find(|threshold| threshold.selector.to_string() == name);
        found.map_or_else(Edges::default, |threshold| threshold.edges)
    };
    let put = |thresholds: Thresholds, name: &str, edges: Edges| {
        let selector = name.parse().expect("the names below are metrics");
        thresholds.with(selector, edges).expect("edges of the same kind of metric fit")
    };
    let whole = ["throughput", "error_rate"];
    let thresholds = whole.iter().fold(Thresholds::none(), |all, name| put(all, name, edges(name)));
    let thresholds = ROUTES.iter().fold(thresholds, |all, route| {
        let all = put(all, &format!("p50({route})"), edges("p95"));
        put(all, &format!("p95({route})"), edges("p99"))
    });
    Policy { looks, thresholds, ..Policy::default() }
}

/// Most that the candidate's memory may be, as a share of the baseline's.
const MEMORY: f64 = 1.2;

/// Most that a route's p95 may be, as a share of the baseline's.
const LATENCY: f64 = 1.25;

/// Least of the baseline's throughput under the same users.
const THROUGHPUT: f64 = 0.85;

/// A check with what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Whether it holds; `None` where nothing was measured that could say so.
    pub passed: Option<bool>,
    /// The figures it rests on.
    pub found: String,
}

/// Figures of both sides, a number for each run.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    runs: Vec<(Side, Figures)>,
}

#[derive(Debug, Clone, Default)]
struct Figures {
    throughput: f64,
    /// By route, in nanoseconds.
    p95: BTreeMap<String, f64>,
    peak_memory: Option<f64>,
    mean_memory: Option<f64>,
    models_per_s: f64,
}

impl Sides {
    /// Notes a run of a side.
    pub fn add(&mut self, side: Side, run: &Run) {
        let p95 = run.scenarios.iter().filter_map(|scenario| {
            let p95 = scenario.latency.response.quantile(plimsoll::model::Quantile::P95)?;
            Some((scenario.name.clone(), p95.value_ns as f64))
        });
        let memory =
            run.resources.iter().find(|series| series.metric == "memory").map(|series| &series.summary);
        let figures = Figures {
            throughput: run.scenarios.iter().map(|scenario| scenario.throughput.achieved_per_s).sum(),
            p95: p95.collect(),
            peak_memory: memory.and_then(|memory| memory.peak),
            mean_memory: memory.and_then(|memory| memory.mean),
            models_per_s: run.scenario("train").map_or(0.0, |train| train.throughput.achieved_per_s),
        };
        self.runs.push((side, figures));
    }

    /// The candidate over the baseline, with its interval; `None` where a side has none.
    fn ratio(&self, figure: impl Fn(&Figures) -> Option<f64>) -> Option<Estimate> {
        let of = |wanted: Side| -> Vec<f64> {
            let runs = self.runs.iter().filter(|(side, _)| *side == wanted);
            runs.filter_map(|(_, figures)| figure(figures)).collect()
        };
        hodges_lehmann_ratio(&of(Side::A), &of(Side::B), 0.95)
    }

    /// The five checks, the last of which is whether all others hold.
    #[must_use]
    pub fn check(&self, comparison: &Comparison) -> Vec<Check> {
        let mut checks = vec![no_regression(comparison), self.memory(), self.latency(), self.scalability()];
        let known: Vec<bool> = checks.iter().filter_map(|check| check.passed).collect();
        let passed = known.iter().filter(|passed| **passed).count();
        let found = match checks.len() - known.len() {
            0 => format!("{passed} of {} checks hold", known.len()),
            unknown => format!("{passed} of {} checks hold, {unknown} could not be made", known.len()),
        };
        checks.push(Check { name: "overall", passed: Some(passed == known.len()), found });
        checks
    }

    fn memory(&self) -> Check {
        let ratios = (self.ratio(|it| it.peak_memory), self.ratio(|it| it.mean_memory));
        let (passed, found) = match ratios {
            (Some(peak), Some(mean)) => (
                Some(peak.lower <= MEMORY),
                format!("peak {}, mean {} (limit {MEMORY:.2} x)", said(peak), said(mean)),
            ),
            _ => (None, "not followed: the processes are not ours".to_owned()),
        };
        Check { name: "memory_efficiency", passed, found }
    }

    fn latency(&self) -> Check {
        let routes: Vec<String> =
            self.runs.first().map(|(_, figures)| figures.p95.keys().cloned().collect()).unwrap_or_default();
        let ratio = |route: &String| Some((route.clone(), self.ratio(|it| it.p95.get(route).copied())?));
        let ratios: Vec<(String, Estimate)> = routes.iter().filter_map(ratio).collect();
        let all: Vec<String> =
            ratios.iter().map(|(route, ratio)| format!("{route} {}", said(*ratio))).collect();
        let passed = !ratios.is_empty() && ratios.iter().all(|(_, ratio)| ratio.lower <= LATENCY);
        let found = format!("p95 {} (limit {LATENCY:.2} x)", all.join(", "));
        Check { name: "latency_acceptable", passed: Some(passed), found }
    }

    fn scalability(&self) -> Check {
        let throughput = self.ratio(|it| Some(it.throughput));
        let models = self.ratio(|it| Some(it.models_per_s));
        let (Some(throughput), Some(models)) = (throughput, models) else {
            return Check {
                name: "scalability",
                passed: Some(false),
                found: "a side completed nothing".to_owned(),
            };
        };
        let found =
            format!("throughput {}, models {} (limit {THROUGHPUT:.2} x)", said(throughput), said(models));
        Check { name: "scalability", passed: Some(throughput.upper >= THROUGHPUT), found }
    }
}

/// A ratio with its interval. A check fails only where all of that lies beyond the limit.
fn said(ratio: Estimate) -> String {
    format!("{:.2} x ({:.2} to {:.2})", ratio.value, ratio.lower, ratio.upper)
}

fn no_regression(comparison: &Comparison) -> Check {
    let worse: Vec<String> = comparison
        .metrics
        .iter()
        .filter(|metric| metric.gating && metric.verdict == ComparisonVerdict::Regression)
        .map(|metric| metric.detail.clone())
        .collect();
    let is_invalid = comparison.verdict.status == Status::Invalid;
    let found = match (&worse[..], is_invalid) {
        (_, true) => comparison.verdict.reasons.join("; "),
        ([], _) => format!("none was found in {} runs of B", comparison.candidate.runs),
        (worse, _) => worse.join("; "),
    };
    Check { name: "no_regression", passed: Some(worse.is_empty() && !is_invalid), found }
}

/// The checks as what a protocol found.
#[must_use]
pub fn scenario(checks: &[Check]) -> ProtocolScenario {
    let passed = checks.iter().filter(|check| check.passed == Some(true)).count();
    let known = checks.iter().filter(|check| check.passed.is_some()).count();
    // The figures of a check that fails are among the reasons, and a line is short.
    let said = |check: &Check| {
        let (name, found) = (check.name.to_owned(), check.found.as_str());
        let said = match check.passed {
            Some(true) => format!("holds: {found}"),
            Some(false) => "FAILS".to_owned(),
            None => format!("not checked: {found}"),
        };
        (name, json!(said))
    };
    let mut metadata: BTreeMap<String, Value> = checks.iter().map(said).collect();
    metadata.insert("success_rate".to_owned(), json!(format!("{passed} of {known}")));
    ProtocolScenario {
        scenario_name: "a/b".to_owned(),
        scenario_params: BTreeMap::new(),
        aborted: false,
        metadata,
    }
}

/// What follows from the checks and from how the comparison ended.
#[must_use]
pub fn verdict(checks: &[Check], comparison: &Comparison) -> Verdict {
    let failed = checks.iter().filter(|check| check.passed == Some(false) && check.name != "overall");
    let failed =
        failed.map(|check| Verdict::because(Status::Fail, format!("{}: {}", check.name, check.found)));
    let ended = match comparison.verdict.status {
        Status::Invalid | Status::Interrupted => comparison.verdict.clone(),
        _ => Verdict::pass(),
    };
    failed.fold(ended, Verdict::and)
}
