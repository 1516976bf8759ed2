//! Too many operations fail.

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{ScenarioResult, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::Place;
use crate::format;

/// Share of the operations above which errors are no accident.
const LIMIT: f64 = 0.01;

/// Share above which hardly anything else can be said of the run.
const GRAVE: f64 = 0.1;

pub(super) fn find(place: Place<'_>, scenario: &ScenarioResult) -> Option<Insight> {
    let (errors, started) = (scenario.counts.errors(), scenario.counts.started);
    let share = ratio(to_f64(errors), to_f64(started)).filter(|share| *share > LIMIT)?;
    let subject = place.subject(&scenario.name);
    let message = format!(
        "{} of {subject} failed{}, above {}",
        format::share(share),
        place.load(),
        format::share(LIMIT)
    );
    let mut evidence =
        vec![format!("{} errors in {} operations", format::count(errors), format::count(started))];
    evidence.extend(
        scenario.errors.first().map(|first| {
            format!("most frequent: {}, {} of the errors", first.kind, format::share(first.share))
        }),
    );
    Some(Insight {
        rule: "error_rate",
        severity: if share > GRAVE { Severity::Critical } else { Severity::High },
        subject,
        message,
        advice: "start with the most frequent kind; latencies of a run that fails fast are no good news"
            .to_owned(),
        evidence,
    })
}
