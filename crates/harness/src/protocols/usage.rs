//! What targets used in a stretch of time, and what their memory did in it.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::stats::{Estimate, LeakEstimate, LeakSearch, estimate_leak, theil_sen};
use plimsoll_model::{LeakVerdict, MemoryProfile, ResourceSeries, TargetKind};
use plimsoll_resources::Sampled;
use serde_json::{Map, Value, json};

use crate::memory::{given_back, grown, last_floor, values};

const MEGABYTE: f64 = 1e6;

/// Two-sided, as that of the floors of memory.
const CONFIDENCE: f64 = 0.90;

/// A change below this is what an idle process does by itself.
const RELEASED_BYTES: f64 = 0.5 * MEGABYTE;

/// What each target uses without load.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Levels(BTreeMap<String, Level>);

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Level {
    cpu: Option<f64>,
    memory: Option<f64>,
    floor: Option<f64>,
}

impl Levels {
    /// By what was sampled meanwhile.
    pub(super) fn of(sampled: &Sampled) -> Levels {
        let level = |name: &str| {
            let memory = memory(sampled, name);
            Level {
                cpu: cpu(sampled, name).and_then(|series| series.summary.mean),
                memory: memory.and_then(|series| series.summary.mean),
                floor: memory.and_then(floor),
            }
        };
        Levels(targets(sampled).into_iter().map(|name| (name.to_owned(), level(name))).collect())
    }

    fn at(&self, target: &str) -> Level {
        self.0.get(target).copied().unwrap_or_default()
    }
}

/// Averages of every target, and how far they are from idle: cores, and megabytes that cannot be given back.
pub(super) fn averages(sampled: &Sampled, idle: &Levels) -> Value {
    let of_target = |name: &str| {
        let cpu = cpu(sampled, name).map(|series| series.summary).unwrap_or_default();
        let memory = memory(sampled, name).map(|series| series.summary).unwrap_or_default();
        let (idle, megabytes) = (idle.at(name), |bytes: f64| bytes / MEGABYTE);
        let from = |level: Option<f64>, zero: Option<f64>| Some(level? - zero?);
        json!({
            "cpu_cores": cpu.mean,
            "cpu_cores_peak": cpu.peak,
            "cpu_cores_from_idle": from(cpu.mean, idle.cpu),
            "memory_mb": memory.mean.map(megabytes),
            "memory_mb_peak": memory.peak.map(megabytes),
            "memory_mb_from_idle": from(memory.mean, idle.memory).map(megabytes),
        })
    };
    by_target(sampled, of_target)
}

/// How CPU and memory changed in a stretch, in each minute, with intervals.
pub(super) fn slopes(sampled: &Sampled, search: &LeakSearch) -> Value {
    let line = |series: &ResourceSeries| {
        let (seconds, values) = values(series, 0);
        let minutes: Vec<f64> = seconds.iter().map(|second| second / 60.0).collect();
        theil_sen(&minutes, &values, CONFIDENCE).map(|trend| trend.slope)
    };
    let of_target = |name: &str| {
        let floors = |series: &ResourceSeries| leak(series, search).and_then(|leak| leak.slope);
        let memory = memory(sampled, name).and_then(|series| floors(series).or_else(|| line(series)));
        let memory = memory.map(|slope| slope.map(|bytes| bytes / MEGABYTE));
        json!({
            "memory_mb_per_min": interval(memory),
            "cpu_cores_per_min": interval(cpu(sampled, name).and_then(line)),
        })
    };
    by_target(sampled, of_target)
}

fn interval(slope: Option<Estimate>) -> Value {
    let finite = |value: f64| value.is_finite().then_some(value);
    slope.map_or(Value::Null, |slope| {
        json!({
            "value": finite(slope.value), "lower": finite(slope.lower), "upper": finite(slope.upper),
            "confidence": slope.confidence,
        })
    })
}

/// What the memory of each target did under load and after it: `whole` has the peaks, `active` the growth, `cooled` what
/// was left.
pub(super) fn memory_profiles(
    whole: &Sampled,
    active: &Sampled,
    cooled: Option<&Sampled>,
    idle: &Levels,
    search: &LeakSearch,
) -> Vec<MemoryProfile> {
    let profile = |name: &&str| {
        let (all, under_load) = (memory(whole, name)?, memory(active, name)?);
        let profile = grown(all, under_load, &leak(under_load, search)?)?;
        let after = cooled.and_then(|cooled| memory(cooled, name)).and_then(floor);
        let floors = floor(under_load).zip(after);
        let cooldown = floors.and_then(|(active, after)| given_back(idle.at(name).floor, active, after));
        Some(MemoryProfile { cooldown, ..profile })
    };
    targets(whole).iter().filter_map(profile).collect()
}

/// How the active phase is searched: of its usual five minutes the first half is cut and windows take twenty seconds, of
/// other lengths the same shares.
pub(super) fn search(active: Duration) -> LeakSearch {
    LeakSearch { warm_up: active / 10, window: active / 15, ..LeakSearch::lifecycle() }
}

/// What each target gave back, in the words of the result document.
pub(super) fn cooldown_analysis(profiles: &[MemoryProfile]) -> Value {
    let of_target = |profile: &MemoryProfile| {
        let cooldown = profile.cooldown?;
        let value = json!({
            "delta_mb": cooldown.delta_bytes / MEGABYTE,
            "retained": cooldown.retained_share,
            "retained_mb": cooldown.retained_bytes.map(|bytes| bytes / MEGABYTE),
            "memory_released": cooldown.delta_bytes < -RELEASED_BYTES,
        });
        Some((profile.target.clone(), value))
    };
    Value::Object(profiles.iter().filter_map(of_target).collect())
}

/// The verdict on each target's memory, in the words of the result document.
pub(super) fn leaks(profiles: &[MemoryProfile]) -> Value {
    let of_target = |profile: &MemoryProfile| {
        let megabytes = |bytes: Option<f64>| bytes.filter(|bytes| bytes.is_finite()).map(|it| it / MEGABYTE);
        let value = json!({
            "verdict": profile.verdict,
            "slope_mb_per_min": megabytes(profile.slope_bytes_per_min),
            "lower_mb_per_min": megabytes(profile.lower_bytes_per_min),
            "upper_mb_per_min": megabytes(profile.upper_bytes_per_min),
            "confidence": profile.interval_confidence,
            "enough_s": profile.enough_ns.map(|enough_ns| to_f64(enough_ns) / 1e9),
        });
        (profile.target.clone(), value)
    };
    Value::Object(profiles.iter().map(of_target).collect())
}

/// What the verdict on a target's memory is, for people; `None` where there is nothing to say.
pub(super) fn remark(profile: &MemoryProfile) -> Option<String> {
    let target = &profile.target;
    match profile.verdict {
        LeakVerdict::Normal => None,
        LeakVerdict::Leak | LeakVerdict::Watch => {
            let megabytes = |bytes: Option<f64>| bytes.unwrap_or(f64::NAN) / MEGABYTE;
            Some(format!(
                "memory of {target} grows by {:.2} MB in a minute (90 % interval {:.2} to {:.2})",
                megabytes(profile.slope_bytes_per_min),
                megabytes(profile.lower_bytes_per_min),
                megabytes(profile.upper_bytes_per_min),
            ))
        }
        LeakVerdict::NotEnoughData => {
            let enough = profile.enough_ns.map(|enough_ns| {
                format!("; {} under load should do", plimsoll_model::human::span(enough_ns))
            });
            let enough = enough.unwrap_or_default();
            Some(format!("whether memory of {target} leaks cannot be said: too short or too noisy{enough}"))
        }
    }
}

fn leak(series: &ResourceSeries, search: &LeakSearch) -> Option<LeakEstimate> {
    let (seconds, bytes) = values(series, 0);
    estimate_leak(&seconds, &bytes, search)
}

fn floor(series: &ResourceSeries) -> Option<f64> {
    last_floor(&values(series, 0).1)
}

fn cpu<'a>(sampled: &'a Sampled, target: &str) -> Option<&'a ResourceSeries> {
    series(sampled, target, "cpu")
}

/// Of a container the memory that it cannot give back, where its source knows that.
fn memory<'a>(sampled: &'a Sampled, target: &str) -> Option<&'a ResourceSeries> {
    let hard = series(sampled, target, "memory_hard").filter(|series| series.summary.count > 0);
    hard.or_else(|| series(sampled, target, "memory"))
}

fn series<'a>(sampled: &'a Sampled, target: &str, metric: &str) -> Option<&'a ResourceSeries> {
    sampled.series.iter().find(|series| series.target == target && series.metric == metric)
}

/// Everything but the host, whose memory is that of many programs.
fn targets(sampled: &Sampled) -> Vec<&str> {
    let mut targets: Vec<&str> = Vec::new();
    for series in sampled.series.iter().filter(|series| series.kind != TargetKind::Host) {
        if !targets.contains(&series.target.as_str()) {
            targets.push(&series.target);
        }
    }
    targets
}

fn by_target(sampled: &Sampled, value: impl Fn(&str) -> Value) -> Value {
    let pairs = targets(sampled).into_iter().map(|name| (name.to_owned(), value(name)));
    Value::Object(pairs.collect::<Map<_, _>>())
}
