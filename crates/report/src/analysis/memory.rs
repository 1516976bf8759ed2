//! A target has little memory left.

use plimsoll_model::{ResourceSeries, Run, Set, Severity, Unit};

use super::capacity::{MEMORY, memory, series};
use super::insight::{Insight, subject};
use crate::format;

const RULE: &str = "memory_nearly_full";

/// Share of what a target may use above which it is close to being killed.
const LIMIT: f64 = 0.9;

pub(super) fn find(set: &Set) -> Vec<Insight> {
    series(set, MEMORY).filter_map(|(index, run, series)| insight(set, index, run, series)).collect()
}

fn insight(set: &Set, index: usize, run: &Run, series: &ResourceSeries) -> Option<Insight> {
    let capacity = memory(&set.environment, run, series).filter(|_| series.unit == Unit::Bytes)?;
    let peak = series.summary.peak?;
    let share = peak / capacity;
    if share <= LIMIT {
        return None;
    }
    let target = subject(set, index, &series.target);
    let message = format!(
        "memory of {target} peaked at {} of its {}, above {}",
        format::share(share),
        format::bytes(capacity),
        format::share(LIMIT)
    );
    let advice = "raise its limit, or bound its caches and queues; look at the trend before deciding which";
    let mut evidence = vec![format!("memory.peak({}) = {}", series.target, format::bytes(peak))];
    let slope = series.summary.slope_per_min;
    evidence.extend(slope.map(|slope| {
        format!("memory.slope({}) = {}", series.target, format::per_minute(slope, series.unit))
    }));
    let severity = if share > 0.95 { Severity::Critical } else { Severity::High };
    Some(Insight::new(RULE, severity, target, message, advice, evidence))
}
