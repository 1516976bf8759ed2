//! Does a result hold what was promised?

use std::collections::BTreeMap;

use plimsoll_model::{
    Alarm, Better, Caveat, Comparability, Comparison, ComparisonVerdict, Condition, Kind, Procedure,
    SCHEMA_VERSION, Set, SetRef, human,
};

use crate::comparability;
use crate::figure::Missing;
use crate::file::{BaselineFile, EnvironmentSpec, LookupError, Target};
use crate::rating;
use crate::row::{Conclusion, Row, conclude};
use crate::side::{Measured, Workload, workloads};

/// Judges a set by the targets that a file has for its workloads.
///
/// The value of a workload is the median over its runs. A target that is missed is a warning; beyond its
/// critical limit, or where it is hard, the comparison fails. What was not measured never passes: the line is
/// invalid, and so is the comparison, unless the target is optional and left out. Where a value would pass
/// but rests on too few operations, or is only a lower bound, the line is inconclusive.
///
/// Targets apply on any machine. `environment` adds the targets that the file has for that environment; where
/// the machine is not the one specified there, a caveat says so. The targets of a component are judged in
/// every workload that has a scenario or a step of its name.
///
/// # Errors
/// When the file has environments but not that one, or a workload uses a group that is not there.
pub fn judge(set: &Set, file: &BaselineFile, environment: Option<&str>) -> Result<Comparison, LookupError> {
    let specified = match environment {
        Some(name) => file.environment(name)?,
        None => None,
    };
    let mut judgement = Judgement::default();
    for workload in workloads(set) {
        let targets = applicable(&workload, file, specified)?;
        let minimum = file.workloads.get(workload.name).and_then(|own| own.minimum_requests).unwrap_or(1);
        judgement.add(&workload, &targets, minimum);
    }
    let comparability = specified
        .map_or_else(Vec::new, |specified| comparability::of_specification(specified, &set.environment));
    Ok(judgement.into_comparison(set, file, comparability))
}

/// What is known so far.
#[derive(Default)]
struct Judgement {
    rows: Vec<Row>,
    policy: BTreeMap<String, String>,
    caveats: Vec<Caveat>,
}

impl Judgement {
    fn add(&mut self, workload: &Workload<'_>, targets: &[Target], minimum_requests: u64) {
        if targets.is_empty() {
            let message = format!("the baseline has no targets for workload {:?}", workload.name);
            self.caveats.push(Caveat::new("no_targets", message));
            return;
        }
        self.caveats.extend(workload.interruption());
        for target in targets {
            if let Some(row) = judge_target(workload, target, minimum_requests) {
                self.rows.push(row);
                self.policy
                    .insert(format!("{}: {}", workload.name, target.condition().metric), target.to_string());
            }
        }
    }

    fn into_comparison(
        self,
        set: &Set,
        file: &BaselineFile,
        comparability: Vec<Comparability>,
    ) -> Comparison {
        let verdict = conclude(&self.rows);
        let metrics: Vec<_> = self.rows.into_iter().map(|row| row.comparison).collect();
        let mut caveats = self.caveats;
        caveats.extend(comparability::caveat(&comparability));
        Comparison {
            schema_version: SCHEMA_VERSION,
            kind: Kind::Comparison,
            id: format!("targets:{}:{}", file.metadata.id, set.id),
            procedure: Procedure::Targets,
            baseline: None,
            candidate: SetRef { id: set.id.clone(), name: set.name.clone(), runs: set.runs.len() as u64 },
            comparability,
            policy: self.policy,
            rating: rating::rate(&metrics, verdict.status),
            metrics,
            verdict,
            caveats,
        }
    }
}

/// The targets of a workload, and those of the components that are measured in it.
fn applicable(
    workload: &Workload<'_>,
    file: &BaselineFile,
    environment: Option<&EnvironmentSpec>,
) -> Result<Vec<Target>, LookupError> {
    let mut targets = file.targets_for(workload.name, environment)?;
    for (component, own) in &file.components {
        if workload.has_part(component) {
            targets.extend(own.iter().map(|target| target.clone().of(component)));
        }
    }
    Ok(targets)
}

/// The line of one target; `None` when it is optional and was not measured.
fn judge_target(workload: &Workload<'_>, target: &Target, minimum_requests: u64) -> Option<Row> {
    let condition = target.condition();
    let conclusion = match (workload.flaw(), workload.evaluate(condition)) {
        (Some(flaw), _) => Conclusion { detail: flaw, ..Conclusion::default() },
        (None, Err(Missing::Absent(_))) if target.is_optional() => return None,
        (None, Err(missing)) => {
            let detail = format!("{}; {} cannot be judged", missing.reason(), wanted(target));
            Conclusion { detail, ..Conclusion::default() }
        }
        (None, Ok((measured, _))) if measured.samples < minimum_requests => Conclusion {
            current: Some(measured.value),
            detail: too_few(condition, &measured, minimum_requests),
            ..Conclusion::default()
        },
        (None, Ok((measured, is_doubtful))) => conclude_target(target, &measured, is_doubtful),
    };
    let gating = !target.is_optional() || target.can_fail();
    let conclusion = Conclusion { baseline: Some(condition.limit.value), gating, ..conclusion };
    let better = if target.is_upper() { Better::Lower } else { Better::Higher };
    Some(Row::new(workload.name, &condition.metric, condition.limit.unit, better, conclusion))
}

fn too_few(condition: &Condition, measured: &Measured, minimum: u64) -> String {
    format!("{} rests on {} operations; expected at least {minimum}", condition.metric, measured.samples)
}

fn conclude_target(target: &Target, measured: &Measured, is_doubtful: bool) -> Conclusion {
    let alarm = target.alarm(measured.value);
    // A lower bound beyond an upper limit is enough to miss it; anything else needs to be known.
    let is_open = is_doubtful && (alarm.is_none() || !target.is_upper());
    let (verdict, severity) = match alarm {
        _ if is_open => (ComparisonVerdict::Inconclusive, None),
        None => (ComparisonVerdict::Pass, None),
        Some(_) => (ComparisonVerdict::Regression, alarm),
    };
    let condition = target.condition();
    let value = human::apart(measured.value, condition.limit.value, condition.limit.unit);
    let outcome =
        if is_open { "cannot be told from so little".to_owned() } else { outcome(target, severity) };
    Conclusion {
        current: Some(measured.value),
        verdict: Some(verdict),
        severity,
        fails: severity == Some(Alarm::Critical),
        detail: format!("{} is {value}; {} {outcome}", condition.metric, wanted(target)),
        ..Conclusion::default()
    }
}

/// `target < 500ms`: what is asked for, where the metric is named already.
fn wanted(target: &Target) -> String {
    let Condition { op, limit, .. } = target.condition();
    let kind = if target.is_hard() { "hard target" } else { "target" };
    format!("{kind} {op} {limit}")
}

fn outcome(target: &Target, severity: Option<Alarm>) -> String {
    match (severity, target.critical_limit()) {
        (None, _) => "met".to_owned(),
        (Some(Alarm::Warning), Some(critical)) => format!("missed, critical beyond {critical}"),
        (Some(Alarm::Critical), Some(critical)) => format!("missed, and beyond critical {critical}"),
        (Some(_), None) => "missed".to_owned(),
    }
}
