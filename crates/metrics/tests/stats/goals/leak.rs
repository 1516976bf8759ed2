//! Goal G8: leaks under a sawtooth of 30 MB, half an hour with a warm-up.

use std::time::Duration;

use plimsoll_metrics::simulation::{Figure, Law, Noise};
use plimsoll_metrics::stats::{LeakSearch, estimate_leak};
use plimsoll_model::LeakVerdict;

const MEGABYTE: f64 = 1e6;
const LENGTH_S: u32 = 1_800;
const SEED: u64 = 10;

/// How the floor scatters from tooth to tooth, which the goal leaves open: in MB, with a share of each tooth's
/// scatter passed on to the next.
#[derive(Clone, Copy)]
struct Scatter {
    spread: f64,
    memory: f64,
    law: Law,
}

/// The scatter that the goal is held to.
const REMEMBERING: Scatter = Scatter { spread: 1.0, memory: 0.5, law: Law::Normal };

/// G8: warnings at 0 and 0.3 MB a minute, at 0.7 and at 1.3; and whether the lower bound keeps its promise of 5 %,
/// which it missed in 9 to 12 % before the memory of the floors was counted.
pub(crate) fn memory(trials: u32) -> Vec<Figure> {
    let [none, small, watched, leaking] =
        [0.0, 0.3, 0.7, 1.3].map(|slope| Outcomes::of(trials, slope, REMEMBERING));
    vec![
        Figure::at_most("G8", "no leak: warning", none.warned, trials, 0.02),
        Figure::at_most("G8", "0.3 MB a minute: warning", small.warned, trials, 0.02),
        Figure::at_least("G8", "0.7 MB a minute: warning", watched.warned, trials, 0.98),
        Figure::at_least("G8", "1.3 MB a minute: warning", leaking.warned, trials, 0.98),
        Figure::at_most("G8", "0.7 MB a minute: lower bound above the truth", watched.missed, trials, 0.08),
    ]
}

/// G8 where the floor scatters otherwise: not at all, as its words taken alone have it; without memory; with a
/// tail of its own; and, as no goal, twice as much.
pub(crate) fn other_scatters(trials: u32) -> Vec<Figure> {
    let other = |spread, memory, law| Scatter { spread, memory, law };
    let warned = |slope, scatter| Outcomes::of(trials, slope, scatter).warned;
    let held = |(small, watched, scatter)| {
        [
            Figure::at_most("G8", small, warned(0.3, scatter), trials, 0.02),
            Figure::at_least("G8", watched, warned(0.7, scatter), trials, 0.98),
        ]
    };
    let scatters = [
        ("exact floor, 0.3: warning", "exact floor, 0.7: warning", other(0.0, 0.0, Law::Normal)),
        ("no memory, 0.3: warning", "no memory, 0.7: warning", other(1.0, 0.0, Law::Normal)),
        ("heavy tails, 0.3: warning", "heavy tails, 0.7: warning", other(1.0, 0.5, Law::HeavyTailed)),
        (
            "left-over garbage, 0.3: warning",
            "left-over garbage, 0.7: warning",
            other(1.0, 0.5, Law::OneSided),
        ),
    ];
    let wide = other(2.0, 0.5, Law::Normal);
    let mut figures: Vec<Figure> = scatters.into_iter().flat_map(held).collect();
    figures.push(Figure::without_goal("scatter of 2 MB, 0.3: warning", warned(0.3, wide), trials));
    figures.push(Figure::without_goal("scatter of 2 MB, 0.7: warning", warned(0.7, wide), trials));
    figures
}

struct Outcomes {
    warned: u32,
    missed: u32,
}

impl Outcomes {
    /// Half hours of samples, one every 2 s, whose floor rises by `slope` MB a minute.
    fn of(trials: u32, slope: f64, scatter: Scatter) -> Outcomes {
        let mut noise = Noise::new(SEED);
        let seconds: Vec<f64> = (0..LENGTH_S / 2).map(|sample| f64::from(sample) * 2.0).collect();
        let search = LeakSearch::sustained(Duration::from_secs(LENGTH_S.into()));
        let mut outcomes = Outcomes { warned: 0, missed: 0 };
        for _ in 0..trials {
            let bytes = sawtooth(&mut noise, &seconds, slope, scatter);
            let estimate = estimate_leak(&seconds, &bytes, &search).expect("samples are finite");
            let warned = matches!(estimate.verdict, LeakVerdict::Watch | LeakVerdict::Leak);
            let missed = estimate.slope.is_some_and(|estimate| estimate.lower > slope * MEGABYTE);
            outcomes.warned += u32::from(warned);
            outcomes.missed += u32::from(missed);
        }
        outcomes
    }
}

/// Teeth of 30 MB and 24 to 36 s on a floor that rises by `slope` MB a minute, scatters from tooth to tooth, and
/// starts 40 MB lower, warming within minutes.
fn sawtooth(noise: &mut Noise, seconds: &[f64], slope: f64, scatter: Scatter) -> Vec<f64> {
    let Scatter { spread, memory, law } = scatter;
    let mut floors = noise.remembering(LENGTH_S as usize / 24 + 1, spread, memory, law).into_iter();
    let (mut begin, mut length, mut floor) = (0.0, 30.0, 0.0);
    let mut samples = Vec::with_capacity(seconds.len());
    for &second in seconds {
        if second >= begin + length {
            (begin, length) = (second, 24.0 + 12.0 * noise.uniform());
            floor = floors.next().unwrap_or(floor);
        }
        let warm = 40.0 * (1.0 - (-second / 90.0).exp());
        let tooth = 30.0 * (second - begin) / length;
        let level = 200.0 + warm + slope * second / 60.0 + floor + tooth + 0.3 * noise.normal();
        samples.push(MEGABYTE * level);
    }
    samples
}
