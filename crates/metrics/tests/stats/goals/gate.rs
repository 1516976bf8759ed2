//! Goals G1 to G4: the interleaved gate on runs in the order ABBA.

use plimsoll_metrics::stats::{hodges_lehmann_ratio, holm, mann_whitney};

use super::figure::Figure;
use super::noise::Noise;

/// Looks of the sequential gate: runs a side, and the level spent there.
const LOOKS: [(usize, f64); 3] = [(6, 0.003), (10, 0.004), (16, 0.005)];
/// A regression is at least this much.
const MARGIN: f64 = 0.05;
/// A pass excludes this much.
const EXCLUDED: f64 = 0.10;

/// G1: spread of 5 % from run to run, drift of 1 % from slot to slot.
pub(crate) fn interleaved_gate(trials: u32) -> Vec<Figure> {
    let quiet = Outcomes::of(trials, 1, Runs { spread: 0.05, drift: 0.01, spikes: 0.0, change: 0.0 });
    let slower = Outcomes::of(trials, 2, Runs { spread: 0.05, drift: 0.01, spikes: 0.0, change: 0.10 });
    vec![
        Figure::at_most("G1", "CV 5 %, no change: FAIL", quiet.failed, trials, 0.01),
        Figure::at_least("G1", "CV 5 %, +10 %: FAIL", slower.failed, trials, 0.90),
        Figure::at_most("G1", "CV 5 %, +10 %: wrong PASS", slower.passed, trials, 0.10),
        Figure::runs("G1", "CV 5 %, no change: runs a side", quiet.runs, trials, 10.0),
        Figure::runs("G1", "CV 5 %, +10 %: runs a side", slower.runs, trials, 10.0),
    ]
}

/// G2: spread of 10 %, as of a p95, and drift of 2 %.
pub(crate) fn wide_spread(trials: u32) -> Vec<Figure> {
    let quiet = Outcomes::of(trials, 3, Runs { spread: 0.10, drift: 0.02, spikes: 0.0, change: 0.0 });
    let slower = Outcomes::of(trials, 4, Runs { spread: 0.10, drift: 0.02, spikes: 0.0, change: 0.20 });
    vec![
        Figure::at_most("G2", "CV 10 %, no change: FAIL", quiet.failed, trials, 0.01),
        Figure::at_least("G2", "CV 10 %, +20 %: FAIL", slower.failed, trials, 0.95),
    ]
}

/// G3: one run in twenty is 20 to 60 % slower for reasons of its own.
pub(crate) fn spiked_runs(trials: u32) -> Vec<Figure> {
    let slower = Outcomes::of(trials, 5, Runs { spread: 0.05, drift: 0.01, spikes: 0.05, change: 0.10 });
    vec![Figure::at_least("G3", "CV 5 %, 5 % of runs spiked, +10 %: FAIL", slower.failed, trials, 0.85)]
}

/// G4: twenty independent metrics, ten runs a side, Holm at 5 %.
pub(crate) fn family_of_twenty(trials: u32) -> Vec<Figure> {
    let mut noise = Noise::new(6);
    let runs = Runs { spread: 0.05, drift: 0.01, spikes: 0.0, change: 0.0 };
    let alarms = (0..trials).filter(|_| any_alarm(&mut noise, &runs, 20)).count() as u32;
    vec![Figure::at_most("G4", "family of 20 without change, Holm: any FAIL", alarms, trials, 0.03)]
}

fn any_alarm(noise: &mut Noise, runs: &Runs, metrics: usize) -> bool {
    let sides: Vec<_> = (0..metrics).map(|_| runs.sides(noise, 10)).collect();
    let p_values: Vec<f64> = sides.iter().map(|(a, b)| above(a, b)).collect();
    let adjusted = holm(&p_values).expect("p-values are probabilities");
    adjusted.iter().zip(&sides).any(|(p, (a, b))| *p < 0.05 && ratio(a, b) >= 1.0 + MARGIN)
}

/// How the gate's decisions fell.
struct Outcomes {
    failed: u32,
    passed: u32,
    runs: u32,
}

impl Outcomes {
    fn of(trials: u32, seed: u64, runs: Runs) -> Outcomes {
        let mut noise = Noise::new(seed);
        let mut outcomes = Outcomes { failed: 0, passed: 0, runs: 0 };
        for _ in 0..trials {
            let (decision, looked) = decide(&mut noise, &runs);
            outcomes.failed += u32::from(decision == Some(Decision::Fail));
            outcomes.passed += u32::from(decision == Some(Decision::Pass));
            outcomes.runs += looked as u32;
        }
        outcomes
    }
}

#[derive(PartialEq)]
enum Decision {
    Fail,
    Pass,
}

/// The sequential gate: its decision, `None` for inconclusive, and the runs a side that it took.
fn decide(noise: &mut Noise, runs: &Runs) -> (Option<Decision>, usize) {
    let (a, b) = runs.sides(noise, LOOKS[LOOKS.len() - 1].0);
    for (count, alpha) in LOOKS {
        let (a, b) = (&a[..count], &b[..count]);
        if above(a, b) < alpha && ratio(a, b) >= 1.0 + MARGIN {
            return (Some(Decision::Fail), count);
        }
        let limit: Vec<f64> = a.iter().map(|value| value * (1.0 + EXCLUDED)).collect();
        if mann_whitney(&limit, b).expect("both sides have runs").less < 0.05 {
            return (Some(Decision::Pass), count);
        }
    }
    (None, LOOKS[LOOKS.len() - 1].0)
}

fn above(a: &[f64], b: &[f64]) -> f64 {
    mann_whitney(a, b).expect("both sides have runs").greater
}

fn ratio(a: &[f64], b: &[f64]) -> f64 {
    hodges_lehmann_ratio(a, b, 0.95).expect("runs take time").value
}

/// Runs to make up: lognormal with a spread, a walk of the machine, now and then a spike, and the true change.
struct Runs {
    spread: f64,
    drift: f64,
    spikes: f64,
    change: f64,
}

impl Runs {
    /// `count` runs a side in the order ABBA ABBA…
    fn sides(&self, noise: &mut Noise, count: usize) -> (Vec<f64>, Vec<f64>) {
        let (mut a, mut b) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut walk = 0.0;
        for slot in 0..2 * count {
            walk += self.drift * noise.normal();
            let mut run = (walk + self.spread * noise.normal()).exp();
            if noise.uniform() < self.spikes {
                run *= 1.2 + 0.4 * noise.uniform();
            }
            if matches!(slot % 4, 0 | 3) { a.push(run) } else { b.push(run * (1.0 + self.change)) }
        }
        (a, b)
    }
}
