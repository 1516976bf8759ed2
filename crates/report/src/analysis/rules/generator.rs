//! The generator was the limit, not the service.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Quantile, Run, Severity};

use crate::analysis::insight::Insight;
use crate::analysis::place::Place;
use crate::format;

/// Id of the rule.
pub(in crate::analysis) const RULE: &str = "generator_saturated";

/// Schedule lag that is never worth a remark.
const LAG_NS: f64 = 1e6;

/// Share of the fastest scenario's median response time from which on lag distorts it.
const LAG_SHARE: f64 = 0.1;

/// Share of its threads' time above which the generator has no reserve.
const CPU_LIMIT: f64 = 0.8;

pub(super) fn find(place: Place<'_>) -> Vec<Insight> {
    late(place).into_iter().chain(busy(place)).collect()
}

fn late(place: Place<'_>) -> Option<Insight> {
    let generator = &place.run.generator;
    let lag = to_f64(generator.schedule_lag.quantile(Quantile::P99)?.value_ns);
    let limit = LAG_NS.max(LAG_SHARE * fastest_median(place.run)?);
    if lag <= limit {
        return None;
    }
    let subject = place.subject("the generator");
    let message = format!(
        "{subject} handed out arrivals {} late at p99{}, above {}",
        format::time(lag),
        place.load(),
        format::time(limit)
    );
    Some(Insight {
        rule: RULE,
        severity: Severity::Critical,
        subject,
        message,
        advice: "these figures are not about the service; give the generator dedicated threads or a machine of its \
                 own, or lower the rate"
            .to_owned(),
        evidence: vec![
            format!("schedule_lag.p99 = {}", format::time(lag)),
            format!("{} arrivals over 1 ms late", format::count(generator.missed)),
        ],
    })
}

fn busy(place: Place<'_>) -> Option<Insight> {
    let generator = &place.run.generator;
    let cpu = generator.cpu_ratio.filter(|cpu| *cpu > CPU_LIMIT)?;
    let subject = place.subject("the generator");
    let message = format!(
        "{subject} used {} of its threads' time{}, above {}",
        format::share(cpu),
        place.load(),
        format::share(CPU_LIMIT)
    );
    Some(Insight {
        rule: RULE,
        severity: Severity::Medium,
        subject,
        message,
        advice: "it has no reserve for bursts; give it more threads or lower the rate".to_owned(),
        evidence: vec![
            format!("generator CPU = {}", format::share(cpu)),
            format!("{} threads", format::count(generator.threads)),
        ],
    })
}

/// The smallest median response time of the scenarios that measured one.
fn fastest_median(run: &Run) -> Option<f64> {
    let medians =
        run.scenarios.iter().filter_map(|scenario| scenario.latency.response.quantile(Quantile::P50));
    medians.map(|median| to_f64(median.value_ns)).reduce(f64::min)
}
