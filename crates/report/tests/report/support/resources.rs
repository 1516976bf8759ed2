//! What hosts, processes and containers used.

use plimsoll_model::{
    Gap, GapCause, LeakVerdict, MemoryCooldown, MemoryFall, MemoryProfile, ResourceSeries, ResourceSummary,
    SawtoothProfile, TargetKind, Unit,
};

use super::latencies::SECOND;

pub(crate) fn series(
    target: &str,
    kind: TargetKind,
    metric: &str,
    unit: Unit,
    mean: f64,
    peak: f64,
) -> ResourceSeries {
    let summary =
        ResourceSummary { count: 62, mean: Some(mean), peak: Some(peak), slope_per_min: Some(mean / 100.0) };
    ResourceSeries {
        target: target.to_owned(),
        kind,
        metric: metric.to_owned(),
        unit,
        points: vec![(2 * SECOND, Some(mean)), (4 * SECOND, None), (6 * SECOND, Some(peak))],
        gaps: Vec::new(),
        summary,
    }
}

pub(crate) fn resources() -> Vec<ResourceSeries> {
    let container = |metric, unit, mean, peak| {
        series("container:postgres", TargetKind::Container, metric, unit, mean, peak)
    };
    let mut gpu = series("gpu:0", TargetKind::Gpu, "memory", Unit::Bytes, 0.0, 0.0);
    gpu.summary = ResourceSummary::default();
    gpu.gaps = vec![Gap {
        start_ns: 0,
        end_ns: 125 * SECOND,
        cause: GapCause::Unavailable,
        detail: "no driver".to_owned(),
    }];
    vec![
        series("host", TargetKind::Host, "cpu", Unit::Ratio, 0.874, 0.993),
        series("host", TargetKind::Host, "iowait", Unit::Ratio, 0.021, 0.09),
        series("process", TargetKind::Process, "cpu", Unit::Ratio, 1.92, 2.4),
        series("process", TargetKind::Process, "memory", Unit::Bytes, 498_073_600.0, 536_870_912.0),
        container("memory", Unit::Bytes, 901_000_000.0, 1_010_000_000.0),
        container("memory_limit", Unit::Bytes, 1_073_741_824.0, 1_073_741_824.0),
        gpu,
    ]
}

/// Memory under a collector that makes the load wait, and a cooldown.
pub(crate) fn memory() -> MemoryProfile {
    let fall = MemoryFall {
        start_ns: 18 * SECOND,
        end_ns: 20 * SECOND,
        bytes: 27_000_000,
        p99_ns: Some(80_000_000),
        max_ns: Some(91_000_000),
    };
    MemoryProfile {
        target: "process".to_owned(),
        metric: "memory".to_owned(),
        peak_bytes: 227_000_000,
        mean_bytes: 213_000_000,
        verdict: LeakVerdict::NotEnoughData,
        slope_bytes_per_min: Some(1_800_000.0),
        lower_bytes_per_min: None,
        upper_bytes_per_min: None,
        interval_confidence: None,
        enough_ns: Some(1_920 * SECOND),
        sawtooth: Some(SawtoothProfile {
            period_ns: 20 * SECOND,
            amplitude_bytes: 27_000_000,
            falls: vec![fall; 3],
            p99_in_falls_ns: Some(80_000_000),
            p99_elsewhere_ns: Some(2_000_000),
        }),
        cooldown: Some(MemoryCooldown {
            delta_bytes: -30_000_000.0,
            retained_bytes: Some(20_000_000.0),
            retained_share: Some(0.4),
        }),
    }
}
