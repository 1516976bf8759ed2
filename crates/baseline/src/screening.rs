//! Is a result worse than an earlier one? A look at the edges, without a control in the same sitting.
//!
//! What screening can and cannot say: two sets of different sittings differ by more than chance within one of
//! them, so a crossed edge may be the machine's and an uncrossed one may hide a change. A definite answer
//! needs both sides in turn, in one sitting. Every screening therefore carries the caveat `not_interleaved`.

use plimsoll_metrics::stats::holm;
use plimsoll_model::{
    Better, Caveat, Comparability, Comparison, ComparisonVerdict, Effect, Kind, MetricRef, Procedure,
    SCHEMA_VERSION, Set, SetRef, Status, Unit, Verdict, human,
};

use crate::comparability;
use crate::figure::Missing;
use crate::file::{Edges, Threshold, Thresholds};
use crate::rating;
use crate::row::{Conclusion, Row, Tested, conclude};
use crate::side::{Measured, Workload, workloads};
use crate::sides::{Scale, Sides};

/// With fewer runs a side a test proves nothing: of three and three, one order in twenty looks like a change.
const LEAST_RUNS: usize = 5;
/// The level of the test, one-sided.
const LEVEL: f64 = 0.05;

/// Compares a set with an earlier one, workload by workload and metric by metric.
///
/// The value of a side is the median over its runs. A change that reaches an edge, exactly at it included, has
/// crossed it: warning and critical edges make a regression of that gravity, and a fail edge fails the
/// comparison. A metric has improved when the same change backwards would be a regression; so swapping the
/// sides turns the one into the other.
///
/// How sure that is depends on the runs. Where a side has a single one, nothing is known of the spread: a crossed
/// edge counts, and a caveat says so. With five and more on both sides a crossed edge counts if the change is also
/// more than chance (exact Mann-Whitney, one-sided at 5 % after Holm's correction over what can fail), and is
/// inconclusive otherwise. With fewer, everything is inconclusive, and the line says how many runs would do.
///
/// Where format, machine or plan differ, nothing is compared and the verdict is invalid; see
/// [`comparability`]. A metric with a fail edge that one side did not measure is invalid too.
#[must_use]
pub fn compare(baseline: &Set, candidate: &Set, thresholds: &Thresholds) -> Comparison {
    let mut screening = Screening::new(comparability::of_sets(baseline, candidate));
    if screening.refusals.is_empty() {
        screening.pair(&workloads(baseline), &workloads(candidate), thresholds);
    }
    screening.into_comparison(baseline, candidate, thresholds)
}

/// What is known so far.
struct Screening {
    comparability: Vec<Comparability>,
    rows: Vec<Row>,
    refusals: Vec<String>,
    caveats: Vec<Caveat>,
    single_runs: Vec<String>,
}

impl Screening {
    fn new(comparability: Vec<Comparability>) -> Screening {
        let message = "the sides come from different sittings; a definite verdict needs both in turn in one";
        Screening {
            refusals: comparability::refusal(&comparability).into_iter().collect(),
            caveats: vec![Caveat::new("not_interleaved", message)],
            comparability,
            rows: Vec::new(),
            single_runs: Vec::new(),
        }
    }

    fn pair(&mut self, baseline: &[Workload<'_>], candidate: &[Workload<'_>], thresholds: &Thresholds) {
        for current in candidate {
            match baseline.iter().find(|earlier| earlier.name == current.name) {
                Some(earlier) => self.workload(earlier, current, thresholds),
                None => self.unpaired(current, "baseline"),
            }
        }
        for earlier in baseline {
            if !candidate.iter().any(|current| current.name == earlier.name) {
                self.unpaired(earlier, "candidate");
            }
        }
    }

    fn unpaired(&mut self, workload: &Workload<'_>, absent_from: &str) {
        let message = format!("workload {:?} is not in the {absent_from} and was left out", workload.name);
        self.caveats.push(Caveat::new("workload_not_compared", message));
    }

    fn workload(&mut self, baseline: &Workload<'_>, candidate: &Workload<'_>, thresholds: &Thresholds) {
        let circumstances = circumstances(baseline, candidate);
        let refusals = [comparability::refusal(&circumstances), baseline.flaw(), candidate.flaw()];
        self.comparability.extend(circumstances);
        let count = self.refusals.len();
        self.refusals.extend(refusals.into_iter().flatten());
        if self.refusals.len() > count {
            return;
        }
        if baseline.runs.len() == 1 || candidate.runs.len() == 1 {
            self.single_runs.push(candidate.name.to_owned());
        }
        self.caveats.extend(baseline.interruption().into_iter().chain(candidate.interruption()));
        for threshold in thresholds.iter() {
            let metrics = threshold.selector.expand(baseline.runs().chain(candidate.runs()));
            let rows = metrics.iter().filter_map(|metric| row(baseline, candidate, metric, threshold));
            self.rows.extend(rows);
        }
    }

    fn into_comparison(mut self, baseline: &Set, candidate: &Set, thresholds: &Thresholds) -> Comparison {
        demand_more_than_chance(&mut self.rows);
        if !self.single_runs.is_empty() {
            let message =
                format!("a side has a single run, so its spread is unknown: {}", self.single_runs.join(", "));
            self.caveats.push(Caveat::new("single_run", message));
        }
        self.caveats.extend(comparability::caveat(&self.comparability));
        let mut verdicts: Vec<_> =
            self.refusals.into_iter().map(|reason| Verdict::because(Status::Invalid, reason)).collect();
        if verdicts.is_empty() || !self.rows.is_empty() {
            verdicts.push(conclude(&self.rows));
        }
        let verdict = verdicts.into_iter().fold(Verdict::pass(), Verdict::and);
        let metrics: Vec<_> = self.rows.into_iter().map(|row| row.comparison).collect();
        Comparison {
            schema_version: SCHEMA_VERSION,
            kind: Kind::Comparison,
            id: format!("screening:{}:{}", baseline.id, candidate.id),
            procedure: Procedure::Screening,
            baseline: Some(reference(baseline)),
            candidate: reference(candidate),
            comparability: self.comparability,
            policy: thresholds.iter().map(|it| (it.selector.to_string(), it.edges.to_string())).collect(),
            rating: rating::rate(&metrics, verdict.status),
            metrics,
            verdict,
            caveats: self.caveats,
        }
    }
}

fn reference(set: &Set) -> SetRef {
    SetRef { id: set.id.clone(), name: set.name.clone(), runs: set.runs.len() as u64 }
}

/// Every run of both sides against the first of the baseline: what agrees once, what differs each time anew.
fn circumstances(baseline: &Workload<'_>, candidate: &Workload<'_>) -> Vec<Comparability> {
    let first = baseline.runs[0];
    let mut entries = comparability::of_runs(first, candidate.runs[0]);
    for other in baseline.runs.iter().skip(1).chain(candidate.runs.iter().skip(1)) {
        // Iterations of one side may have seeds of their own; only their plans must agree.
        let refused =
            comparability::of_runs(first, other).into_iter().filter(|it| it.effect == Effect::Refused);
        for entry in refused {
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }
    entries
}

/// The line of one metric; `None` when neither side could have measured it.
fn row(
    baseline: &Workload<'_>,
    candidate: &Workload<'_>,
    metric: &MetricRef,
    threshold: &Threshold,
) -> Option<Row> {
    let (earlier, current) = (baseline.measure(metric), candidate.measure(metric));
    if let (Err(Missing::Absent(_)), Err(Missing::Absent(_)), Some(_)) = (&earlier, &current, &metric.scope) {
        return None;
    }
    let units = (baseline.unit(metric), candidate.unit(metric));
    let unit = units.1.or(units.0)?;
    let better = metric.metric.better();
    let conclusion = match (&earlier, &current) {
        (Ok(_), Ok(_)) if units.0 != units.1 => {
            Conclusion { detail: format!("{metric} has another unit on each side"), ..Conclusion::default() }
        }
        (Ok(earlier), Ok(current)) => {
            let conclusion = judge(metric, unit, better, earlier, current, &threshold.edges);
            weigh(conclusion, metric, (earlier, current), &threshold.edges)
        }
        (Err(missing), _) => {
            Conclusion { detail: format!("baseline: {}", missing.reason()), ..Conclusion::default() }
        }
        (_, Err(missing)) => {
            Conclusion { detail: format!("candidate: {}", missing.reason()), ..Conclusion::default() }
        }
    };
    let conclusion = Conclusion {
        baseline: earlier.ok().map(|measured| measured.value),
        current: current.ok().map(|measured| measured.value),
        gating: threshold.edges.fail.is_some(),
        ..conclusion
    };
    Some(Row::new(candidate.name, metric, unit, better, conclusion))
}

fn judge(
    metric: &MetricRef,
    unit: Unit,
    better: Better,
    baseline: &Measured,
    current: &Measured,
    edges: &Edges,
) -> Conclusion {
    let (from, to) = (baseline.value, current.value);
    let severity = edges.alarm(better, from, to);
    let fails = edges.fails(better, from, to);
    let change = format!(
        "{metric} is {}, was {} ({})",
        human::value(to, unit),
        human::value(from, unit),
        change(unit, from, to)
    );
    // A regression from a known value to at least this one is certain; all else with a lower bound is open.
    if baseline.censored || (current.censored && severity.is_none()) {
        let detail = format!("{change}, known only as a lower bound");
        return Conclusion {
            verdict: Some(ComparisonVerdict::Inconclusive),
            detail,
            ..Conclusion::default()
        };
    }
    let (verdict, outcome) = if fails {
        (ComparisonVerdict::Regression, ", which fails")
    } else if severity.is_some() {
        (ComparisonVerdict::Regression, "")
    } else if edges.alarm(better, to, from).is_some() {
        (ComparisonVerdict::Improvement, "")
    } else {
        (ComparisonVerdict::Pass, "")
    };
    let detail = format!("{change}{outcome}; edges: {edges}");
    Conclusion { verdict: Some(verdict), severity, fails, detail, ..Conclusion::default() }
}

/// The same conclusion, as far as the number of runs allows it. A single run on a side is taken as it is.
fn weigh(
    conclusion: Conclusion,
    metric: &MetricRef,
    (baseline, current): (&Measured, &Measured),
    edges: &Edges,
) -> Conclusion {
    let runs = baseline.values.len().min(current.values.len());
    let sides = || {
        let values = (baseline.values.clone(), current.values.clone());
        Sides::new(values.0, values.1, metric.metric.better(), Scale::of(metric))
    };
    if runs == 1 || conclusion.verdict == Some(ComparisonVerdict::Inconclusive) {
        return conclusion;
    }
    if runs < LEAST_RUNS {
        let detail =
            format!("{}; {runs} runs a side prove nothing, {}", conclusion.detail, wanted(sides(), edges));
        return inconclusive(conclusion, detail);
    }
    let Some(sides) = sides() else { return conclusion };
    let is_better = conclusion.verdict == Some(ComparisonVerdict::Improvement);
    let p = if is_better { sides.p_better() } else { sides.p_worse() };
    let ratio = (sides.scale() == Scale::Ratio).then(|| sides.change());
    Conclusion { tested: Tested { ratio, p: Some(p), ..Tested::default() }, ..conclusion }
}

/// The runs a side that would do: enough for any verdict, and to find a change as large as the first edge.
fn wanted(sides: Option<Sides>, edges: &Edges) -> String {
    let edge = edges.fail.or(edges.critical).or(edges.warning);
    let runs = edge.and_then(|edge| sides?.runs_for(edge, LEVEL));
    format!("{} would do", runs.map_or(LEAST_RUNS as u64, |runs| runs.max(LEAST_RUNS as u64)))
}

fn inconclusive(conclusion: Conclusion, detail: String) -> Conclusion {
    let verdict = Some(ComparisonVerdict::Inconclusive);
    Conclusion { verdict, severity: None, fails: false, detail, ..conclusion }
}

/// Adjusts the p-values for all that can fail (Holm 1979), and takes back what is no more than chance.
fn demand_more_than_chance(rows: &mut [Row]) {
    let decides = |row: &&mut Row| row.comparison.gating && row.comparison.p.is_some();
    let family: Vec<f64> = rows.iter_mut().filter(decides).filter_map(|row| row.comparison.p).collect();
    let adjusted = holm(&family).expect("p-values are probabilities");
    for (row, p) in rows.iter_mut().filter(decides).zip(adjusted) {
        row.comparison.p_adjusted = Some(p);
    }
    for row in rows {
        let line = &mut row.comparison;
        let is_change =
            matches!(line.verdict, ComparisonVerdict::Regression | ComparisonVerdict::Improvement);
        let p = line.p_adjusted.or(line.p);
        if let Some(p) = p.filter(|p| is_change && *p >= LEVEL) {
            line.detail = format!("{}; no more than chance, p = {p:.3}", line.detail);
            (line.verdict, line.severity, row.fails) = (ComparisonVerdict::Inconclusive, None, false);
        }
    }
}

/// The change for people: points of a rate, percent of everything else.
fn change(unit: Unit, from: f64, to: f64) -> String {
    match unit {
        Unit::Ratio => format!("{:+.2} points", (to - from) * 100.0),
        _ if from == 0.0 && to == 0.0 => "unchanged".to_owned(),
        _ if from == 0.0 => "from nothing".to_owned(),
        _ => human::change(to / from),
    }
}
