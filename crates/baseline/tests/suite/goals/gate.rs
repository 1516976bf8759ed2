//! Goals G1 to G3: the interleaved gate on a machine that drifts.

use plimsoll_baseline::gate::{Gate, Next, Policy};
use plimsoll_baseline::{Change, Edges, Thresholds};
use plimsoll_metrics::simulation::{Figure, Machine, Noise};
use plimsoll_model::{Set, Side, Status};

use super::replicate::{Bench, template};

/// How a replicate of a side is made up.
type Replicate = fn(&mut Bench, &mut Noise, &Set, Side) -> Set;

/// G1: spread of 5 % from run to run, drift of 1 % from slot to slot.
pub(crate) fn interleaved_gate(trials: u32) -> Vec<Figure> {
    let quiet = Outcomes::of_throughput(trials, 1, steady(0.05), 0.0);
    let slower = Outcomes::of_throughput(trials, 2, steady(0.05), 0.10);
    vec![
        Figure::at_most("G1", "CV 5 %, no change: FAIL", quiet.failed, trials, 0.01),
        Figure::at_least("G1", "CV 5 %, +10 %: FAIL", slower.failed, trials, 0.90),
        Figure::at_most("G1", "CV 5 %, +10 %: wrong PASS", slower.passed, trials, 0.10),
        Figure::runs("G1", "CV 5 %, no change: runs a side", quiet.runs, trials, 10.0),
        Figure::runs("G1", "CV 5 %, +10 %: runs a side", slower.runs, trials, 10.0),
    ]
}

/// G2: a p95 with a spread of 10 % and a drift of 2 %.
pub(crate) fn wide_spread(trials: u32) -> Vec<Figure> {
    let quiet = Outcomes::of_p95(trials, 3, steady(0.10), 0.0);
    let slower = Outcomes::of_p95(trials, 4, steady(0.10), 0.20);
    vec![
        Figure::at_most("G2", "CV 10 %, no change: FAIL", quiet.failed, trials, 0.01),
        Figure::at_least("G2", "CV 10 %, +20 %: FAIL", slower.failed, trials, 0.95),
    ]
}

/// G3: one run in twenty is 20 to 60 % slower for reasons of its own.
pub(crate) fn spiked_runs(trials: u32) -> Vec<Figure> {
    let spiked = Machine { spikes: 0.05, ..steady(0.05) };
    let slower = Outcomes::of_throughput(trials, 5, spiked, 0.10);
    vec![Figure::at_least("G3", "CV 5 %, 5 % of runs spiked, +10 %: FAIL", slower.failed, trials, 0.85)]
}

/// A machine whose drift is a fifth of its spread.
fn steady(spread: f64) -> Machine {
    Machine { spread, drift: spread / 5.0, ..Machine::default() }
}

/// How the gate's decisions fell.
struct Outcomes {
    failed: u32,
    passed: u32,
    runs: u32,
}

impl Outcomes {
    fn of_throughput(trials: u32, seed: u64, machine: Machine, change: f64) -> Outcomes {
        Outcomes::of(trials, seed, Bench { machine, change }, "throughput", Bench::by_throughput)
    }

    fn of_p95(trials: u32, seed: u64, machine: Machine, change: f64) -> Outcomes {
        Outcomes::of(trials, seed, Bench { machine, change }, "p95", Bench::by_latency)
    }

    fn of(trials: u32, seed: u64, bench: Bench, metric: &str, replicate: Replicate) -> Outcomes {
        let fail = Edges { fail: Change::percent(15.0).ok(), ..Edges::default() };
        let selector = metric.parse().expect("it is a metric");
        let thresholds = Thresholds::none().with(selector, fail).expect("percent suit it");
        let (mut noise, template) = (Noise::new(seed), template());
        let mut outcomes = Outcomes { failed: 0, passed: 0, runs: 0 };
        for _ in 0..trials {
            let mut bench = bench;
            let policy = Policy { thresholds: thresholds.clone(), ..Policy::default() };
            let (status, runs) = decide(policy, |side| replicate(&mut bench, &mut noise, &template, side));
            outcomes.failed += u32::from(status == Status::Fail);
            outcomes.passed += u32::from(status == Status::Pass);
            outcomes.runs += runs;
        }
        outcomes
    }
}

/// The gate's decision, and the runs a side that it took.
pub(crate) fn decide(policy: Policy, mut replicate: impl FnMut(Side) -> Set) -> (Status, u32) {
    let mut gate = Gate::new(policy, "a", "b");
    loop {
        match gate.next() {
            Next::Run(side) => gate.observe(replicate(side)),
            Next::Done(comparison) => return (comparison.verdict.status, comparison.candidate.runs as u32),
        }
    }
}
