//! A finding together with what to do about it.

use plimsoll_model::{Finding, Priority, Recommendation, Set, Severity};

use crate::page::run_label;

/// What a rule found, and its advice.
pub(super) struct Insight {
    pub(super) finding: Finding,
    pub(super) recommendation: Recommendation,
}

impl Insight {
    /// An insight of a rule about a subject. Evidence is never empty.
    pub(super) fn new(
        rule: &str,
        severity: Severity,
        subject: impl Into<String>,
        message: impl Into<String>,
        advice: &str,
        evidence: Vec<String>,
    ) -> Insight {
        let message = message.into();
        let recommendation = Recommendation {
            rule: rule.to_owned(),
            priority: priority(severity),
            message: format!("{message}: {advice}"),
            evidence: evidence.clone(),
        };
        let finding = Finding { rule: rule.to_owned(), severity, subject: subject.into(), message, evidence };
        Insight { finding, recommendation }
    }
}

/// What a rule found is the more urgent, the graver it is.
fn priority(severity: Severity) -> Priority {
    match severity {
        Severity::Low => Priority::Low,
        Severity::Medium => Priority::Medium,
        Severity::High | Severity::Critical => Priority::High,
    }
}

/// A subject with the run it belongs to, where a set has several.
pub(super) fn subject(set: &Set, run: usize, name: &str) -> String {
    match set.runs.get(run).filter(|_| set.runs.len() > 1) {
        Some(place) => format!("{name} ({})", run_label(set, place)),
        None => name.to_owned(),
    }
}
