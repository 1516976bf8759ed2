//! Goal G7: change points in histories with a spread of 5 %.

use plimsoll_metrics::simulation::{Figure, Law, Noise};
use plimsoll_metrics::stats::{ChangeSearch, change_points};

const SPREAD: f64 = 0.05;
/// Points after the step.
const AFTER: usize = 15;

/// A history to make up: its length, how much each point owes to the last, the law of its noise, and the step
/// fifteen points before its end.
#[derive(Clone, Copy)]
struct History {
    points: usize,
    memory: f64,
    law: Law,
    step: f64,
}

const QUIET: History = History { points: 100, memory: 0.0, law: Law::Normal, step: 0.0 };

/// G7: quiet histories of a hundred points, with and without memory, and a step of 10 %.
pub(crate) fn changes_of_level(trials: u32) -> Vec<Figure> {
    let remembering = History { memory: 0.5, ..QUIET };
    let found = near_the_step(trials, 9, History { step: 0.10, ..QUIET });
    vec![
        Figure::at_most("G7", "100 quiet points: any change", alarms(trials, 7, QUIET), trials, 0.05),
        Figure::at_most(
            "G7",
            "100 quiet points, φ = 0.5: any change",
            alarms(trials, 8, remembering),
            trials,
            0.10,
        ),
        Figure::at_least("G7", "+10 %, 15 points after: found within ± 2", found, trials, 0.85),
    ]
}

/// G7 where the noise is not normal, and, as no goal, in shorter and longer histories.
pub(crate) fn other_histories(trials: u32) -> Vec<Figure> {
    let other = |points, memory, law| History { points, memory, law, ..QUIET };
    let stepped = |law| near_the_step(trials, 9, History { step: 0.10, law, ..QUIET });
    let (heavy, one_sided) = (Law::HeavyTailed, Law::OneSided);
    let mut figures = vec![
        Figure::at_most(
            "G7",
            "heavy tails: any change",
            alarms(trials, 7, other(100, 0.0, heavy)),
            trials,
            0.05,
        ),
        Figure::at_most(
            "G7",
            "one-sided: any change",
            alarms(trials, 7, other(100, 0.0, one_sided)),
            trials,
            0.05,
        ),
        Figure::without_goal("heavy tails, +10 %: found", stepped(heavy), trials),
        Figure::without_goal("one-sided, +10 %: found", stepped(one_sided), trials),
    ];
    for (what, history) in [
        ("10 quiet points: any change", other(10, 0.0, Law::Normal)),
        ("1,000 quiet points: any change", other(1_000, 0.0, Law::Normal)),
        ("20 quiet points, φ = 0.5: any change", other(20, 0.5, Law::Normal)),
        ("50 quiet points, φ = 0.5: any change", other(50, 0.5, Law::Normal)),
        ("100 quiet points, φ = 0.8: any change", other(100, 0.8, Law::Normal)),
    ] {
        figures.push(Figure::without_goal(what, alarms(trials, 7, history), trials));
    }
    figures
}

/// How many histories show any change.
fn alarms(trials: u32, seed: u64, history: History) -> u32 {
    count(trials, seed, history, |found| !found.is_empty())
}

/// How many histories show a change within two points of the step.
fn near_the_step(trials: u32, seed: u64, history: History) -> u32 {
    count(trials, seed, history, |found| {
        found.iter().any(|index| index.abs_diff(history.points - AFTER) <= 2)
    })
}

fn count(trials: u32, seed: u64, history: History, holds: impl Fn(&[usize]) -> bool) -> u32 {
    let mut noise = Noise::new(seed);
    let trial = |_: &u32| {
        let changes =
            change_points(&history.made_up(&mut noise), &ChangeSearch::default()).expect("enough points");
        holds(&changes.points.iter().map(|point| point.index).collect::<Vec<_>>())
    };
    (0..trials).filter(trial).count() as u32
}

impl History {
    fn made_up(self, noise: &mut Noise) -> Vec<f64> {
        let History { points, memory, law, step } = self;
        let logs = noise.remembering(points, SPREAD, memory, law).into_iter().enumerate();
        logs.map(|(index, log)| log.exp() * if index + AFTER < points { 1.0 } else { 1.0 + step }).collect()
    }
}
