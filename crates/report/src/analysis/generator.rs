//! The generator was the limit, not the service.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Quantile, Run, Set, Severity};

use super::insight::{Insight, subject};
use crate::format;

const RULE: &str = "generator_saturated";

/// Schedule lag that is never worth a remark.
const LAG_NS: f64 = 1e6;

/// Share of the fastest scenario's median response time from which on lag distorts it.
const LAG_SHARE: f64 = 0.1;

/// Share of its threads' time above which the generator has no reserve.
const CPU_LIMIT: f64 = 0.8;

pub(super) fn find(set: &Set) -> Vec<Insight> {
    let runs = set.runs.iter().enumerate();
    runs.flat_map(|(index, place)| [late(set, index, &place.run), busy(set, index, &place.run)])
        .flatten()
        .collect()
}

fn late(set: &Set, index: usize, run: &Run) -> Option<Insight> {
    let lag = to_f64(run.generator.schedule_lag.quantile(Quantile::P99)?.value_ns);
    let limit = LAG_NS.max(LAG_SHARE * fastest_median(run)?);
    if lag <= limit {
        return None;
    }
    let name = subject(set, index, "the generator");
    let message = format!(
        "{name} handed out arrivals {} late at p99, above {}",
        format::time(lag),
        format::time(limit)
    );
    let advice = "these figures are not about the service; give the generator dedicated threads or a machine of its \
                  own, or lower the rate";
    let evidence = vec![
        format!("schedule_lag.p99 = {}", format::time(lag)),
        format!("{} arrivals over 1 ms late", format::count(run.generator.missed)),
    ];
    Some(Insight::new(RULE, Severity::Critical, name, message, advice, evidence))
}

fn busy(set: &Set, index: usize, run: &Run) -> Option<Insight> {
    let cpu = run.generator.cpu_ratio.filter(|cpu| *cpu > CPU_LIMIT)?;
    let name = subject(set, index, "the generator");
    let message = format!(
        "{name} used {} of its threads' time, above {}",
        format::share(cpu),
        format::share(CPU_LIMIT)
    );
    let advice = "it has no reserve for bursts; give it more threads or lower the rate";
    let evidence = vec![
        format!("generator CPU = {}", format::share(cpu)),
        format!("{} threads", format::count(run.generator.threads)),
    ];
    Some(Insight::new(RULE, Severity::Medium, name, message, advice, evidence))
}

/// The smallest median response time of the scenarios that measured one.
fn fastest_median(run: &Run) -> Option<f64> {
    let medians =
        run.scenarios.iter().filter_map(|scenario| scenario.latency.response.quantile(Quantile::P50));
    medians.map(|median| to_f64(median.value_ns)).reduce(f64::min)
}
