//! The memory of a run's targets: how much, how fast it grew, and what its collector did to the load.

use std::time::Duration;

use plimsoll_metrics::Histogram;
use plimsoll_metrics::num::{to_f64, to_u64_saturating};
use plimsoll_metrics::stats::{
    Cooldown, Fall, LeakEstimate, LeakSearch, cooldown, estimate_leak, find_falls, find_sawtooth,
    memory_floor,
};
use plimsoll_model::{
    Event, EventKind, Gap, GapCause, LeakVerdict, MemoryCooldown, MemoryFall, MemoryProfile, PhaseKind,
    Quantile, ResourceSeries, Run, SawtoothProfile, TargetKind, Unit, Window,
};

const NANOS_PER_SECOND: f64 = 1e9;

/// From this length on five minutes and more may be cut, while caches fill.
const SUSTAINED: Duration = Duration::from_secs(600);

/// Samples that a floor of the cooldown's figures rests on at most.
const FLOOR_SAMPLES: usize = 10;

/// The memory of each process, container and GPU of a run that has values, in the order of its series.
///
/// Of a container the metric is the memory that it cannot give back, where its source knows that, since the page
/// cache rises with every file that is read. Falls are held against the windows of the load in which they lie.
///
/// A run that was sampled by [`Sample`](crate::Sample) has them already.
#[must_use]
pub fn memory_profiles(run: &Run) -> Vec<MemoryProfile> {
    let windows = Windows(&run.windows);
    let profiled = |series: &&ResourceSeries| is_profiled(run, series);
    run.resources.iter().filter(profiled).filter_map(|series| profile(run, &windows, series)).collect()
}

/// Memory that a container cannot give back; the better figure where a target has both.
const HARD_MEMORY: &str = "memory_hard";
const MEMORY: &str = "memory";

fn is_profiled(run: &Run, series: &ResourceSeries) -> bool {
    // The memory of a host is that of many programs, and of its page cache.
    let is_followed = series.kind != TargetKind::Host;
    let has_hard =
        || run.resources.iter().any(|other| other.target == series.target && other.metric == HARD_MEMORY);
    let is_best = series.metric == HARD_MEMORY || (series.metric == MEMORY && !has_hard());
    is_followed && is_best && series.unit == Unit::Bytes
}

fn profile(run: &Run, windows: &Windows<'_>, series: &ResourceSeries) -> Option<MemoryProfile> {
    let (seconds, bytes) = values(series, 0);
    let search = search(Duration::from_nanos(run.duration_ns));
    let (life_seconds, life_bytes) = values(series, life_start(run, series));
    let estimate = estimate_leak(&life_seconds, &life_bytes, &search)?;
    let is_short = estimate.verdict == LeakVerdict::NotEnoughData;
    let enough = estimate.enough.or_else(|| length_that_does(&seconds, &bytes, &search).filter(|_| is_short));
    Some(MemoryProfile {
        sawtooth: sawtooth(windows, &seconds, &bytes),
        cooldown: cooled(run, &seconds, &bytes),
        ..grown(series, series, &LeakEstimate { enough, ..estimate })?
    })
}

/// What is known of a target's memory: its level in all of a series, and its growth in that of the load.
pub(crate) fn grown(
    whole: &ResourceSeries,
    loaded: &ResourceSeries,
    estimate: &LeakEstimate,
) -> Option<MemoryProfile> {
    let slope = estimate.slope;
    Some(MemoryProfile {
        target: whole.target.clone(),
        metric: whole.metric.clone(),
        peak_bytes: to_u64_saturating(whole.summary.peak?),
        mean_bytes: to_u64_saturating(whole.summary.mean?),
        verdict: estimate.verdict,
        slope_bytes_per_min: slope.map(|slope| slope.value).or(loaded.summary.slope_per_min),
        lower_bytes_per_min: slope.map(|slope| slope.lower),
        upper_bytes_per_min: slope.map(|slope| slope.upper),
        interval_confidence: slope.map(|slope| slope.confidence),
        enough_ns: estimate.enough.map(|length| u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)),
        sawtooth: None,
        cooldown: None,
    })
}

/// How a run of that length is searched for a leak: a shorter one cannot wait until all caches are full.
fn search(length: Duration) -> LeakSearch {
    if length < SUSTAINED { LeakSearch::lifecycle() } else { LeakSearch::sustained(length) }
}

/// Length of a run that should decide, by the samples of one that is no longer than its own warm-up.
fn length_that_does(seconds: &[f64], bytes: &[f64], search: &LeakSearch) -> Option<Duration> {
    let whole = LeakSearch { warm_up: Duration::ZERO, ..*search };
    let length = estimate_leak(seconds, bytes, &whole)?.enough?;
    // A quarter of it is cut in a long run, at least the warm-up in a short one.
    Some(length.max(length * 3 / 4 + search.warm_up))
}

/// Times in seconds and values, from a point of the timeline on.
pub(crate) fn values(series: &ResourceSeries, from_ns: u64) -> (Vec<f64>, Vec<f64>) {
    let points = series.points.iter().filter(|(t_ns, _)| *t_ns >= from_ns);
    points.filter_map(|(t_ns, value)| Some((seconds(*t_ns), (*value)?))).unzip()
}

/// When the target was started last: memory that begins anew has not grown.
fn life_start(run: &Run, series: &ResourceSeries) -> u64 {
    let was_away = |gap: &&Gap| gap.cause == GapCause::NotRunning;
    let gaps = series.gaps.iter().filter(was_away).map(|gap| gap.end_ns);
    let is_start = |event: &&Event| event.kind == EventKind::Start && event.target == series.target;
    gaps.chain(run.events.iter().filter(is_start).map(|event| event.t_ns)).max().unwrap_or(0)
}

fn sawtooth(windows: &Windows<'_>, seconds: &[f64], bytes: &[f64]) -> Option<SawtoothProfile> {
    let teeth = find_sawtooth(seconds, bytes)?;
    let falls = find_falls(seconds, bytes)?;
    let in_a_fall = |window: &Window| falls.iter().any(|fall| meets(window, fall));
    Some(SawtoothProfile {
        period_ns: nanos(teeth.period),
        amplitude_bytes: to_u64_saturating(teeth.amplitude),
        p99_in_falls_ns: p99(&windows.merged(in_a_fall)),
        p99_elsewhere_ns: p99(&windows.merged(|window| !in_a_fall(window))),
        falls: falls.iter().map(|fall| one_fall(windows, fall)).collect(),
    })
}

fn one_fall(windows: &Windows<'_>, fall: &Fall) -> MemoryFall {
    let latency = windows.merged(|window| meets(window, fall));
    MemoryFall {
        start_ns: nanos(fall.start),
        end_ns: nanos(fall.end),
        bytes: to_u64_saturating(fall.height),
        p99_ns: p99(&latency),
        max_ns: (!latency.is_empty()).then(|| latency.max()),
    }
}

/// The floors before the load, at its end and at the end of the cooldown, where the run has one.
fn cooled(run: &Run, seconds: &[f64], bytes: &[f64]) -> Option<MemoryCooldown> {
    let cooldown_phase = run.phases.iter().find(|phase| phase.kind == PhaseKind::Cooldown)?;
    let first_load = run.phases.iter().find(|phase| phase.kind == PhaseKind::Measure)?;
    let until = |t_ns: u64| &bytes[..seconds.partition_point(|time| nanos(*time) < t_ns)];
    let before = last_floor(until(first_load.start_ns));
    let active = last_floor(until(cooldown_phase.start_ns))?;
    let after = last_floor(until(cooldown_phase.start_ns.saturating_add(cooldown_phase.length_ns)))?;
    given_back(before, active, after)
}

/// The floor of the last of some values.
pub(crate) fn last_floor(bytes: &[f64]) -> Option<f64> {
    memory_floor(&bytes[bytes.len().saturating_sub(FLOOR_SAMPLES)..])
}

/// What was given back, by the floors before the load, at its end and at the end of the cooldown.
pub(crate) fn given_back(before: Option<f64>, active: f64, after: f64) -> Option<MemoryCooldown> {
    // Without a floor before there is no growth, and so no share of it that stayed.
    let Cooldown { delta, retained } = cooldown(before.unwrap_or(active), active, after)?;
    let retained_bytes = before.map(|before| after - before);
    Some(MemoryCooldown { delta_bytes: delta, retained_bytes, retained_share: retained })
}

/// The windows of the load. They are decoded one after the other, since a histogram in use takes 264 KB.
struct Windows<'a>(&'a [Window]);

impl Windows<'_> {
    /// Response times of all scenarios in some of the windows.
    fn merged(&self, is_wanted: impl Fn(&Window) -> bool) -> Histogram {
        let mut all = Histogram::new();
        for window in self.0.iter().filter(|window| is_wanted(window)) {
            // A window that cannot be read adds nothing; whoever reads the document says so.
            let _ = all.merge_encoded(&window.response);
        }
        all
    }
}

fn meets(window: &Window, fall: &Fall) -> bool {
    let end_ns = window.start_ns.saturating_add(window.length_ns);
    seconds(window.start_ns) < fall.end && seconds(end_ns) > fall.start
}

fn p99(histogram: &Histogram) -> Option<u64> {
    histogram.value_at(Quantile::P99)
}

fn seconds(t_ns: u64) -> f64 {
    to_f64(t_ns) / NANOS_PER_SECOND
}

fn nanos(seconds: f64) -> u64 {
    to_u64_saturating(seconds * NANOS_PER_SECOND)
}
