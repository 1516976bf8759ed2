//! The first thing a reader sees.

use plimsoll_model::{Comparison, Set, Verdict};

use super::Mark;
use crate::text;

/// Most reasons that are shown at the top.
const MOST_REASONS: usize = 9;

/// The conclusion, what it is about, and why.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Headline {
    pub(crate) mark: Mark,
    pub(crate) name: String,
    pub(crate) reasons: Vec<String>,
}

impl Headline {
    pub(crate) fn of_set(set: &Set) -> Headline {
        Headline::new(&set.name, &set.verdict)
    }

    pub(super) fn of_comparison(comparison: &Comparison) -> Headline {
        Headline::new(&comparison.candidate.name, &comparison.verdict)
    }

    fn new(name: &str, verdict: &Verdict) -> Headline {
        let mut reasons: Vec<String> =
            verdict.reasons.iter().take(MOST_REASONS).map(|reason| text::sentence(reason)).collect();
        if verdict.reasons.len() > MOST_REASONS {
            reasons.push("… and more reasons; the JSON document has them all".to_owned());
        }
        Headline { mark: Mark::from(verdict.status), name: text::name(name), reasons }
    }
}
