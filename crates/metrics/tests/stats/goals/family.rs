//! Goal G4: a family of metrics, each of them compared with ten runs a side in the order ABBA.

use plimsoll_metrics::simulation::{Figure, Machine, Noise};
use plimsoll_metrics::stats::{hodges_lehmann_ratio, holm, mann_whitney};

/// A regression is at least this much.
const MARGIN: f64 = 0.05;

/// G4: twenty independent metrics, ten runs a side, Holm at 5 %.
pub(crate) fn family_of_twenty(trials: u32) -> Vec<Figure> {
    let mut noise = Noise::new(6);
    let alarms = (0..trials).filter(|_| any_alarm(&mut noise, 20)).count() as u32;
    vec![Figure::at_most("G4", "family of 20 without change, Holm: any FAIL", alarms, trials, 0.03)]
}

fn any_alarm(noise: &mut Noise, metrics: usize) -> bool {
    let sides: Vec<_> = (0..metrics).map(|_| sides(noise, 10)).collect();
    let above = |(a, b): &(Vec<f64>, Vec<f64>)| mann_whitney(a, b).expect("both sides have runs").greater;
    let p_values: Vec<f64> = sides.iter().map(above).collect();
    let adjusted = holm(&p_values).expect("p-values are probabilities");
    adjusted.iter().zip(&sides).any(|(p, (a, b))| *p < 0.05 && ratio(a, b) >= 1.0 + MARGIN)
}

fn ratio(a: &[f64], b: &[f64]) -> f64 {
    hodges_lehmann_ratio(a, b, 0.95).expect("runs take time").value
}

/// `count` runs a side in the order ABBA ABBA…
fn sides(noise: &mut Noise, count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut machine = Machine { spread: 0.05, drift: 0.01, ..Machine::default() };
    let (mut a, mut b) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for slot in 0..2 * count {
        let run = machine.run(noise);
        if matches!(slot % 4, 0 | 3) { a.push(run) } else { b.push(run) }
    }
    (a, b)
}
