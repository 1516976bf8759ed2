//! What is said of the memory of a run, on series and windows that are known to the byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use plimsoll_harness::memory_profiles;
use plimsoll_load::{Load, op};
use plimsoll_model::{
    Gap, GapCause, LeakVerdict, MemoryProfile, Profile, ResourceSeries, ResourceSummary, Run, TargetKind,
    Unit,
};

const SECOND: u64 = 1_000_000_000;
const MEGABYTE: f64 = 1e6;

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Two minutes in virtual time, ten operations a second; those of every twentieth second are slow.
async fn two_minutes() -> Run {
    let count = Arc::new(AtomicU64::new(0));
    let operation = op("read", move |cx| {
        let second = count.fetch_add(1, Ordering::Relaxed) / 10;
        let latency = if second % 20 == 19 { 80 } else { 2 };
        async move { cx.sleep(Duration::from_millis(latency)).await }
    });
    let load = Load::new("collector").operation(operation).measure(Profile::hold(10, secs(120)));
    load.virtual_time().run().await.expect("nothing stands in its way")
}

/// As long as memory has to be followed for a verdict, without windows, which only falls are held against.
async fn quarter_of_an_hour() -> Run {
    let load = Load::new("long").operation(op("nothing", |_| async {})).measure(Profile::iterations(1, 1));
    let run = load.virtual_time().run().await.expect("nothing stands in its way");
    Run { duration_ns: 900 * SECOND, ..run }
}

/// A series with a value every two seconds.
fn memory(target: &str, bytes: impl Iterator<Item = f64>) -> ResourceSeries {
    let values: Vec<f64> = bytes.collect();
    let summary = ResourceSummary {
        count: values.len() as u64,
        mean: Some(values.iter().sum::<f64>() / values.len() as f64),
        peak: values.iter().copied().reduce(f64::max),
        slope_per_min: Some(0.0),
    };
    let points = values.iter().enumerate().map(|(index, value)| (index as u64 * 2 * SECOND, Some(*value)));
    ResourceSeries {
        target: target.to_owned(),
        kind: TargetKind::Container,
        metric: "memory".to_owned(),
        unit: Unit::Bytes,
        points: points.collect(),
        gaps: Vec::new(),
        summary,
    }
}

fn profile_of(run: Run, series: ResourceSeries) -> MemoryProfile {
    let run = Run { resources: vec![series], ..run };
    memory_profiles(&run).pop().expect("there is a series")
}

/// Noise of so many megabytes to either side that is the same every time.
fn noise(sample: u32, megabytes: f64) -> f64 {
    let unit = f64::from(sample.wrapping_mul(2_654_435_761) >> 16) / f64::from(u16::MAX);
    (unit * 2.0 - 1.0) * megabytes
}

/// 100 MB that grow by so much in each minute, with noise of 1 MB.
fn growing(megabytes_per_min: f64, samples: u32) -> ResourceSeries {
    let bytes = move |sample| {
        let minutes = f64::from(sample) * 2.0 / 60.0;
        MEGABYTE * (100.0 + megabytes_per_min * minutes + noise(sample, 1.0))
    };
    memory("container:db", (0..samples).map(bytes))
}

#[tokio::test]
async fn six_megabytes_in_a_minute_are_a_leak_of_six_in_a_minute() {
    let profile = profile_of(quarter_of_an_hour().await, growing(6.0, 450));
    assert_eq!(profile.verdict, LeakVerdict::Leak);
    let slope = profile.slope_bytes_per_min.unwrap() / MEGABYTE;
    assert!((slope - 6.0).abs() < 1.0, "{slope}");
    assert!(profile.lower_bytes_per_min < profile.slope_bytes_per_min);
}

#[tokio::test]
async fn five_minutes_are_enough_for_a_leak_that_is_plain() {
    let run = Run { duration_ns: 300 * SECOND, ..quarter_of_an_hour().await };
    let profile = profile_of(run, growing(6.0, 150));
    assert_eq!(profile.verdict, LeakVerdict::Leak);
    assert!((profile.interval_confidence.unwrap() - 0.9).abs() < 1e-9, "{profile:?}");
}

#[tokio::test]
async fn noise_without_growth_is_normal() {
    let profile = profile_of(quarter_of_an_hour().await, growing(0.0, 450));
    assert_eq!(profile.verdict, LeakVerdict::Normal);
}

#[tokio::test]
async fn a_short_run_has_not_enough_data_and_says_how_long_would_do() {
    let profile = profile_of(quarter_of_an_hour().await, growing(6.0, 30));
    assert_eq!((profile.verdict, profile.lower_bytes_per_min), (LeakVerdict::NotEnoughData, None));
    assert!(profile.enough_ns > Some(60 * SECOND), "{profile:?}");
}

#[tokio::test]
async fn growth_before_a_restart_is_another_life() {
    let mut series = growing(0.0, 450);
    // It grew by 40 MB in the first half of a minute, ended, and began anew.
    for (index, point) in series.points.iter_mut().take(15).enumerate() {
        point.1 = point.1.map(|bytes| bytes - 40.0 * MEGABYTE * (1.0 - index as f64 / 15.0));
    }
    let (start_ns, end_ns) = (28 * SECOND, 30 * SECOND);
    series.gaps = vec![Gap { start_ns, end_ns, cause: GapCause::NotRunning, detail: String::new() }];
    assert_eq!(profile_of(quarter_of_an_hour().await, series).verdict, LeakVerdict::Normal);
}

#[tokio::test]
async fn the_latency_during_the_falls_of_a_collector_stands_beside_them() {
    let teeth = (0..67).map(|sample: u32| MEGABYTE * (200.0 + 3.0 * f64::from(sample % 10)));
    let profile = profile_of(two_minutes().await, memory("container:db", teeth));
    let sawtooth = profile.sawtooth.expect("memory falls every 20 s");
    assert_eq!((sawtooth.period_ns, sawtooth.amplitude_bytes), (20 * SECOND, 27_000_000));
    assert_eq!(sawtooth.falls.len(), 6);
    let first = sawtooth.falls[0];
    assert_eq!((first.start_ns, first.end_ns, first.bytes), (18 * SECOND, 20 * SECOND, 27_000_000));
    let is_slow = |latency: Option<u64>| latency.is_some_and(|ns| ns >= 79_000_000);
    assert!(is_slow(sawtooth.p99_in_falls_ns) && is_slow(first.p99_ns) && is_slow(first.max_ns), "{first:?}");
    assert!(sawtooth.p99_elsewhere_ns.is_some_and(|ns| ns < 3_000_000), "{:?}", sawtooth.p99_elsewhere_ns);
}

#[tokio::test]
async fn a_cooldown_gives_back_thirty_of_fifty_megabytes() {
    let load = Load::new("lifecycle")
        .operation(op("read", |cx| async move { cx.sleep(Duration::from_millis(2)).await }))
        .warm_up(Profile::hold(10, secs(60)))
        .measure(Profile::hold(10, secs(120)))
        .cool_down(Profile::hold(1, secs(120)));
    let run = load.virtual_time().run().await.expect("nothing stands in its way");
    let bytes = |sample: u32| match sample * 2 {
        second @ 0..60 => 100.0 + noise(second, 1.0),
        second @ 60..180 => 150.0 + noise(second, 1.0),
        second => 120.0 + noise(second, 1.0),
    };
    let series = memory("container:db", (0..150).map(|sample| MEGABYTE * bytes(sample)));
    let cooldown = profile_of(run, series).cooldown.expect("the run has a cooldown");
    assert!((cooldown.delta_bytes / MEGABYTE + 30.0).abs() <= 3.0, "{cooldown:?}");
    assert!((cooldown.retained_bytes.unwrap() / MEGABYTE - 20.0).abs() <= 3.0, "{cooldown:?}");
    assert!((cooldown.retained_share.unwrap() - 0.4).abs() <= 0.06, "{cooldown:?}");
}

#[tokio::test]
async fn memory_that_cannot_be_given_back_goes_before_memory_in_use() {
    let hard = ResourceSeries { metric: "memory_hard".to_owned(), ..growing(0.0, 450) };
    let run = Run { resources: vec![growing(6.0, 450), hard], ..quarter_of_an_hour().await };
    let profiles = memory_profiles(&run);
    assert_eq!(profiles.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>(), ["memory_hard"]);
}
