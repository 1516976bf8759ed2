//! One word for a whole comparison.

use plimsoll_model::{Alarm, Better, Comparison, ComparisonVerdict, MetricComparison, Rating, Status, Unit};

/// Within this much, a metric counts as unchanged: 5 %, or 5 points of a rate.
const UNCHANGED: f64 = 0.05;

/// Room for rounding at the 5 %.
const ROUNDING: f64 = 1e-9;

/// The rating of a comparison from its lines and its status.
///
/// - none: nothing could be concluded (invalid, interrupted);
/// - `POOR`: a critical regression, or a target missed critically or though it is hard;
/// - `EXCELLENT`: no regression, and every metric improved or within 5 % (5 points, for rates);
/// - `GOOD`: at most warnings, nothing that fails, and overall not worse: the mean change of all metrics, on
///   the log scale and in the worse direction, is not above 0;
/// - `FAIR`: everything else: mixed, worse overall, failed, or inconclusive on a metric that decides.
#[must_use]
pub fn rate(metrics: &[MetricComparison], status: Status) -> Option<Rating> {
    if matches!(status, Status::Invalid | Status::Interrupted) || metrics.is_empty() {
        return None;
    }
    if metrics.iter().any(|metric| metric.severity == Some(Alarm::Critical)) {
        return Some(Rating::Poor);
    }
    if status != Status::Pass {
        return Some(Rating::Fair);
    }
    let worsenings: Vec<f64> = metrics.iter().filter_map(worsening).collect();
    let no_regression = metrics.iter().all(|metric| metric.verdict != ComparisonVerdict::Regression);
    if no_regression && worsenings.iter().all(|worse| *worse <= UNCHANGED.ln_1p() + ROUNDING) {
        return Some(Rating::Excellent);
    }
    let is_worse_overall = worsenings.iter().sum::<f64>() > ROUNDING;
    Some(if is_worse_overall { Rating::Fair } else { Rating::Good })
}

/// The rating of several comparisons of one result, such as targets and screening: the worst of them, and
/// none as soon as one has none.
#[must_use]
pub fn overall(comparisons: &[Comparison]) -> Option<Rating> {
    let ratings: Vec<Rating> =
        comparisons.iter().map(|comparison| comparison.rating).collect::<Option<_>>()?;
    ratings.into_iter().max_by_key(|rating| match rating {
        Rating::Excellent => 0,
        Rating::Good => 1,
        Rating::Fair => 2,
        Rating::Poor => 3,
    })
}

/// The change of a metric on the log scale, above 0 for the worse; of a rate the difference of its shares,
/// because from 0.01 % to 0.02 % errors nothing has doubled that matters. `None` when a side is missing.
fn worsening(metric: &MetricComparison) -> Option<f64> {
    let (baseline, current) = metric.baseline.zip(metric.current)?;
    let change = match metric.unit {
        Unit::Ratio => current - baseline,
        _ if baseline > 0.0 && current > 0.0 => (current / baseline).ln(),
        // From or to nothing there is no ratio; a whole e-fold stands for it.
        _ => (current - baseline).clamp(-1.0, 1.0),
    };
    Some(match metric.better {
        Better::Lower => change,
        Better::Higher => -change,
    })
}
