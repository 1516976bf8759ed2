//! What the runs of both sides say at a look.

use plimsoll_metrics::stats::{benjamini_hochberg, holm};
use plimsoll_model::{Alarm, Better, ComparisonVerdict, MetricRef, Unit, human};

use super::looks::Look;
use super::policy::Policy;
use crate::figure::Missing;
use crate::file::{Edges, Threshold, Tolerance};
use crate::row::{Conclusion, Row, Tested};
use crate::side::{Measured, Workload};
use crate::sides::{Scale, Sides};

/// The level at which a change is excluded. Every deciding metric must exclude it, so none needs a correction.
const EXCLUSION: f64 = 0.05;
/// The level of what decides nothing: improvements, and metrics without a fail edge.
const ADVISORY: f64 = 0.05;

/// The line of each metric of each workload.
pub(super) fn judge(
    policy: &Policy,
    look: Look,
    baseline: &[Workload<'_>],
    candidate: &[Workload<'_>],
) -> Vec<Row> {
    let mut questions = Vec::new();
    for current in candidate {
        let Some(earlier) = baseline.iter().find(|earlier| earlier.name == current.name) else { continue };
        for threshold in policy.thresholds.iter() {
            let metrics = threshold.selector.expand(earlier.runs().chain(current.runs()));
            questions.extend(
                metrics
                    .into_iter()
                    .filter_map(|metric| Question::new(policy, threshold, metric, earlier, current)),
            );
        }
    }
    let worse = adjusted(&questions, Sides::p_worse, look.alpha);
    let better = adjusted(&questions, Sides::p_better, ADVISORY);
    let answers = questions.iter().zip(worse.into_iter().zip(better));
    answers.map(|(question, (worse, better))| question.answer(policy, look, worse, better)).collect()
}

/// A metric of a workload, and its figures on both sides.
struct Question<'a> {
    workload: &'a str,
    metric: MetricRef,
    unit: Unit,
    better: Better,
    edges: Edges,
    tolerance: Tolerance,
    is_too_noisy: bool,
    measured: Result<Figures, String>,
}

/// The figures of both sides, and whether some of them are only lower bounds.
struct Figures {
    sides: Sides,
    baseline_is_bound: bool,
    current_is_bound: bool,
}

/// A p-value by itself and among the others.
#[derive(Clone, Copy)]
struct P {
    alone: f64,
    adjusted: f64,
}

/// The p-value of each question that has figures: those that decide by Holm, the others by Benjamini and
/// Hochberg.
///
/// A metric whose runs could not reach `level` in any order, such as an error rate that is 0 throughout, can raise
/// no false alarm and takes no share of the level from the others (Tarone 1990). Otherwise six runs a side, whose
/// rarest order has p = 1/924, could never show anything beside two more metrics.
fn adjusted(questions: &[Question<'_>], p: fn(&Sides) -> f64, level: f64) -> Vec<Option<P>> {
    let can_alarm = |place: usize| {
        let measured = questions[place].measured.as_ref();
        !questions[place].decides() || measured.is_ok_and(|it| it.sides.least_p() < level)
    };
    let alone: Vec<Option<f64>> =
        questions.iter().map(|question| question.measured.as_ref().ok().map(|it| p(&it.sides))).collect();
    let silent = |p: f64| P { alone: p, adjusted: 1.0 };
    let mut answers: Vec<Option<P>> = alone.iter().map(|p| p.map(silent)).collect();
    for decides in [true, false] {
        let family: Vec<(usize, f64)> = (0..questions.len())
            .filter(|place| questions[*place].decides() == decides && can_alarm(*place))
            .filter_map(|place| Some((place, alone[place]?)))
            .collect();
        let values: Vec<f64> = family.iter().map(|(_, p)| *p).collect();
        let adjusted = if decides { holm(&values) } else { benjamini_hochberg(&values) };
        let adjusted = adjusted.expect("p-values are probabilities");
        for ((place, alone), adjusted) in family.into_iter().zip(adjusted) {
            answers[place] = Some(P { alone, adjusted });
        }
    }
    answers
}

impl<'a> Question<'a> {
    /// `None` when neither side could have measured the metric.
    fn new(
        policy: &Policy,
        threshold: &Threshold,
        metric: MetricRef,
        baseline: &Workload<'a>,
        candidate: &Workload<'a>,
    ) -> Option<Question<'a>> {
        let measured = (baseline.measure(&metric), candidate.measure(&metric));
        if let (Err(Missing::Absent(_)), Err(Missing::Absent(_)), Some(_)) =
            (&measured.0, &measured.1, &metric.scope)
        {
            return None;
        }
        let unit = candidate.unit(&metric).or_else(|| baseline.unit(&metric))?;
        let (tolerance, is_too_noisy) = policy.tolerance(candidate.name, &metric);
        Some(Question {
            workload: candidate.name,
            unit,
            better: metric.metric.better(),
            edges: threshold.edges,
            tolerance,
            is_too_noisy,
            measured: figures(&metric, measured),
            metric,
        })
    }

    fn decides(&self) -> bool {
        self.edges.fail.is_some()
    }

    fn answer(&self, policy: &Policy, look: Look, worse: Option<P>, better: Option<P>) -> Row {
        let conclusion = match (&self.measured, worse.zip(better)) {
            (Ok(figures), Some((worse, better))) => self.conclude(policy, look, figures, worse, better),
            (measured, _) => {
                let reason = measured.as_ref().err().cloned();
                Conclusion { detail: reason.unwrap_or_default(), ..Conclusion::default() }
            }
        };
        let conclusion = Conclusion { gating: self.decides(), ..conclusion };
        Row::new(self.workload, &self.metric, self.unit, self.better, conclusion)
    }

    fn conclude(&self, policy: &Policy, look: Look, figures: &Figures, worse: P, better: P) -> Conclusion {
        let Figures { sides, baseline_is_bound, current_is_bound } = figures;
        let alpha = if self.decides() { look.alpha } else { ADVISORY };
        let Tolerance { margin, excluded } = self.tolerance;
        let is_worse = worse.adjusted < alpha && sides.is_worse_by(margin);
        // An improvement decides nothing, so it needs not wait for a look that spends enough.
        let is_better = better.adjusted < ADVISORY && sides.is_better_by(margin);
        let is_excluded = sides.p_as_bad_as(excluded) < EXCLUSION;
        let (verdict, p) = if *baseline_is_bound {
            (ComparisonVerdict::Inconclusive, worse)
        } else if is_worse {
            (ComparisonVerdict::Regression, worse)
        } else if *current_is_bound {
            (ComparisonVerdict::Inconclusive, worse)
        } else if is_better {
            (ComparisonVerdict::Improvement, better)
        } else if is_excluded && !self.is_too_noisy {
            (ComparisonVerdict::Pass, worse)
        } else {
            (ComparisonVerdict::Inconclusive, worse)
        };
        let last = policy.looks.last();
        let tested = Tested {
            ratio: (sides.scale() == Scale::Ratio).then(|| sides.change()),
            p: Some(p.alone),
            p_adjusted: Some(p.adjusted),
            mde: sides.detectable(last.runs, last.alpha, margin),
        };
        let is_bound = *baseline_is_bound || *current_is_bound;
        Conclusion {
            baseline: Some(sides.baseline()),
            current: Some(sides.current()),
            verdict: Some(verdict),
            severity: (verdict == ComparisonVerdict::Regression).then(|| self.severity(sides)),
            gating: self.decides(),
            fails: self.decides() && verdict == ComparisonVerdict::Regression,
            detail: self.detail(sides, verdict, tested, is_bound),
            tested,
        }
    }

    /// How grave a regression is. It is critical only if it is surely a warning; below every edge it is a
    /// warning all the same, because it is certain.
    fn severity(&self, sides: &Sides) -> Alarm {
        let change = sides.change();
        let alarm = |by| self.edges.alarm(self.better, sides.baseline(), sides.moved(by));
        let mildest = match self.better {
            Better::Lower => change.lower,
            Better::Higher => change.upper,
        };
        match alarm(change.value) {
            Some(Alarm::Critical) if alarm(mildest).is_some() => Alarm::Critical,
            _ => Alarm::Warning,
        }
    }

    fn detail(&self, sides: &Sides, verdict: ComparisonVerdict, tested: Tested, is_bound: bool) -> String {
        let (from, to) =
            (human::value(sides.baseline(), self.unit), human::value(sides.current(), self.unit));
        let change = format!("{} is {to}, was {from}: {}", self.metric, change(sides));
        let Tolerance { margin, excluded } = self.tolerance;
        let p = tested.p_adjusted.unwrap_or(1.0);
        match verdict {
            ComparisonVerdict::Regression => {
                format!("{change}, worse by {margin} or more, {}", probability(p))
            }
            ComparisonVerdict::Improvement => {
                format!("{change}, better by {margin} or more, {}", probability(p))
            }
            ComparisonVerdict::Pass => format!("{change}; {excluded} worse is excluded"),
            _ if is_bound => format!("{change}, known only as a lower bound"),
            _ if self.is_too_noisy => {
                format!("{change}; equals differ by {margin} here, too much to exclude {excluded}")
            }
            _ => format!("{change}; {excluded} worse is not excluded{}", found(tested.mde)),
        }
    }
}

/// The figures of both sides, or why they cannot be compared.
fn figures(
    metric: &MetricRef,
    (baseline, candidate): (Result<Measured, Missing>, Result<Measured, Missing>),
) -> Result<Figures, String> {
    let baseline = baseline.map_err(|missing| format!("baseline: {}", missing.reason()))?;
    let candidate = candidate.map_err(|missing| format!("candidate: {}", missing.reason()))?;
    let sides = Sides::new(baseline.values, candidate.values, metric.metric.better(), Scale::of(metric));
    Ok(Figures {
        sides: sides.ok_or_else(|| format!("{metric} is 0 in a run; a ratio needs figures above 0"))?,
        baseline_is_bound: baseline.censored,
        current_is_bound: candidate.censored,
    })
}

/// The change with its interval, for people.
fn change(sides: &Sides) -> String {
    let change = sides.change();
    let show = |value: f64| match sides.scale() {
        Scale::Ratio => format!("{:+.1} %", (value - 1.0) * 100.0),
        Scale::Difference => format!("{:+.2} points", value * 100.0),
    };
    format!("{} ({} to {})", show(change.value), show(change.lower), show(change.upper))
}

fn probability(p: f64) -> String {
    if p < 0.0001 { "adjusted p < 0.0001".to_owned() } else { format!("adjusted p = {p:.4}") }
}

fn found(mde: Option<f64>) -> String {
    mde.map_or_else(String::new, |mde| format!("; {:.1} % would be found nine times in ten", mde * 100.0))
}
