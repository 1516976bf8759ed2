//! What the memory of a target did.

use plimsoll_model::{Analysis, LeakVerdict, MemoryProfile, PhaseKind};
use plimsoll_report::analyze;

use super::{calm, rules, with_run};
use crate::support;

const MINUTE: u64 = 60_000_000_000;

/// So many minutes measured, in which the memory of the process came to that verdict, 0.3 MB a minute around a slope.
fn measured(minutes: u64, verdict: LeakVerdict, slope: f64) -> Analysis {
    with_run(|run| {
        let phase =
            run.phases.iter_mut().find(|phase| phase.kind == PhaseKind::Measure).expect("a fixture is valid");
        (phase.start_ns, phase.length_ns) = (0, minutes * MINUTE);
        run.memory = vec![MemoryProfile {
            verdict,
            slope_bytes_per_min: Some(slope),
            lower_bytes_per_min: Some(slope - 3e5),
            upper_bytes_per_min: Some(slope + 3e5),
            interval_confidence: Some(0.9),
            enough_ns: None,
            ..support::memory()
        }];
    })
}

fn verdicts(analysis: &Analysis) -> Vec<LeakVerdict> {
    analysis.leaks.iter().map(|leak| leak.verdict).collect()
}

#[test]
fn a_leak_is_found_and_recommended_against() {
    let analysis = measured(30, LeakVerdict::Leak, 1.5e6);
    assert_eq!(verdicts(&analysis), [LeakVerdict::Leak]);
    assert_eq!(rules(&analysis), ["memory_leak"]);
    assert!(analysis.recommendations[0].message.starts_with("memory of process in hold grows by +1.4"));
}

#[test]
fn a_slower_one_is_watched() {
    let analysis = measured(30, LeakVerdict::Watch, 0.9e6);
    assert_eq!(verdicts(&analysis), [LeakVerdict::Watch]);
    assert_eq!(rules(&analysis), ["memory_leak"]);
}

#[test]
fn teeth_without_growth_are_normal() {
    let analysis = measured(30, LeakVerdict::Normal, 0.0);
    assert_eq!(verdicts(&analysis), [LeakVerdict::Normal]);
    assert!(rules(&analysis).is_empty());
}

#[test]
fn too_little_says_how_much_would_do_and_gives_no_slope_of_a_straight_line() {
    let analysis = with_run(|run| {
        let phase = run.phases.iter_mut().find(|phase| phase.kind == PhaseKind::Measure);
        phase.expect("a fixture is valid").length_ns = 10 * MINUTE;
        run.memory = vec![support::memory()];
    });
    let leak = &analysis.leaks[0];
    assert_eq!(leak.detail, "too short or too noisy to say; 32m should do");
    assert_eq!((leak.verdict, leak.slope_bytes_per_min), (LeakVerdict::NotEnoughData, None));
    assert!(rules(&analysis).is_empty());
}

#[test]
fn a_conclusion_never_contradicts_its_profile() {
    for verdict in [LeakVerdict::Leak, LeakVerdict::Watch, LeakVerdict::Normal, LeakVerdict::NotEnoughData] {
        assert_eq!(verdicts(&measured(30, verdict, 1e6)), [verdict]);
    }
}

#[test]
fn the_interval_keeps_its_confidence() {
    let text = |confidence| {
        let mut set = calm();
        let mut analysis = measured(30, LeakVerdict::Leak, 1.5e6);
        analysis.leaks[0].interval_confidence = confidence;
        set.analysis = Some(analysis);
        support::render(&plimsoll_report::AnalysisText::default(), &set)
    };
    assert!(text(Some(0.9)).contains("90 % interval +1.14 MiB/min to +1.72 MiB/min"), "{}", text(Some(0.9)));
    assert!(!text(None).contains(" % interval") && text(None).contains("interval +1.14"), "{}", text(None));
}

#[test]
fn analysing_again_says_nothing_twice() {
    let mut set = calm();
    set.analysis = Some(measured(30, LeakVerdict::Leak, 1.5e6));
    assert_eq!(analyze(&set).leaks.len(), 1);
}

#[test]
fn what_a_protocol_concluded_of_its_run_stands_alone() {
    let mut set = calm();
    let mut stored = measured(30, LeakVerdict::Leak, 1.5e6);
    stored.leaks[0].phase = "soak".to_owned();
    set.analysis = Some(stored);
    set.runs[0].run.memory = vec![support::memory()];
    set.runs[0].run.phases.iter_mut().for_each(|phase| phase.length_ns = 30 * MINUTE);
    let phases: Vec<String> = analyze(&set).leaks.into_iter().map(|leak| leak.phase).collect();
    assert_eq!(phases, ["soak"]);
}

#[test]
fn short_runs_are_not_judged() {
    assert!(measured(4, LeakVerdict::Leak, 1.5e6).leaks.is_empty());
}
