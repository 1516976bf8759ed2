//! What hosts, processes and containers used.

use plimsoll_model::{Gap, GapCause, ResourceSeries, ResourceSummary, TargetKind, Unit};

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
