//! Series whose verdict is known: quiet, step, ramp, spike, autocorrelated, and memory with and without a leak.

use std::time::Duration;

use plimsoll_metrics::simulation::{Law, Noise};
use plimsoll_metrics::stats::{self, Anomaly, ChangeSearch, LeakSearch};
use plimsoll_model::LeakVerdict;

/// Sixty points around a level that depends on the place, with a spread of 3 %.
fn history(level: impl Fn(usize) -> f64) -> Vec<f64> {
    remembering(0.0, level)
}

/// The same with noise that keeps a share of its last value.
fn remembering(memory: f64, level: impl Fn(usize) -> f64) -> Vec<f64> {
    let logs = Noise::new(20).remembering(60, 0.03, memory, Law::Normal);
    logs.into_iter().enumerate().map(|(index, log)| level(index) * log.exp()).collect()
}

fn changes(history: &[f64]) -> Vec<usize> {
    let changes = stats::change_points(history, &ChangeSearch::default()).expect("enough points");
    changes.points.iter().map(|point| point.index).collect()
}

fn drifts(history: &[f64]) -> bool {
    stats::sustained_trend(history, 0.05).expect("enough points").sustained
}

#[test]
fn quiet_has_no_change_no_trend_and_no_anomaly() {
    let quiet = history(|_| 100.0);
    assert_eq!(changes(&quiet), [0; 0]);
    assert!(!drifts(&quiet));
    assert!(matches!(stats::anomaly(&quiet[..59], quiet[59]), Some(Anomaly::Ordinary(_))));
    assert_eq!(stats::gesd(&quiet, 5, 0.01), Some(vec![]));
}

#[test]
fn a_step_is_one_change_and_no_trend() {
    let step = history(|index| if index < 40 { 100.0 } else { 115.0 });
    assert_eq!(changes(&step), [40]);
    assert!(!drifts(&step));
}

#[test]
fn a_step_of_four_points_is_provisional() {
    let step = history(|index| if index < 56 { 100.0 } else { 130.0 });
    let changes = stats::change_points(&step, &ChangeSearch::default()).unwrap();
    assert!(changes.points.len() == 1 && changes.points[0].provisional, "{changes:?}");
}

#[test]
fn a_ramp_is_a_sustained_trend() {
    assert!(drifts(&history(|index| 100.0 + 0.5 * index as f64)));
}

#[test]
fn a_spike_is_an_anomaly_and_no_change() {
    let spiked = history(|index| if index == 30 { 200.0 } else { 100.0 });
    assert_eq!(changes(&spiked), [0; 0]);
    assert!(matches!(stats::anomaly(&spiked[..30], spiked[30]), Some(Anomaly::Outlying(_))));
    assert_eq!(stats::gesd(&spiked, 5, 0.01), Some(vec![30]));
}

#[test]
fn noise_that_remembers_is_neither_change_nor_trend() {
    let wandering = remembering(0.7, |_| 100.0);
    let changes = stats::change_points(&wandering, &ChangeSearch::default()).unwrap();
    assert_eq!(changes.points, []);
    assert!(changes.autocorrelation > 0.4, "{changes:?}");
    assert!(!drifts(&wandering));
    assert!(stats::effective_sample_size(&wandering).unwrap() < 30.0);
}

#[test]
fn a_young_history_is_not_enough_data() {
    assert_eq!(stats::change_points(&history(|_| 100.0)[..5], &ChangeSearch::default()), None);
    assert_eq!(stats::sustained_trend(&history(|_| 100.0)[..11], 0.05), None);
    assert_eq!(stats::anomaly(&[100.0, 101.0], 150.0), Some(Anomaly::NoSpreadKnown));
}

/// `minutes` of memory, a sample every 2 s: teeth of 30 MB and 30 s over a floor that rises by `slope` MB a minute.
fn memory(minutes: u32, slope: f64) -> stats::LeakEstimate {
    let mut noise = Noise::new(21);
    let seconds: Vec<f64> = (0..minutes * 30).map(|sample| f64::from(sample) * 2.0).collect();
    let bytes: Vec<f64> = seconds
        .iter()
        .map(|second| 1e6 * (200.0 + (second % 30.0) + slope * second / 60.0 + 0.5 * noise.normal()))
        .collect();
    let search = LeakSearch::sustained(Duration::from_secs(u64::from(minutes) * 60));
    stats::estimate_leak(&seconds, &bytes, &search).expect("finite samples")
}

#[test]
fn a_sawtooth_is_found_and_is_no_leak() {
    let steady = memory(30, 0.0);
    assert_eq!(steady.verdict, LeakVerdict::Normal);
    assert!((steady.sawtooth.unwrap().period - 30.0).abs() < 2.0, "{steady:?}");
}

#[test]
fn a_sawtooth_on_a_rising_floor_is_a_leak() {
    assert_eq!(memory(30, 1.5).verdict, LeakVerdict::Leak);
    assert_eq!(memory(30, 0.8).verdict, LeakVerdict::Watch);
}

#[test]
fn memory_without_teeth_is_normal() {
    let mut noise = Noise::new(22);
    let seconds: Vec<f64> = (0..900).map(|sample| f64::from(sample) * 2.0).collect();
    let bytes: Vec<f64> = seconds.iter().map(|_| 1e6 * (200.0 + 3.0 * noise.normal())).collect();
    let search = LeakSearch::sustained(Duration::from_secs(1_800));
    let estimate = stats::estimate_leak(&seconds, &bytes, &search).unwrap();
    assert_eq!((estimate.verdict, estimate.sawtooth), (LeakVerdict::Normal, None));
}

#[test]
fn ten_minutes_of_a_sawtooth_are_not_enough_data() {
    let short = memory(10, 1.5);
    assert_eq!((short.verdict, short.slope), (LeakVerdict::NotEnoughData, None));
    assert!(short.enough.unwrap() > Duration::from_secs(600));
}
