//! A candidate beside its baseline.

use std::collections::BTreeMap;

use plimsoll_model::{
    Alarm, Better, Comparability, Comparison, ComparisonVerdict, Effect, Kind, MetricComparison, Procedure,
    Rating, SCHEMA_VERSION, SetRef, Status, Unit, Verdict,
};

pub(crate) fn metric(
    name: &str,
    unit: Unit,
    verdict: ComparisonVerdict,
    baseline: Option<f64>,
    current: f64,
) -> MetricComparison {
    let ratio = baseline.map(|baseline| current / baseline);
    MetricComparison {
        workload: "checkout".to_owned(),
        scenario: None,
        metric: name.to_owned(),
        unit,
        better: if unit == Unit::PerSecond { Better::Higher } else { Better::Lower },
        verdict,
        severity: (verdict == ComparisonVerdict::Regression).then_some(Alarm::Critical),
        baseline,
        current: Some(current),
        ratio,
        lower: ratio.map(|ratio| ratio * 0.97),
        upper: ratio.map(|ratio| ratio * 1.04),
        confidence: Some(0.95),
        p: Some(0.000_4),
        p_adjusted: Some(0.001_6),
        mde: Some(0.05),
        gating: true,
        detail: "at most +10 %".to_owned(),
    }
}

pub(crate) fn comparison() -> Comparison {
    let pass = ComparisonVerdict::Pass;
    let p95 =
        metric("p95", Unit::Nanoseconds, ComparisonVerdict::Regression, Some(18_310_000.0), 24_171_000.0);
    Comparison {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Comparison,
        id: "01JD3ZK8QY".to_owned(),
        procedure: Procedure::Screening,
        baseline: Some(SetRef { id: "main".to_owned(), name: "main-2026-11".to_owned(), runs: 5 }),
        candidate: SetRef { id: "01JD3ZK8QW".to_owned(), name: "checkout-api".to_owned(), runs: 1 },
        comparability: vec![
            Comparability {
                field: "cpu_model".to_owned(),
                baseline: "EPYC".to_owned(),
                candidate: "EPYC".to_owned(),
                effect: Effect::Same,
            },
            Comparability {
                field: "kernel".to_owned(),
                baseline: "6.1.0".to_owned(),
                candidate: "6.8.0".to_owned(),
                effect: Effect::Caveat,
            },
        ],
        policy: BTreeMap::from([("p95".to_owned(), "+10%".to_owned())]),
        metrics: vec![
            metric("throughput", Unit::PerSecond, pass, Some(5_001.2), 4_984.733_333),
            MetricComparison { scenario: Some("write".to_owned()), ..p95 },
            metric("cpu.mean(process)", Unit::Ratio, ComparisonVerdict::Improvement, Some(2.31), 1.92),
            metric("memory.peak(process)", Unit::Bytes, ComparisonVerdict::Invalid, None, 536_870_912.0),
        ],
        rating: Some(Rating::Poor),
        verdict: Verdict::because(Status::Fail, "p95(write) went beyond its critical limit"),
        caveats: Vec::new(),
    }
}
