//! Both sides in turn, until the answer is clear.

use plimsoll_baseline::gate::{Gate, Next, Noise, Policy, calibrate};
use plimsoll_baseline::{Change, Edges, Thresholds};
use plimsoll_model::{
    Alarm, Comparison, ComparisonVerdict, Procedure, SchemaVersion, Set, Side, Status, Verdict,
};

use crate::support::{Figures, line, set, single, with_run};

/// Asks the gate for replicates until it answers; each is made from its side and its number, from 0.
fn decide(policy: Policy, mut replicate: impl FnMut(Side, usize) -> Set) -> Comparison {
    let mut gate = Gate::new(policy, "before", "after");
    for number in 0.. {
        match gate.next() {
            Next::Run(side) => gate.observe(replicate(side, number)),
            Next::Done(comparison) => return comparison.clone(),
        }
    }
    unreachable!("a gate ends after its last look")
}

/// A few percent up and down, in an order that treats both sides alike.
fn wobble(number: usize) -> f64 {
    1.0 + 0.01 * ((number * 7) % 5) as f64
}

/// Runs whose latency and throughput are `slower` times worse on side B.
fn slower(slower: f64) -> impl FnMut(Side, usize) -> Set {
    move |side, number| {
        let factor = wobble(number) * if side == Side::B { slower } else { 1.0 };
        let figures = Figures {
            latency_ns: (1000.0 * factor) as u64,
            throughput: 100.0 / factor,
            memory_bytes: None,
            ..Figures::default()
        };
        single("replicate", figures)
    }
}

fn runs(comparison: &Comparison) -> (u64, u64) {
    (comparison.baseline.as_ref().map_or(0, |side| side.runs), comparison.candidate.runs)
}

#[test]
fn the_same_build_passes_at_the_first_look() {
    let comparison = decide(Policy::default(), slower(1.0));
    assert_eq!((comparison.procedure, comparison.verdict.status), (Procedure::Interleaved, Status::Pass));
    assert_eq!(runs(&comparison), (6, 6));
    let p95 = line(&comparison, "p95");
    assert_eq!((p95.verdict, p95.severity), (ComparisonVerdict::Pass, None));
    assert!(p95.lower < p95.ratio && p95.ratio < p95.upper && p95.mde > Some(0.0), "{p95:?}");
}

#[test]
fn a_slower_build_is_a_regression_at_the_first_look() {
    let comparison = decide(Policy::default(), slower(1.3));
    assert_eq!(comparison.verdict.status, Status::Fail, "{:?}", comparison.verdict);
    assert_eq!(runs(&comparison), (6, 6));
    let p95 = line(&comparison, "p95");
    assert_eq!((p95.verdict, p95.severity), (ComparisonVerdict::Regression, Some(Alarm::Critical)));
    assert!(p95.p_adjusted > p95.p, "{p95:?}");
}

#[test]
fn a_metric_that_could_not_speak_takes_nothing_from_the_others() {
    let with_errors = |mut failed: Box<dyn FnMut(usize) -> u64>| {
        let mut replicate = slower(1.3);
        let comparison = decide(Policy::default(), move |side, number| {
            let mut set = replicate(side, number);
            let counts = &mut set.runs[0].run.scenarios[0].counts;
            counts.failed = failed(number);
            counts.ok = counts.started - counts.failed;
            set
        });
        assert_eq!(comparison.verdict.status, Status::Fail, "{:?}", comparison.verdict);
        (runs(&comparison).0, line(&comparison, "error_rate").p_adjusted)
    };
    // The same in every run, or in all but one: no order of them is rare.
    assert_eq!(with_errors(Box::new(|_| 5)), (6, Some(1.0)));
    assert_eq!(with_errors(Box::new(|number| u64::from(number == 3))), (6, Some(1.0)));
    // Different in each run: three metrics share the level, and the rarest order of six and six, 1/924, is too
    // frequent for a third of it.
    assert_eq!(with_errors(Box::new(|number| 10 + (number as u64 * 7) % 13)).0, 10);
}

#[test]
fn a_faster_build_passes_as_an_improvement() {
    let comparison = decide(Policy::default(), slower(0.7));
    assert_eq!(comparison.verdict.status, Status::Pass);
    assert_eq!(line(&comparison, "p50").verdict, ComparisonVerdict::Improvement);
}

#[test]
fn what_is_too_noisy_is_inconclusive_after_the_last_look_and_says_what_it_would_have_seen() {
    let comparison = decide(Policy::default(), |_, number| {
        let latency_ns = 1000 + 400 * ((number * 5) % 7) as u64;
        single("noisy", Figures { latency_ns, memory_bytes: None, ..Figures::default() })
    });
    assert_eq!((comparison.verdict.status, runs(&comparison)), (Status::Inconclusive, (16, 16)));
    let p95 = line(&comparison, "p95");
    assert!(p95.mde.is_some_and(|mde| mde > 0.2) && p95.detail.contains("nine times in ten"), "{p95:?}");
}

#[test]
fn only_metrics_with_a_fail_edge_decide() {
    let edges = Edges { warning: Change::percent(10.0).ok(), ..Edges::default() };
    let shown = Thresholds::none().with("p95".parse().unwrap(), edges).unwrap();
    let fails = Edges { fail: Change::percent(15.0).ok(), ..Edges::default() };
    let thresholds = shown.with("error_rate".parse().unwrap(), fails).unwrap();
    let comparison = decide(Policy { thresholds, ..Policy::default() }, slower(1.5));
    assert_eq!(line(&comparison, "p95").verdict, ComparisonVerdict::Regression);
    assert!(!line(&comparison, "p95").gating);
    assert_eq!(comparison.verdict.status, Status::Pass, "{:?}", comparison.verdict);
}

#[test]
fn errors_are_judged_in_points() {
    let with_errors = |on_b| {
        decide(Policy::default(), move |side, _| {
            let failed = if side == Side::B { on_b } else { 0 };
            single("errors", Figures { failed, ..Figures::default() })
        })
    };
    assert_eq!(line(&with_errors(99), "error_rate").verdict, ComparisonVerdict::Pass);
    let worse = with_errors(600);
    assert_eq!(line(&worse, "error_rate").verdict, ComparisonVerdict::Regression);
    assert!(line(&worse, "error_rate").detail.contains("+6.00 points"), "{:?}", line(&worse, "error_rate"));
}

#[test]
fn severity_follows_the_estimate_and_critical_needs_to_be_sure() {
    let of = |factor| line(&decide(Policy::default(), slower(factor)), "p95").severity;
    assert_eq!([of(1.08), of(1.2), of(1.4)], [Alarm::Warning, Alarm::Warning, Alarm::Critical].map(Some));
    let wide = decide(Policy::default(), |side, number| {
        // Far worse, but in half of the runs only: the interval reaches down to no warning at all.
        let is_bad = side == Side::B && number % 2 == 1;
        let latency_ns = if is_bad {
            2000
        } else if side == Side::B {
            1090
        } else {
            1000 + number as u64 % 3
        };
        single("wide", Figures { latency_ns, memory_bytes: None, ..Figures::default() })
    });
    assert_eq!(line(&wide, "p95").severity, Some(Alarm::Warning), "{:?}", line(&wide, "p95"));
}

#[test]
fn nothing_measured_is_invalid_and_never_a_pass() {
    let nothing = || Figures { started: 0, ..Figures::default() };
    let comparison = decide(Policy::default(), |_, _| single("nothing", nothing()));
    assert_eq!(comparison.verdict.status, Status::Invalid);
    let empty = decide(Policy::default(), |_, _| set("empty"));
    assert_eq!(empty.verdict.status, Status::Invalid);
}

#[test]
fn an_invalid_run_ends_the_gate_at_once() {
    let comparison = decide(Policy::default(), |side, _| {
        let mut replicate = single("replicate", Figures::default());
        if side == Side::B {
            replicate.runs[0].run.verdict = Verdict::because(Status::Invalid, "the generator was the limit");
        }
        replicate
    });
    assert_eq!((comparison.verdict.status, runs(&comparison)), (Status::Invalid, (1, 1)));
}

/// What differs, and something that makes it differ.
type Deviation = (&'static str, fn(&mut Set));

#[test]
fn another_machine_plan_or_format_on_one_side_is_refused_with_what_differs() {
    let changes: [Deviation; 4] = [
        ("cores", |set| set.environment.cores = 2),
        ("plan.in_flight", |set| set.runs[0].run.plan.in_flight = 7),
        ("schema_version", |set| set.schema_version = SchemaVersion { major: 2, minor: 0 }),
        ("search", |set| *set = with_run(set.clone(), "search", &Figures::default())),
    ];
    for (field, change) in changes {
        let comparison = decide(Policy::default(), |side, _| {
            let mut replicate = single("replicate", Figures::default());
            if side == Side::B {
                change(&mut replicate);
            }
            replicate
        });
        assert_eq!((comparison.verdict.status, comparison.metrics.len()), (Status::Invalid, 0), "{field}");
        assert!(comparison.verdict.reasons.concat().contains(field), "{:?}", comparison.verdict);
    }
}

#[test]
fn an_interrupted_gate_says_how_far_it_came() {
    let mut gate = Gate::new(Policy::default(), "before", "after");
    for _ in 0..3 {
        gate.observe(single("replicate", Figures::default()));
    }
    let comparison = gate.interrupted();
    assert_eq!(comparison.verdict.status, Status::Interrupted);
    assert_eq!(comparison.verdict.reasons, ["interrupted after 1 runs of before and 2 of after"]);
}

#[test]
fn swapping_the_sides_turns_a_regression_into_an_improvement() {
    let policy = || Policy { looks: "10".parse().unwrap(), ..Policy::default() };
    let (there, back) = (decide(policy(), slower(1.3)), decide(policy(), slower(1.0 / 1.3)));
    assert_eq!(line(&there, "p95").verdict, ComparisonVerdict::Regression);
    assert_eq!(line(&back, "p95").verdict, ComparisonVerdict::Improvement);
}

#[test]
fn a_machine_noisier_than_the_margin_raises_it_and_may_take_away_the_pass() {
    let noise = |percent| {
        let floor = Change::percent(percent).unwrap();
        ["p95", "throughput"]
            .map(|metric| Noise { workload: "checkout".into(), metric: metric.parse().unwrap(), floor })
            .to_vec()
    };
    let status = |percent, factor| {
        decide(Policy { noise: noise(percent), ..Policy::default() }, slower(factor)).verdict.status
    };
    assert_eq!([status(1.0, 1.0), status(6.0, 1.0)], [Status::Pass, Status::Inconclusive]);
    assert_eq!([status(6.0, 1.3), status(40.0, 1.3)], [Status::Fail, Status::Inconclusive]);
}

#[test]
fn calibration_names_the_noise_of_each_metric_that_has_any() {
    let mut replicate = slower(1.0);
    let replicates: Vec<Set> = (0..80).map(|number| replicate(Side::A, number)).collect();
    let noise = calibrate(&Policy::default(), &replicates);
    let metrics: Vec<String> = noise.iter().map(|noise| noise.metric.to_string()).collect();
    assert_eq!(metrics, ["throughput", "p50", "p95", "p99"]);
    assert!(noise.iter().all(|noise| (0.1..4.0).contains(&noise.floor.amount())), "{noise:?}");
}

#[test]
fn each_answer_has_its_sentence() {
    let sentences = [1.3, 1.0, 0.7].map(|factor| {
        let comparison = decide(Policy::default(), slower(factor));
        comparison.metrics.iter().map(|line| line.detail.clone()).collect::<Vec<_>>().join("\n")
    });
    insta::assert_snapshot!(sentences.join("\n--\n"));
}
