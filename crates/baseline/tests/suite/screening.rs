//! Comparing a set with an earlier one by edges.

use plimsoll_baseline::{Change, Edges, Thresholds, screening};
use plimsoll_model::{Alarm, Comparison, ComparisonVerdict, Procedure, Rating, Set, Status, Verdict};

use crate::support::{Figures, codes, line, set, set_of, single, with_run};

fn compare(baseline: Figures, candidate: Figures) -> Comparison {
    compare_sets(&single("before", baseline), &single("after", candidate))
}

fn compare_sets(baseline: &Set, candidate: &Set) -> Comparison {
    screening::compare(baseline, candidate, &Thresholds::default())
}

/// What a metric concludes when it goes from one value to another: verdict, gravity, status of the whole.
type Outcome = (ComparisonVerdict, Option<Alarm>, Status);

const UNCHANGED: Outcome = (ComparisonVerdict::Pass, None, Status::Pass);
const WARNED: Outcome = (ComparisonVerdict::Regression, Some(Alarm::Warning), Status::Pass);
const WARNED_AND_FAILED: Outcome = (ComparisonVerdict::Regression, Some(Alarm::Warning), Status::Fail);
const CRITICAL: Outcome = (ComparisonVerdict::Regression, Some(Alarm::Critical), Status::Pass);
const CRITICAL_AND_FAILED: Outcome = (ComparisonVerdict::Regression, Some(Alarm::Critical), Status::Fail);

fn outcome(comparison: &Comparison, metric: &str) -> Outcome {
    let line = line(comparison, metric);
    (line.verdict, line.severity, comparison.verdict.status)
}

#[test]
fn a_set_compared_with_itself_is_excellent() {
    let set = single("a", Figures::default());
    let comparison = compare_sets(&set, &set);
    assert_eq!(comparison.procedure, Procedure::Screening);
    assert_eq!(comparison.verdict, Verdict::pass());
    assert_eq!(comparison.rating, Some(Rating::Excellent));
    assert!(comparison.metrics.iter().all(|line| line.verdict == ComparisonVerdict::Pass));
}

#[test]
fn p95_is_judged_at_just_below_and_just_above_each_edge() {
    let to = |latency_ns| {
        let comparison = compare(Figures::default(), Figures { latency_ns, ..Figures::default() });
        outcome(&comparison, "p95")
    };
    assert_eq!([to(1099), to(1100), to(1101)], [UNCHANGED, WARNED, WARNED]);
    assert_eq!([to(1199), to(1200), to(1201)], [WARNED, WARNED_AND_FAILED, WARNED_AND_FAILED]);
    assert_eq!([to(1249), to(1250), to(1251)], [WARNED_AND_FAILED, CRITICAL_AND_FAILED, CRITICAL_AND_FAILED]);
}

#[test]
fn throughput_is_judged_at_just_below_and_just_above_each_edge() {
    let to = |throughput| {
        let comparison = compare(Figures::default(), Figures { throughput, ..Figures::default() });
        outcome(&comparison, "throughput")
    };
    assert_eq!([to(95.01), to(95.0), to(94.99)], [UNCHANGED, WARNED, WARNED]);
    assert_eq!([to(85.01), to(85.0), to(84.99)], [WARNED, CRITICAL_AND_FAILED, CRITICAL_AND_FAILED]);
}

#[test]
fn memory_is_judged_at_just_below_and_just_above_each_edge() {
    let to = |bytes| {
        let comparison =
            compare(Figures::default(), Figures { memory_bytes: Some(bytes), ..Figures::default() });
        outcome(&comparison, "memory.peak(process)")
    };
    assert_eq!([to(1.199e9), to(1.2e9), to(1.201e9)], [UNCHANGED, WARNED, WARNED]);
    assert_eq!([to(1.499e9), to(1.5e9), to(1.501e9)], [WARNED, CRITICAL, CRITICAL]);
}

#[test]
fn rates_are_judged_in_points_at_just_below_and_just_above_each_edge() {
    let before = || Figures { failed: 100, ..Figures::default() };
    let to = |failed, metric| {
        let comparison = compare(before(), Figures { failed, ..Figures::default() });
        outcome(&comparison, metric)
    };
    assert_eq!([299, 300, 301].map(|failed| to(failed, "success_rate")), [UNCHANGED, WARNED, WARNED]);
    assert_eq!(to(599, "success_rate"), WARNED);
    assert_eq!(
        [600, 601].map(|failed| to(failed, "success_rate")),
        [CRITICAL_AND_FAILED, CRITICAL_AND_FAILED]
    );
    assert_eq!(to(599, "error_rate"), UNCHANGED);
    assert_eq!([600, 601].map(|failed| to(failed, "error_rate")), [CRITICAL_AND_FAILED, CRITICAL_AND_FAILED]);
}

#[test]
fn a_change_for_the_better_is_an_improvement_from_the_same_edge_on() {
    let to = |throughput| {
        let comparison = compare(
            Figures { throughput: 95.0, ..Figures::default() },
            Figures { throughput, ..Figures::default() },
        );
        line(&comparison, "throughput").verdict
    };
    assert_eq!([to(99.99), to(100.0)], [ComparisonVerdict::Pass, ComparisonVerdict::Improvement]);
}

#[test]
fn edges_are_those_that_were_configured() {
    let edges = Edges { fail: Change::percent(1.0).ok(), ..Edges::default() };
    let thresholds = Thresholds::none().with("throughput".parse().unwrap(), edges).unwrap();
    let slower = single("after", Figures { throughput: 98.0, ..Figures::default() });
    let comparison = screening::compare(&single("before", Figures::default()), &slower, &thresholds);
    assert_eq!(comparison.verdict.status, Status::Fail);
    assert_eq!(comparison.metrics.len(), 1);
    assert_eq!(comparison.policy["throughput"], "fail 1 percent");
}

#[test]
fn a_side_stands_for_its_median_run() {
    let runs = |of: [f64; 3]| of.map(|throughput| Figures { throughput, ..Figures::default() });
    let comparison = compare_sets(
        &set_of("before", &runs([100.0, 101.0, 99.0])),
        &set_of("after", &runs([10.0, 99.0, 98.0])),
    );
    let line = line(&comparison, "throughput");
    assert_eq!((line.baseline, line.current), (Some(100.0), Some(98.0)));
}

#[test]
fn a_screening_says_that_it_is_one() {
    let pair = [Figures::default(), Figures::default()];
    assert_eq!(codes(&compare_sets(&set_of("before", &pair), &set_of("after", &pair))), ["not_interleaved"]);
}

#[test]
fn one_run_on_either_side_is_a_caveat() {
    let (one, two) =
        (single("one", Figures::default()), set_of("two", &[Figures::default(), Figures::default()]));
    for (baseline, candidate) in [(&one, &two), (&two, &one)] {
        assert_eq!(codes(&compare_sets(baseline, candidate)), ["not_interleaved", "single_run"]);
    }
}

/// As many runs as that, each a little slower than the one before, `slower` times worse than healthy.
fn many(runs: u32, slower: f64) -> Set {
    let figures =
        |run| Figures { throughput: 100.0 / slower / (1.0 + 0.001 * f64::from(run)), ..Figures::default() };
    set_of("many", &(0..runs).map(figures).collect::<Vec<_>>())
}

#[test]
fn fewer_than_five_runs_a_side_are_inconclusive_and_say_how_many_would_do() {
    for (before, after) in [(3, 3), (2, 20), (4, 5)] {
        for slower in [1.0, 2.0] {
            let comparison = compare_sets(&many(before, 1.0), &many(after, slower));
            let throughput = line(&comparison, "throughput");
            assert_eq!(comparison.verdict.status, Status::Inconclusive, "{before} and {after}");
            assert!(throughput.detail.ends_with("runs a side prove nothing, 5 would do"), "{throughput:?}");
        }
    }
}

#[test]
fn with_five_runs_a_side_a_crossed_edge_must_be_more_than_chance() {
    assert_eq!(compare_sets(&many(5, 1.0), &many(5, 1.0)).verdict.status, Status::Pass);
    let slower = compare_sets(&many(5, 1.0), &many(5, 1.3));
    let throughput = line(&slower, "throughput");
    assert_eq!(slower.verdict.status, Status::Fail);
    assert!(throughput.p < throughput.p_adjusted && throughput.upper < Some(1.0), "{throughput:?}");
    // The medians lie far apart, but the sides overlap so much that it may be chance.
    let scattered = |throughputs: [f64; 5]| {
        set_of("scattered", &throughputs.map(|throughput| Figures { throughput, ..Figures::default() }))
    };
    let mixed = compare_sets(
        &scattered([100.0, 100.0, 100.0, 50.0, 51.0]),
        &scattered([80.0, 80.0, 80.0, 120.0, 120.0]),
    );
    let throughput = line(&mixed, "throughput");
    assert_eq!((throughput.verdict, throughput.severity), (ComparisonVerdict::Inconclusive, None));
    assert!(throughput.detail.contains("no more than chance"), "{throughput:?}");
    assert_eq!(mixed.verdict.status, Status::Inconclusive);
}

#[test]
fn no_samples_on_either_side_are_invalid() {
    let nothing = || Figures { started: 0, ..Figures::default() };
    for (baseline, candidate) in
        [(nothing(), Figures::default()), (Figures::default(), nothing()), (nothing(), nothing())]
    {
        let comparison = compare(baseline, candidate);
        assert_eq!(comparison.verdict.status, Status::Invalid);
        assert_eq!(comparison.rating, None);
    }
}

#[test]
fn a_figure_that_is_no_number_is_invalid() {
    let comparison = compare(Figures::default(), Figures { throughput: f64::NAN, ..Figures::default() });
    assert_eq!(comparison.verdict.status, Status::Invalid);
}

#[test]
fn a_resource_that_one_side_did_not_sample_is_invalid_without_deciding() {
    let comparison = compare(Figures { memory_bytes: None, ..Figures::default() }, Figures::default());
    assert_eq!(line(&comparison, "memory.peak(process)").verdict, ComparisonVerdict::Invalid);
    assert_eq!(comparison.verdict.status, Status::Pass);
}

#[test]
fn a_lower_bound_that_crosses_no_edge_is_inconclusive() {
    let given_up = || Figures { timed_out: 10_000, ..Figures::default() };
    let thresholds = Thresholds::none()
        .with("p95".parse().unwrap(), Edges { fail: Change::percent(20.0).ok(), ..Edges::default() })
        .unwrap();
    let compare = |a, b| screening::compare(&single("a", a), &single("b", b), &thresholds).verdict.status;
    assert_eq!(compare(Figures::default(), given_up()), Status::Inconclusive);
    assert_eq!(compare(Figures::default(), Figures { latency_ns: 1500, ..given_up() }), Status::Fail);
    assert_eq!(compare(given_up(), Figures { latency_ns: 1500, ..Figures::default() }), Status::Inconclusive);
}

#[test]
fn a_workload_of_one_side_only_is_left_out_with_a_caveat() {
    let both = with_run(single("both", Figures::default()), "search", &Figures::default());
    let one = single("one", Figures::default());
    for (baseline, candidate) in [(&both, &one), (&one, &both)] {
        let comparison = compare_sets(baseline, candidate);
        assert!(codes(&comparison).contains(&"workload_not_compared"));
        assert!(comparison.metrics.iter().all(|line| line.workload == "checkout"));
    }
}

#[test]
fn sets_without_a_workload_in_common_are_invalid() {
    let search = with_run(set("a"), "search", &Figures::default());
    assert_eq!(compare_sets(&search, &single("b", Figures::default())).verdict.status, Status::Invalid);
}

#[test]
fn an_invalid_run_is_not_compared() {
    let mut broken = single("after", Figures::default());
    broken.runs[0].run.verdict = Verdict::because(Status::Invalid, "the generator was the limit");
    let comparison = compare_sets(&single("before", Figures::default()), &broken);
    assert_eq!(comparison.verdict.status, Status::Invalid);
    assert!(comparison.metrics.is_empty());
}

#[test]
fn an_interrupted_run_is_a_caveat() {
    let mut cut = single("after", Figures::default());
    cut.runs[0].run.verdict = Verdict::because(Status::Interrupted, "by a signal");
    let comparison = compare_sets(&single("before", Figures::default()), &cut);
    assert!(codes(&comparison).contains(&"interrupted"));
}

#[test]
fn each_outcome_has_its_sentence() {
    let before = Figures { failed: 100, ..Figures::default() };
    let after = Figures {
        latency_ns: 1220,
        failed: 350,
        throughput: 106.0,
        memory_bytes: None,
        ..Figures::default()
    };
    let comparison = compare(before, after);
    let details: Vec<_> = comparison.metrics.iter().map(|line| line.detail.as_str()).collect();
    let caveats: Vec<_> = comparison.caveats.iter().map(|caveat| caveat.message.as_str()).collect();
    insta::assert_snapshot!(
        [details, comparison.verdict.reasons.iter().map(String::as_str).collect(), caveats]
            .map(|block| block.join("\n"))
            .join("\n--\n")
    );
}
