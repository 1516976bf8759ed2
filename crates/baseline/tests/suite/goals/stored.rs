//! Goal G5: a stored history screens, and a suspect is measured afresh.

use plimsoll_baseline::history::{Entry, History, Screen, Series};
use plimsoll_metrics::simulation::{Figure, Noise};
use plimsoll_model::{Aggregate, Better, Set, Unit};

use super::replicate::template;

/// Earlier sittings.
const SITTINGS: usize = 20;
/// Standard deviation from sitting to sitting.
const SITTING: f64 = 0.02;
/// Runs in a sitting, and their spread.
const RUNS: usize = 10;
const RUN: f64 = 0.05;

/// G5: twenty sittings in the history, 2 % from one to the next.
pub(crate) fn stored_baseline(trials: u32) -> Vec<Figure> {
    let quiet = confirmed(trials, 12, 0.0);
    let slower = confirmed(trials, 13, 0.10);
    vec![
        Figure::at_most("G5", "20 sittings, no change: confirmed suspect", quiet, trials, 0.01),
        Figure::at_least("G5", "20 sittings, +10 %: confirmed suspect", slower, trials, 0.90),
    ]
}

/// How often a sitting is suspect, and the one after it as well.
fn confirmed(trials: u32, seed: u64, change: f64) -> u32 {
    let (mut noise, template) = (Noise::new(seed), template());
    let is_confirmed = |_: &u32| {
        let series = history(&mut noise, &template);
        let mut is_suspect = || {
            let new = Entry::of(&sitting(&mut noise, &template, change));
            series.screen(new.figures[0].value) == Some(Screen::Suspect)
        };
        is_suspect() && is_suspect()
    };
    (0..trials).filter(is_confirmed).count() as u32
}

/// A history as it is written to a file and read again.
fn history(noise: &mut Noise, template: &Set) -> Series {
    let lines = (0..SITTINGS).map(|_| Entry::of(&sitting(noise, template, 0.0)).line() + "\n");
    let history = History::read(lines.collect::<String>().as_bytes());
    history.series(&history.keys()[0])
}

/// A set of one sitting: its own level, and runs around it.
fn sitting(noise: &mut Noise, template: &Set, change: f64) -> Set {
    let level = 1e6 * (1.0 + change) * (SITTING * noise.normal()).exp();
    let per_run: Vec<f64> = (0..RUNS).map(|_| level * (RUN * noise.normal()).exp()).collect();
    let aggregate = Aggregate {
        workload: "checkout".to_owned(),
        scenario: None,
        metric: "p95".to_owned(),
        unit: Unit::Nanoseconds,
        better: Better::Lower,
        n: RUNS as u64,
        mean: level,
        stddev: None,
        lower: None,
        upper: None,
        per_run,
    };
    Set { aggregates: vec![aggregate], ..template.clone() }
}
