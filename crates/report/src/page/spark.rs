//! A row of small bars.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Run, Window};

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Index of the highest.
const LAST: f64 = 7.0;

/// Most bars in a row.
const MOST: usize = 16;

/// Completions of a scenario over the measured time, the highest bar for the busiest stretch; empty with fewer
/// than two windows.
pub(super) fn completions(run: &Run, scenario: &str) -> String {
    let windows: Vec<&Window> = run.windows.iter().filter(|window| window.scenario == scenario).collect();
    if windows.len() < 2 {
        return String::new();
    }
    let each = windows.len().div_ceil(MOST);
    let rates: Vec<f64> = windows.chunks(each).map(mean_rate).collect();
    let highest = rates.iter().copied().fold(0.0, f64::max);
    rates.into_iter().map(|rate| bar(rate, highest)).collect()
}

/// Completions for each nanosecond.
fn mean_rate(windows: &[&Window]) -> f64 {
    let length: u64 = windows.iter().map(|window| window.length_ns).sum();
    let ok: u64 = windows.iter().map(|window| window.ok).sum();
    to_f64(ok) / to_f64(length.max(1))
}

fn bar(rate: f64, highest: f64) -> char {
    let share = if highest > 0.0 { rate / highest } else { 0.0 };
    let above = BARS.iter().zip(1_u8..).find(|(_, step)| share * LAST < f64::from(*step) - 0.5);
    above.map_or(BARS[BARS.len() - 1], |(bar, _)| *bar)
}
