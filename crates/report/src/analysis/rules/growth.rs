//! Operations take longer and longer under the same load.

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::stats::median;
use plimsoll_model::{ScenarioResult, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::level::Level;
use crate::analysis::place::Place;
use crate::format;

/// Times the beginning at which it is no longer chance.
const TIMES: f64 = 1.5;

/// Growth in nanoseconds below which nobody feels it.
const APART_NS: f64 = 1e6;

/// Fewest windows that have a beginning and an end.
const LEAST: usize = 9;

pub(super) fn find(place: Place<'_>, scenario: &ScenarioResult) -> Option<Insight> {
    // Under another load at the end they may take longer.
    Level::of_plan(&place.run.plan)?;
    let windows = place.run.windows.iter().filter(|window| window.scenario == scenario.name);
    let medians: Vec<f64> =
        windows.filter(|window| window.service.count > 0).map(|window| to_f64(window.service.p50)).collect();
    if medians.len() < LEAST {
        return None;
    }
    let third = medians.len() / 3;
    let first = median(&medians[..third])?;
    let last = median(&medians[medians.len() - third..])?;
    if last < TIMES * first || last - first < APART_NS {
        return None;
    }
    let subject = place.subject(&scenario.name);
    let message = format!(
        "{subject} took {} times as long at the end as at the beginning{}, above {}",
        format::number(last / first),
        place.load(),
        format::number(TIMES)
    );
    Some(Insight {
        rule: "latency_growth",
        severity: Severity::High,
        subject,
        message,
        advice: "the run had not settled, so its figures depend on its length: look for what fills up (tables without \
                 an index, caches, queues, memory), and measure longer"
            .to_owned(),
        evidence: vec![
            format!("service time of the first third, median of its windows {}", format::time(first)),
            format!("of the last third {}", format::time(last)),
        ],
    })
}
