//! A finding together with what to do about it.

use plimsoll_model::{Finding, Priority, Recommendation, Severity};

/// What a rule found, and its advice. Evidence is never empty.
#[derive(Debug, Clone)]
pub(super) struct Insight {
    /// Id of the rule.
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    /// What it is about.
    pub(super) subject: String,
    /// What was found, with its figure and the limit that it crossed.
    pub(super) message: String,
    /// What to do.
    pub(super) advice: String,
    /// The figures it rests on.
    pub(super) evidence: Vec<String>,
}

/// An insight, and which run of the set it is about, if it is about one.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) run: Option<usize>,
    pub(super) insight: Insight,
}

impl Insight {
    /// As the document holds it.
    pub(super) fn into_parts(self) -> (Finding, Recommendation) {
        debug_assert!(!self.evidence.is_empty(), "{} found something without evidence", self.rule);
        let recommendation = Recommendation {
            rule: self.rule.to_owned(),
            priority: priority(self.severity),
            message: format!("{}: {}", self.message, self.advice),
            evidence: self.evidence.clone(),
        };
        let finding = Finding {
            rule: self.rule.to_owned(),
            severity: self.severity,
            subject: self.subject,
            message: self.message,
            evidence: self.evidence,
        };
        (finding, recommendation)
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
