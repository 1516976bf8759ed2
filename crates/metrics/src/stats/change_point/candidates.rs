//! Places where the level may have changed, found window by window.

use super::changes::LEAST_POINTS;
use super::energy::energy_split;
use super::levels::levels_p;

/// How much more a candidate may be in doubt than a change; dropping the weak comes later.
const LIBERTY: f64 = 10.0;

/// Candidates in ascending order, from windows of `window` points that overlap by half. Takes time in proportion
/// to the length of the series times `window`.
pub(super) fn candidates(series: &[f64], window: usize, p: f64) -> Vec<usize> {
    let mut found = Vec::new();
    let mut start = 0;
    loop {
        let end = (start + window).min(series.len());
        divide(series, start, end, LIBERTY * p, &mut found);
        if end == series.len() {
            break;
        }
        start += window / 2;
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Splits `start..end` for as long as the parts differ at `p`.
fn divide(series: &[f64], start: usize, end: usize, p: f64, found: &mut Vec<usize>) {
    let Some(split) = energy_split(&series[start..end], LEAST_POINTS) else { return };
    let (index, stop) = (start + split.index, start + split.end);
    if levels_p(&series[start..index], &series[index..stop]) <= p {
        divide(series, start, index, p, found);
        found.push(index);
        divide(series, index, end, p, found);
    }
}
