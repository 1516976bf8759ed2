//! What the memory of a target did.

use plimsoll_model::{Analysis, LeakVerdict, PhaseKind, ResourceSeries, TargetKind, Unit};

use super::{rules, with_run};
use crate::support;

const SECOND: u64 = 1_000_000_000;

/// So many minutes measured, sampled every 2 s, with teeth of 30 MB and a floor that rises by `megabytes` a minute.
fn measured(minutes: u64, kind: TargetKind, megabytes: f64) -> Analysis {
    with_run(|run| {
        let phase =
            run.phases.iter_mut().find(|phase| phase.kind == PhaseKind::Measure).expect("a fixture is valid");
        (phase.start_ns, phase.length_ns) = (0, minutes * 60 * SECOND);
        let memory =
            |second: u64| 200.0 + 30.0 * (second % 40) as f64 / 40.0 + megabytes * second as f64 / 60.0;
        let points = (0..minutes * 30).map(|n| (2 * n * SECOND, Some(1e6 * memory(2 * n)))).collect();
        let series = support::series("process", kind, "memory", Unit::Bytes, 200e6, 230e6);
        run.resources = vec![ResourceSeries { points, ..series }];
    })
}

fn verdicts(analysis: &Analysis) -> Vec<LeakVerdict> {
    analysis.leaks.iter().map(|leak| leak.verdict).collect()
}

#[test]
fn a_leak_is_found_and_recommended_against() {
    let analysis = measured(30, TargetKind::Process, 1.5);
    assert_eq!(verdicts(&analysis), [LeakVerdict::Leak]);
    assert_eq!(rules(&analysis), ["memory_leak"]);
    assert!(analysis.recommendations[0].message.starts_with("memory of process in hold grows by +1.4"));
}

#[test]
fn a_slower_one_is_watched() {
    let analysis = measured(30, TargetKind::Process, 0.75);
    assert_eq!(verdicts(&analysis), [LeakVerdict::Watch]);
    assert_eq!(rules(&analysis), ["memory_leak"]);
}

#[test]
fn teeth_without_growth_are_normal() {
    let analysis = measured(30, TargetKind::Process, 0.0);
    assert_eq!(verdicts(&analysis), [LeakVerdict::Normal]);
    assert!(rules(&analysis).is_empty());
}

#[test]
fn too_little_says_how_much_would_do() {
    let analysis = measured(10, TargetKind::Process, 1.5);
    assert_eq!(verdicts(&analysis), [LeakVerdict::NotEnoughData]);
    assert_eq!(analysis.leaks[0].detail, "too short or too noisy to say; 32m should do");
    assert!(rules(&analysis).is_empty());
}

#[test]
fn short_runs_and_hosts_are_not_judged() {
    assert!(measured(4, TargetKind::Process, 1.5).leaks.is_empty());
    assert!(measured(30, TargetKind::Host, 1.5).leaks.is_empty());
}
