//! Replicate by replicate, until the gate answers.

use plimsoll::Sitting;
use plimsoll::baseline::gate::{BLOCKS, Gate, Next, Policy, calibrate};
use plimsoll::model::{Comparison, Set, Side};
use plimsoll::report::{ComparisonText, Renderer, analyze};
use plimsoll_cli::{Exit, Log, Results, Streams, read_baseline};

use super::Args;
use super::bench::Bench;
use crate::example::Ended;
use crate::signals::Signals;

/// The gate as it stands.
struct Course<'a> {
    args: &'a Args,
    bench: Bench,
    signals: Signals,
    log: Log,
    sitting: Sitting,
}

/// Why no further replicate comes.
enum Stop {
    /// The user asked to stop.
    Drained,
    /// The user asked twice.
    AtOnce,
}

/// Sets both sides up, measures them in turn, and reports.
pub(super) async fn perform(args: &Args) -> anyhow::Result<Exit> {
    let mut policy = policy(args)?;
    let results = Results::create(&args.out)?;
    let mut streams = Streams::standard(args.color);
    let log = streams.log().clone();
    let mut signals = Signals::listen()?;
    if args.against.is_some() {
        log.say("building both sides");
    }
    let Some(bench) = Bench::set_up(args, &mut signals).await? else { return Ok(Exit::Interrupted) };
    if bench.is_of_equals() {
        log.say("both sides are the same program; what differs is the machine's");
    }
    let mut course = Course { args, bench, signals, log, sitting: begin(args, &policy) };
    if args.calibrate {
        match course.calibrate(&policy).await? {
            Ok(sets) => policy.noise = calibrate(&policy, &sets),
            Err(_) => return Ok(Exit::Interrupted),
        }
        course.say_noise(&policy);
    }
    let Ok(comparison) = course.decide(policy).await? else { return Ok(Exit::Interrupted) };
    let mut set = course.sitting.finish();
    // What is shown is the conclusion of the comparison, as the exit code says it.
    set.verdict = comparison.verdict.clone();
    set.comparisons.push(comparison);
    set.analysis = Some(analyze(&set));
    results.write_set(&set)?;
    let options = streams.results_terminal().console();
    streams.print(|out| ComparisonText { options }.render(&set, out))?;
    Ok(Exit::of(set.verdict.status, args.fail_on_inconclusive))
}

fn policy(args: &Args) -> anyhow::Result<Policy> {
    let mut policy = match args.baseline.is_empty() {
        true => Policy::default(),
        false => Policy::from(&read_baseline(&args.baseline)?),
    };
    policy.looks = args.looks.clone().unwrap_or(policy.looks);
    Ok(policy)
}

fn begin(args: &Args, policy: &Policy) -> Sitting {
    let mut sitting = Sitting::begin("gate", crate::tool(), "dev");
    sitting.config("looks", &policy.looks).config("arguments", args.arguments.join(" "));
    for (name, value) in [("against", &args.against), ("a", &args.a), ("b", &args.b)] {
        if let Some(value) = value {
            sitting.config(name, value);
        }
    }
    sitting
}

impl Course<'_> {
    /// Blocks of side A alone, for the noise of the machine.
    async fn calibrate(&mut self, policy: &Policy) -> anyhow::Result<Result<Vec<Set>, Stop>> {
        let blocks = BLOCKS.max(policy.looks.last().runs.div_ceil(2));
        let mut sets = Vec::new();
        for number in 1..=4 * blocks {
            self.log.say(format!("calibration {number} of {}", 4 * blocks));
            match self.replicate(Side::A).await? {
                Ok(set) => sets.push(set),
                Err(stop) => return Ok(Err(stop)),
            }
        }
        Ok(Ok(sets))
    }

    fn say_noise(&self, policy: &Policy) {
        for noise in &policy.noise {
            let floor = noise.floor;
            let text = format!("{:.1} {}", floor.amount(), floor.unit());
            self.log.say(format!("{}: {} of equals differs by up to {text}", noise.workload, noise.metric));
        }
    }

    /// Both sides in turn until the gate answers; nothing when the user asked twice to stop.
    async fn decide(&mut self, policy: Policy) -> anyhow::Result<Result<Comparison, Stop>> {
        let most = policy.looks.last().runs * 2;
        let mut gate = Gate::new(policy, self.bench.name(Side::A), self.bench.name(Side::B));
        let mut number = 0_u64;
        loop {
            let side = match gate.next() {
                Next::Run(side) => side,
                Next::Done(comparison) => return Ok(Ok(comparison.clone())),
            };
            number += 1;
            let letter = if side == Side::A { "a" } else { "b" };
            self.log.say(format!("run {number} of at most {most}: side {letter}"));
            match self.replicate(side).await? {
                Ok(mut set) => {
                    for run in &mut set.runs {
                        (run.side, run.iteration) = (Some(side), number.div_ceil(2));
                    }
                    self.sitting.join(set.clone());
                    gate.observe(set);
                }
                Err(Stop::Drained) => return Ok(Ok(gate.interrupted())),
                Err(stop) => return Ok(Err(stop)),
            }
        }
    }

    async fn replicate(&mut self, side: Side) -> anyhow::Result<Result<Set, Stop>> {
        Ok(match self.bench.replicate(side, &self.args.out, &mut self.signals).await? {
            Ended::Done(set) => Ok(*set),
            Ended::Interrupted(_) => Err(Stop::Drained),
            Ended::Stopped => Err(Stop::AtOnce),
        })
    }
}
