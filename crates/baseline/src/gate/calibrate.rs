//! How far do two sides of the same build lie apart on this machine?

use plimsoll_metrics::stats::{hodges_lehmann, hodges_lehmann_ratio, percentile_interval};
use plimsoll_model::{MetricRef, Set, SetRun, Side};

use super::noise::Noise;
use super::policy::Policy;
use super::state::side_of;
use crate::file::Change;
use crate::side::{Workload, by_workload};
use crate::sides::Scale;

/// Blocks of four replicates that a calibration should rest on.
pub const BLOCKS: usize = 20;
/// Relabellings that are looked at in each stretch of blocks; more change nothing but the time.
const MOST_LABELS: u32 = 64;

/// The noise of each metric, from replicates of one build in the order in which they took place.
///
/// Any block of four replicates of the same build can stand for ABBA as well as for BAAB. Each stretch that is as
/// long as the gate's last look is therefore labelled in many ways, and each labelling is one comparison of
/// equals; the floor is the change that 99 in 100 of them stay below. A metric without any noise, or that not
/// every replicate has, is left out. [`BLOCKS`] blocks are a good number.
///
/// The answer belongs into [`Policy::noise`]: it raises the margins of what is noisier than them, and where it is
/// more than half of the change to protect from, it takes away the pass.
#[must_use]
pub fn calibrate(policy: &Policy, replicates: &[Set]) -> Vec<Noise> {
    let runs: Vec<&SetRun> = replicates.iter().flat_map(|set| &set.runs).collect();
    let workloads = by_workload(runs);
    workloads.iter().flat_map(|workload| of_workload(policy, workload)).collect()
}

fn of_workload(policy: &Policy, workload: &Workload<'_>) -> Vec<Noise> {
    let metrics = policy.thresholds.iter().flat_map(|threshold| threshold.selector.expand(workload.runs()));
    let noise = |metric: MetricRef| {
        let values = workload.measure(&metric).ok()?.values;
        let floor = floor(&values, policy.looks.last().runs, Scale::of(&metric))?;
        Some(Noise { workload: workload.name.to_owned(), metric, floor })
    };
    metrics.filter_map(noise).collect()
}

/// The change that 99 in 100 comparisons of equals stay below; `None` where there is none at all.
fn floor(values: &[f64], runs: usize, scale: Scale) -> Option<Change> {
    let blocks: Vec<&[f64]> = values.chunks_exact(4).collect();
    let stretch = runs.div_ceil(2).min(blocks.len());
    let labels = 1u32.checked_shl(stretch.saturating_sub(1) as u32).unwrap_or(u32::MAX).min(MOST_LABELS);
    let changes: Vec<f64> = blocks
        .windows(stretch.max(1))
        .flat_map(|blocks| (0..labels).filter_map(|label| change_of_equals(blocks, label, scale)))
        .collect();
    let (_, most) = percentile_interval(&changes, 0.98)?;
    match scale {
        Scale::Ratio => Change::percent(100.0 * most.exp_m1()).ok(),
        Scale::Difference => Change::points(100.0 * most).ok(),
    }
}

/// How far the sides lie apart when block i starts with A or B as bit i of the label says.
fn change_of_equals(blocks: &[&[f64]], label: u32, scale: Scale) -> Option<f64> {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for (place, block) in blocks.iter().enumerate() {
        let is_mirrored = label.checked_shr(place as u32).is_some_and(|bits| bits & 1 == 1);
        for (slot, value) in block.iter().enumerate() {
            if (side_of(slot) == Side::A) == is_mirrored { b.push(*value) } else { a.push(*value) }
        }
    }
    const ANY: f64 = 0.5;
    match scale {
        Scale::Ratio => hodges_lehmann_ratio(&a, &b, ANY).map(|change| change.value.ln().abs()),
        Scale::Difference => hodges_lehmann(&a, &b, ANY).map(|change| change.value.abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eighty runs that alternate within 1 % either way, the same in each block.
    fn wobble(size: f64) -> Vec<f64> {
        (0..80).map(|run| 100.0 * (1.0 + size * f64::from([-1, 1, 0, 1, -1, 0, 0][run % 7]))).collect()
    }

    #[test]
    fn a_noisier_machine_has_a_higher_floor() {
        let of = |size| floor(&wobble(size), 16, Scale::Ratio).map(Change::amount);
        let (quiet, noisy) = (of(0.01).unwrap(), of(0.2).unwrap());
        assert!(quiet > 0.0 && quiet < 2.0 && noisy > 5.0 * quiet, "{quiet} {noisy}");
    }

    #[test]
    fn a_machine_without_noise_has_no_floor() {
        assert_eq!(floor(&[7.0; 80], 16, Scale::Ratio), None);
        assert_eq!(floor(&[0.0; 80], 16, Scale::Difference), None);
        assert_eq!(floor(&[7.0; 3], 16, Scale::Ratio), None);
    }
}
