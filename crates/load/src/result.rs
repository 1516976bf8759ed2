//! The document of a run.

use plimsoll_metrics::num::{per_second, ratio, to_f64};
use plimsoll_metrics::{
    Nanos, Shard as Recorder, Timeline, WindowLog, breakdowns, evaluate, scenario_result, summarize,
};
use plimsoll_model::{
    Caveat, Generator, GeneratorMode, Kind, Phase, PhaseKind, Plan, Quantile, Run, SCHEMA_VERSION,
    ScenarioResult, Status, Stop, StopCause, Threshold, Verdict, Window, human, slug,
};

use crate::lane::{LanePlan, LaneReport, Work};
use crate::tenants::Tenants;

/// The least schedule lag at p99 that makes a run invalid.
const MIN_INVALID_LAG: Nanos = 1_000_000;

/// The share of the median response time above which schedule lag at p99 makes a run invalid.
const INVALID_LAG_SHARE: f64 = 0.1;

/// CPU of the generator's own threads from which on its figures deserve a doubt.
const BUSY_GENERATOR: f64 = 0.8;

/// The share of the users' time from which on their set-up is worth a remark.
const SET_UP_SHARE: f64 = 0.01;

/// How far the wall clock may be set during a run before it is worth a remark: one second.
const WALL_STEP_NS: u64 = 1_000_000_000;

/// Everything that is known when the lanes have ended.
pub(crate) struct Ended<'a> {
    pub(crate) plan: Plan,
    pub(crate) lane_plan: &'a LanePlan,
    pub(crate) seed: u64,
    pub(crate) mode: GeneratorMode,
    pub(crate) cpu_ratio: Option<f64>,
    pub(crate) reports: Vec<LaneReport>,
    pub(crate) log: WindowLog,
    pub(crate) by_tenant: Option<Recorder>,
    pub(crate) stop: Option<Stop>,
    pub(crate) timeline: &'a Timeline,
}

/// The run as measured, before it is judged.
pub(crate) fn assemble(ended: Ended<'_>) -> Run {
    let duration_ns = ended.reports.iter().map(|report| report.ended).max().unwrap_or(0);
    let stopped = ended.reports.iter().filter_map(|report| report.stopped).max();
    let phases = phases(&ended, stopped);
    let measured: Vec<&Phase> = phases.iter().filter(|phase| phase.kind == PhaseKind::Measure).collect();
    let measured_ns = measured.iter().map(|phase| phase.length_ns).sum();
    let measured_end = measured.iter().map(|phase| phase.start_ns + phase.length_ns).max().unwrap_or(0);
    let threads = ended.reports.len() as u64;
    let planned = planned(&ended);
    let caveats =
        [wall_step(ended.timeline), set_up_time(&ended, measured_ns), not_torn_down(&ended.reports)];
    let (windows, total) = ended.log.finish(duration_ns);
    let scenarios = ended.plan.scenarios.iter().zip(total.scenarios()).enumerate();
    let scenarios = scenarios.map(|(index, (scenario, recorded))| {
        let planned = planned.as_ref().map(|planned| planned[index]);
        let peak = peak(&windows, &scenario.name, ended.plan.window_ns, measured_end)
            .unwrap_or_else(|| per_second(recorded.tally().ok_in_time, measured_ns));
        let result = scenario_result(scenario, recorded, planned, measured_ns, peak);
        match (&ended.lane_plan.tenants, &ended.by_tenant) {
            (Some(tenants), Some(recorded)) => by_tenant(result, index, tenants, recorded, measured_ns),
            _ => result,
        }
    });
    Run {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Run,
        id: id(&ended.plan, ended.seed, ended.timeline),
        name: ended.plan.name.clone(),
        started_at: ended.timeline.started_at(),
        duration_ns,
        seed: ended.seed,
        scenarios: scenarios.collect(),
        stop: match (ended.stop, stopped) {
            (Some(stop), Some(at_ns)) => Stop { at_ns, ..stop },
            _ => Stop::plain(StopCause::Finished, duration_ns),
        },
        phases,
        windows,
        generator: generator(&total, ended.mode, threads, ended.cpu_ratio),
        sampler: None,
        resources: Vec::new(),
        events: Vec::new(),
        memory: Vec::new(),
        thresholds: Vec::new(),
        verdict: Verdict::pass(),
        caveats: caveats.into_iter().flatten().collect(),
        plan: ended.plan,
    }
}

/// A scenario with the figures of its tenants.
fn by_tenant(
    result: ScenarioResult,
    scenario: usize,
    tenants: &Tenants,
    recorded: &Recorder,
    measured_ns: u64,
) -> ScenarioResult {
    let recorded = recorded.scenarios().iter().skip(scenario * tenants.count());
    let parts = tenants.weights.iter().zip(recorded);
    let parts: Vec<_> = parts.map(|((name, weight), recorded)| (name.clone(), *weight, recorded)).collect();
    let (breakdowns, fairness) = breakdowns("tenant", &parts, measured_ns);
    ScenarioResult { breakdowns, fairness, ..result }
}

/// Judges the run: was it a measurement, and do its conditions hold?
pub(crate) fn conclude(run: &mut Run) {
    let mut verdict = judge_stop(run).unwrap_or_else(Verdict::pass);
    if run.scenarios.iter().all(|scenario| scenario.counts.started == 0) {
        verdict =
            verdict.and(Verdict::because(Status::Invalid, "nothing was measured: no operation started"));
    }
    verdict = judge_generator(run).into_iter().fold(verdict, Verdict::and);
    for condition in [&run.plan.thresholds[..], &run.plan.abort_rules].concat() {
        let (threshold, reason) = judge_condition(run, &condition);
        if let Some(reason) = reason {
            verdict = verdict.and(Verdict::because(threshold.status, reason));
        }
        run.thresholds.push(threshold);
    }
    run.verdict = verdict;
    run.caveats.extend(doubts(run));
}

/// A run that ended before its time: from outside it was interrupted; a limit that it met is a failure.
fn judge_stop(run: &Run) -> Option<Verdict> {
    let status = match run.stop.cause {
        StopCause::Finished => return None,
        StopCause::Interrupt | StopCause::Cancelled => Status::Interrupted,
        _ => Status::Fail,
    };
    if let (StopCause::AbortRule, Some(rule)) = (run.stop.cause, &run.stop.metric) {
        let at = human::time(to_f64(run.stop.at_ns));
        return Some(Verdict::because(status, format!("stopped after {at}: {rule} was broken")));
    }
    let cause = cause_text(run.stop.cause);
    let met = limit_text(run).unwrap_or_default();
    Some(Verdict::because(status, format!("stopped by {cause} before its time{met}")))
}

/// Which limit was met, of what, and by how much.
fn limit_text(run: &Run) -> Option<String> {
    let Stop { target: Some(target), metric: Some(metric), value, limit, .. } = &run.stop else {
        return None;
    };
    let mut all = run.resources.iter();
    let unit =
        all.find(|series| series.target == *target && series.metric == *metric).map(|series| series.unit);
    let text = |value: f64| match unit {
        Some(unit) => human::value(value, unit),
        None => value.to_string(),
    };
    let (value, limit) = ((*value)?, (*limit)?);
    Some(format!(": {metric} of {target} was {}, the limit is {}", text(value), text(limit)))
}

fn cause_text(cause: StopCause) -> &'static str {
    match cause {
        StopCause::Interrupt => "an interrupt",
        StopCause::Cancelled => "cancellation",
        StopCause::AbortRule => "an abort rule",
        StopCause::Watch => "a watch",
        StopCause::Oom => "lack of memory",
        _ => "its plan",
    }
}

/// A condition with its outcome, and the sentence for the verdict unless it passed.
fn judge_condition(run: &Run, condition: &plimsoll_model::Condition) -> (Threshold, Option<String>) {
    match evaluate(condition, run) {
        Ok(threshold) => {
            let reason = match (threshold.status, threshold.observed) {
                (Status::Pass, _) => None,
                (Status::Inconclusive, _) => {
                    Some(format!("{condition}: too few samples, or operations given up, to say"))
                }
                (_, None) => Some(format!("{condition}: nothing was measured")),
                (_, Some(value)) => {
                    let observed = human::apart(value, condition.limit.value, condition.limit.unit);
                    Some(format!("{condition}: observed {observed}"))
                }
            };
            (threshold, reason)
        }
        Err(error) => {
            let threshold = Threshold {
                condition: condition.clone(),
                observed: None,
                passed: false,
                status: Status::Invalid,
            };
            (threshold, Some(error.to_string()))
        }
    }
}

/// Whether the generator itself was the limit. Only an open model has a schedule to be late against.
fn judge_generator(run: &Run) -> Option<Verdict> {
    let lag = run.generator.schedule_lag.quantile(Quantile::P99)?.value_ns;
    let median =
        run.scenarios.iter().filter_map(|scenario| scenario.latency.response.quantile(Quantile::P50));
    let median = median.map(|value| value.value_ns).min().unwrap_or(0);
    let limit = to_f64(MIN_INVALID_LAG).max(to_f64(median) * INVALID_LAG_SHARE);
    (to_f64(lag) > limit).then(|| {
        let reason = format!(
            "the generator was the limit: it handed out arrivals {} late at p99, more than {} (1 ms, or a tenth of \
             the median response time)",
            human::time(to_f64(lag)),
            human::time(limit),
        );
        Verdict::because(Status::Invalid, reason)
    })
}

/// What should be kept in mind with the figures.
fn doubts(run: &Run) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    if let Some(cpu) = run.generator.cpu_ratio.filter(|cpu| *cpu > BUSY_GENERATOR) {
        let message = format!("the generator's own threads were busy {:.0} % of the time", cpu * 100.0);
        caveats.push(Caveat::new("generator_busy", message));
    }
    for scenario in &run.scenarios {
        let counts = &scenario.counts;
        if counts.unfinished > 0 {
            let message = format!(
                "{}: {} operations were still going on when the drain was over; they are kept as lower bounds",
                scenario.name, counts.unfinished
            );
            caveats.push(Caveat::new("unfinished", message));
        }
        if counts.over_range > 0 {
            let message = format!("{}: {} latencies of more than an hour", scenario.name, counts.over_range);
            caveats.push(Caveat::new("over_range", message));
        }
        if counts.dropped_total() + counts.not_started > 0 {
            let message = format!(
                "{}: {} of {} planned operations never started",
                scenario.name,
                counts.dropped_total() + counts.not_started,
                counts.planned
            );
            caveats.push(Caveat::new("not_started", message));
        }
        if !counts.is_conserved() {
            let message =
                format!("{}: the account does not add up; this is a defect of plimsoll", scenario.name);
            caveats.push(Caveat::new("account", message));
        }
    }
    caveats
}

/// A remark when users spent more than a hundredth of the measured time on their set-up.
fn set_up_time(ended: &Ended<'_>, measured_ns: u64) -> Option<Caveat> {
    let sum = |of: fn(&LaneReport) -> u64| ended.reports.iter().map(of).sum::<u64>();
    let phases = ended.lane_plan.phases.iter().filter(|phase| phase.is_measured);
    let users = phases.filter_map(|phase| Some(phase.crowd.as_ref()?.users)).max()?;
    let spent = to_f64(sum(|report| report.set_up_time));
    let share = ratio(spent, to_f64(users) * to_f64(measured_ns))?;
    (share > SET_UP_SHARE).then(|| {
        let count = human::count(sum(|report| report.set_ups));
        let message = format!(
            "{count} users were set up within the measured time, which took {} of the time of all users; a warm-up \
             would have kept it out of the throughput",
            human::share(share)
        );
        Caveat::new("set_up", message)
    })
}

/// A remark when what a user held was not let go of as it should.
fn not_torn_down(reports: &[LaneReport]) -> Option<Caveat> {
    let count: u64 = reports.iter().map(|report| report.not_torn_down).sum();
    (count > 0).then(|| {
        let message = format!(
            "{} users were not torn down, or not to the end: the run was cancelled, the drain was over, or it panicked",
            human::count(count)
        );
        Caveat::new("tear_down", message)
    })
}

/// A remark when somebody set the wall clock during the run.
fn wall_step(timeline: &Timeline) -> Option<Caveat> {
    let drift = timeline.wall_drift_ns();
    (drift.unsigned_abs() > WALL_STEP_NS).then(|| {
        let message =
            format!("the wall clock was set by {:.1} s during the run", to_f64(drift.unsigned_abs()) / 1e9);
        Caveat::new("clock_step", message)
    })
}

fn generator(total: &Recorder, mode: GeneratorMode, threads: u64, cpu_ratio: Option<f64>) -> Generator {
    Generator {
        mode,
        threads: if mode == GeneratorMode::Virtual { 0 } else { threads },
        schedule_lag: total.schedule_lag().map(|lag| summarize(lag, None)).unwrap_or_default(),
        cpu_ratio,
        missed: total.missed(),
    }
}

/// The phases as they took place: cut where the run was stopped, ended where their work was done.
fn phases(ended: &Ended<'_>, stopped: Option<Nanos>) -> Vec<Phase> {
    let work_done = ended.reports.iter().filter_map(|report| report.work_done).max();
    let last = ended.reports.iter().map(|report| report.ended).max().unwrap_or(0);
    let took_place = ended.plan.phases.iter().zip(&ended.lane_plan.phases).filter_map(|(planned, phase)| {
        let end = if phase.end == Nanos::MAX { work_done.unwrap_or(last) } else { phase.end };
        let end = stopped.map_or(end, |stopped| end.min(stopped));
        let length_ns = end.checked_sub(phase.start)?;
        Some(Phase { name: planned.name.clone(), kind: planned.kind, start_ns: phase.start, length_ns })
    });
    took_place.collect()
}

/// How many operations of each entry of the mix the measured phases planned; `None` when that is whatever
/// the users manage.
fn planned(ended: &Ended<'_>) -> Option<Vec<u64>> {
    let plan = ended.lane_plan;
    let operations = plan.operations.len();
    let mut planned = vec![0; operations];
    for phase in plan.phases.iter().filter(|phase| phase.is_measured) {
        let total = match (&phase.schedule, &phase.crowd) {
            (Some(schedule), _) => schedule.total(),
            (None, Some(crowd)) => crowd.planned()?,
            (None, None) => 0,
        };
        if let Some(crowd) = phase.crowd.as_ref().filter(|_| plan.mix.is_of_roles()) {
            // Who does an operation that all share, nobody knows before.
            let Work::Each(each) = crowd.work else { return None };
            let users = (0..plan.shard.count(crowd.users)).map(|n| plan.shard.nth(n));
            users.for_each(|user| planned[plan.mix.pick(user)] += each);
        } else if plan.shard == crate::Shard::whole() {
            let counts = plan.mix.counts(total, operations);
            planned.iter_mut().zip(counts).for_each(|(planned, count)| *planned += count);
        } else if let Some(crowd) = &phase.crowd {
            crowd.owned(&plan.shard).for_each(|k| planned[plan.mix.pick(k)] += 1);
        } else {
            let owned = (0..plan.shard.count(total)).map(|n| plan.shard.nth(n));
            owned.for_each(|k| planned[plan.mix.pick(k)] += 1);
        }
    }
    Some(planned)
}

/// The best whole window of a scenario within the measured time.
fn peak(windows: &[Window], scenario: &str, length: Nanos, measured_end: Nanos) -> Option<f64> {
    windows
        .iter()
        .filter(|window| window.scenario == scenario)
        .filter(|window| window.length_ns >= length && window.start_ns + window.length_ns <= measured_end)
        .map(|window| per_second(window.ok, window.length_ns))
        .reduce(f64::max)
}

/// Unique in real time; under the virtual clock the same for the same plan and seed.
fn id(plan: &Plan, seed: u64, timeline: &Timeline) -> String {
    let name = slug(&plan.name);
    if timeline.clock().is_virtual() {
        return format!("{name}-virtual-{:016x}", fnv(&format!("{plan:?} {seed}")));
    }
    let started_at = timeline.started_at();
    let nanos = started_at.since_epoch().subsec_nanos();
    format!("{name}-{}-{:08x}", started_at.compact(), fnv(&format!("{nanos} {seed}")) >> 32)
}

/// FNV-1a, 64 bits (Fowler, Noll & Vo): the same on every machine and in every version.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}
