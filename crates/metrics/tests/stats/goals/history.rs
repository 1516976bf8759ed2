//! Goal G7: change points in histories of a hundred points with a spread of 5 %.

use plimsoll_metrics::stats::{ChangeSearch, change_points};

use super::figure::Figure;
use super::noise::Noise;

const POINTS: usize = 100;
const SPREAD: f64 = 0.05;
/// Points after the step.
const AFTER: usize = 15;

/// G7: quiet histories, with and without memory, and a step of 10 %.
pub(crate) fn changes_of_level(trials: u32) -> Vec<Figure> {
    let alarms = |seed, memory| count(trials, seed, memory, 0.0, |found| !found.is_empty());
    let near = |found: &[usize]| found.iter().any(|index| index.abs_diff(POINTS - AFTER) <= 2);
    vec![
        Figure::at_most("G7", "100 quiet points: any change", alarms(7, 0.0), trials, 0.05),
        Figure::at_most("G7", "100 quiet points, φ = 0.5: any change", alarms(8, 0.5), trials, 0.10),
        Figure::at_least(
            "G7",
            "+10 %, 15 points after: found within ± 2",
            count(trials, 9, 0.0, 0.10, near),
            trials,
            0.85,
        ),
    ]
}

fn count(trials: u32, seed: u64, memory: f64, step: f64, holds: impl Fn(&[usize]) -> bool) -> u32 {
    let mut noise = Noise::new(seed);
    let trial = |_: &u32| {
        let history: Vec<f64> = noise
            .remembering(POINTS, SPREAD, memory)
            .into_iter()
            .enumerate()
            .map(|(index, log)| log.exp() * if index < POINTS - AFTER { 1.0 } else { 1.0 + step })
            .collect();
        let changes = change_points(&history, &ChangeSearch::default()).expect("a hundred points");
        holds(&changes.points.iter().map(|point| point.index).collect::<Vec<_>>())
    };
    (0..trials).filter(trial).count() as u32
}
