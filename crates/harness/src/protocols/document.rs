//! What protocols leave in a result: runs, scenarios, a verdict.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use plimsoll_metrics::{Histogram, summarize};
use plimsoll_model::{
    Generator, GeneratorMode, Isolation, Kind, LeakVerdict, MemoryProfile, MixOrder, Overload, Phase,
    PhaseKind, Plan, ProtocolScenario, Run, SCHEMA_VERSION, SetRun, Status, Stop, StopCause, Timestamp,
    Verdict,
};
use plimsoll_resources::Sampled;
use serde_json::{Map, Value, json};

use super::conduct::{Conducted, PhaseTime};
use super::usage::{self, Levels};

/// Protocols as they took place, in order.
pub(super) struct Document<'a> {
    all: &'a [Conducted],
    idle: Levels,
}

impl<'a> Document<'a> {
    pub(super) fn of(all: &'a [Conducted]) -> Document<'a> {
        let measured = |conducted: &Conducted| {
            let phase = conducted.phases.iter().find(|phase| phase.name == "idle")?;
            Some(Levels::of(&conducted.during(phase)))
        };
        let idle = all.iter().find(|conducted| conducted.name == "idle").and_then(measured);
        Document { all, idle: idle.unwrap_or_default() }
    }

    /// Each as a scenario of the result.
    pub(super) fn scenarios(&self) -> Vec<ProtocolScenario> {
        self.all.iter().map(|conducted| self.scenario(conducted)).collect()
    }

    fn scenario(&self, conducted: &Conducted) -> ProtocolScenario {
        let mut scenario = conducted.scenario();
        let metadata = &mut scenario.metadata;
        let averages: Map<String, Value> = conducted
            .phases
            .iter()
            .map(|phase| (phase.name.clone(), usage::averages(&conducted.during(phase), &self.idle)))
            .collect();
        if let Some(Value::Array(steps)) = metadata.get_mut("step_results") {
            for step in steps {
                let phase = format!("{}x", step["multiplier"]);
                step["usage"] = averages.get(&phase).cloned().unwrap_or(Value::Null);
            }
        }
        metadata.insert("phase_usage".to_owned(), Value::Object(averages));
        if conducted.name == "leak" {
            self.add_memory(conducted, metadata);
        }
        scenario
    }

    fn add_memory(&self, conducted: &Conducted, metadata: &mut BTreeMap<String, Value>) {
        let slopes: Map<String, Value> = conducted
            .phases
            .iter()
            .map(|phase| {
                let search = usage::search(phase.length());
                (phase.name.clone(), usage::slopes(&conducted.during(phase), &search))
            })
            .collect();
        let profiles = self.profiles(conducted);
        metadata.insert("slopes".to_owned(), Value::Object(slopes));
        metadata.insert("leaks".to_owned(), usage::leaks(&profiles));
        metadata.insert("cooldown_analysis".to_owned(), usage::cooldown_analysis(&profiles));
    }

    /// What the memory of each target did; nothing unless the protocol is about that.
    fn profiles(&self, conducted: &Conducted) -> Vec<MemoryProfile> {
        let during = |name: &str| {
            let phase = conducted.phases.iter().find(|phase| phase.name == name)?;
            Some((conducted.during(phase), phase.length()))
        };
        let Some((active, length)) = during("active").filter(|_| conducted.name == "leak") else {
            return Vec::new();
        };
        let cooled = during("cooldown").map(|(sampled, _)| sampled);
        let search = usage::search(length);
        usage::memory_profiles(&conducted.sampled, &active, cooled.as_ref(), &self.idle, &search)
    }

    /// What was sampled, as runs without operations: one for each protocol, and of speed one for each step. `zero` is the
    /// wall time at which the watcher's time began.
    pub(super) fn runs(&self, zero: Timestamp) -> Vec<SetRun> {
        self.all.iter().flat_map(|conducted| self.runs_of(conducted, zero)).collect()
    }

    fn runs_of(&self, conducted: &Conducted, zero: Timestamp) -> Vec<SetRun> {
        if conducted.phases.is_empty() {
            return Vec::new();
        }
        if conducted.name != "speed" {
            let run = run(conducted, conducted.start_ns..conducted.end_ns, &conducted.phases, zero);
            let run = Run { memory: self.profiles(conducted), ..run };
            return vec![place(conducted.name.to_owned(), run)];
        }
        let of_step = |phase: &PhaseTime| {
            let step = run(conducted, phase.start_ns..phase.end_ns, std::slice::from_ref(phase), zero);
            place(format!("{}/{}", conducted.name, phase.name), step)
        };
        conducted.phases.iter().map(of_step).collect()
    }

    /// What is concluded from all.
    pub(super) fn verdict(&self) -> Verdict {
        self.all.iter().map(|conducted| self.verdict_of(conducted)).fold(Verdict::pass(), Verdict::and)
    }

    fn verdict_of(&self, conducted: &Conducted) -> Verdict {
        let name = conducted.name;
        let aborted = conducted.findings.aborted.as_ref().map(|why| {
            let status = if conducted.last.is_interrupted { Status::Interrupted } else { Status::Fail };
            Verdict::because(status, format!("{name}: {why}"))
        });
        let remarks = self.profiles(conducted).into_iter().filter_map(|profile| {
            let is_leak = profile.verdict == LeakVerdict::Leak;
            let status = if is_leak { Status::Fail } else { Status::Inconclusive };
            Some(Verdict::because(status, format!("{name}: {}", usage::remark(&profile)?)))
        });
        aborted.into_iter().chain(remarks).fold(Verdict::pass(), Verdict::and)
    }
}

fn place(step: String, run: Run) -> SetRun {
    SetRun {
        workload: step.clone(),
        iteration: 1,
        side: None,
        step: Some(step),
        isolation: Isolation::Process,
        run,
    }
}

fn run(conducted: &Conducted, stretch: Range<u64>, phases: &[PhaseTime], zero: Timestamp) -> Run {
    let Sampled { series, events, sampler, caveats } = conducted.part(&stretch);
    let started_at = zero.after(Duration::from_nanos(stretch.start));
    let name = phases.first().filter(|_| phases.len() == 1).map_or(conducted.name, |phase| &phase.name);
    let length_ns = stretch.end - stretch.start;
    Run {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Run,
        id: format!("{}-{name}-{}", conducted.name, started_at.compact()),
        name: conducted.name.to_owned(),
        started_at,
        duration_ns: length_ns,
        seed: 0,
        plan: plan(conducted, &series),
        phases: phases.iter().map(|phase| phase_of(phase, stretch.start)).collect(),
        stop: stop(conducted, &stretch),
        scenarios: Vec::new(),
        windows: Vec::new(),
        generator: Generator {
            mode: GeneratorMode::CallerRuntime,
            threads: 0,
            schedule_lag: summarize(&Histogram::new(), None),
            cpu_ratio: None,
            missed: 0,
        },
        sampler: Some(sampler),
        resources: series,
        events,
        memory: Vec::new(),
        thresholds: Vec::new(),
        verdict: Verdict::pass(),
        caveats,
    }
}

/// No load of ours: the system has it from elsewhere.
fn plan(conducted: &Conducted, series: &[plimsoll_model::ResourceSeries]) -> Plan {
    let mut samples: Vec<String> = series.iter().map(|series| series.target.clone()).collect();
    samples.dedup();
    let parameters = conducted.findings.params.iter();
    Plan {
        name: conducted.name.to_owned(),
        scenarios: Vec::new(),
        mix: MixOrder::default(),
        phases: Vec::new(),
        in_flight: 0,
        overload: Overload::Skip,
        timeout_ns: None,
        drain_ns: 0,
        window_ns: 1_000_000_000,
        thresholds: Vec::new(),
        abort_rules: Vec::new(),
        think: None,
        pacing_ns: None,
        samples,
        parameters: parameters.map(|(name, value)| (name.clone(), value.to_string())).collect(),
    }
}

fn phase_of(phase: &PhaseTime, start_ns: u64) -> Phase {
    let kind = match phase.name.as_str() {
        "settle" => PhaseKind::Warmup,
        "drain" | "cooldown" => PhaseKind::Cooldown,
        _ => PhaseKind::Measure,
    };
    Phase {
        name: phase.name.clone(),
        kind,
        start_ns: phase.start_ns.saturating_sub(start_ns),
        length_ns: phase.end_ns - phase.start_ns,
    }
}

/// What ended a run that ends at a time of the watcher.
fn stop(conducted: &Conducted, stretch: &Range<u64>) -> Stop {
    let from_start = |t_ns: u64| t_ns.saturating_sub(stretch.start);
    let length_ns = stretch.end - stretch.start;
    let is_last = stretch.end >= conducted.phases.last().map_or(0, |phase| phase.end_ns);
    let last = &conducted.last;
    match (&last.killed, &last.trigger) {
        _ if !is_last => Stop::plain(StopCause::Finished, length_ns),
        _ if last.is_interrupted => Stop::plain(StopCause::Interrupt, length_ns),
        (Some(event), _) => {
            Stop { target: Some(event.target.clone()), ..Stop::plain(StopCause::Oom, from_start(event.t_ns)) }
        }
        // A limit that is met ends only the protocols that look for one.
        (None, Some(stop)) if conducted.findings.metadata.contains_key("trigger") => {
            Stop { at_ns: from_start(stop.at_ns), ..stop.clone() }
        }
        _ => Stop::plain(StopCause::Finished, length_ns),
    }
}

/// What was found of the load that the system bears, for the result's `derived_config`.
pub(super) fn derived(all: &[Conducted]) -> Vec<(&'static str, String)> {
    let param = |name: &str, key: &str| {
        let conducted = all.iter().find(|conducted| conducted.name == name)?;
        conducted.findings.params.get(key).cloned()
    };
    let held = all.iter().find(|conducted| conducted.name == "stress").and_then(|it| it.findings.held);
    let load = param("leak", "load").map(|load| ("duration_load", load.to_string()));
    load.into_iter().chain(held.map(|held| ("stress_load", json!(held).to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::simulated::Machine;
    use super::super::{Standing, StandingPlan, standing};
    use super::*;
    use crate::protocols::simulated::MEGABYTE;

    /// What is left of a machine that takes 10 units, when its memory grows by so much in a minute of load.
    async fn left(leak: f64) -> (Vec<ProtocolScenario>, Vec<SetRun>, Verdict) {
        let mut machine = Machine::of(10).leaking(leak);
        let mut watcher = machine.watcher();
        let all = standing(StandingPlan::default(), &mut machine, &mut watcher, |_| {}).await;
        let standing = Standing::of(&all);
        (standing.protocol().scenarios, standing.runs(Timestamp::EPOCH), standing.verdict())
    }

    fn number(value: &Value) -> f64 {
        value.as_f64().expect("it is a number")
    }

    #[tokio::test]
    async fn memory_that_grows_under_load_is_a_leak_with_its_interval() {
        let (scenarios, runs, verdict) = left(6.0 * MEGABYTE).await;
        let leak = &scenarios[2].metadata["leaks"]["container:app"];
        assert_eq!(leak["verdict"], "leak", "{leak}");
        assert!(number(&leak["lower_mb_per_min"]) > 5.0 && number(&leak["upper_mb_per_min"]) < 7.0, "{leak}");
        let cooled = &scenarios[2].metadata["cooldown_analysis"]["container:app"];
        // Thirty megabytes in five minutes, and none of them given back.
        assert!((number(&cooled["retained_mb"]) - 30.0).abs() < 3.0, "{cooled}");
        assert_eq!(cooled["memory_released"], false);
        assert_eq!(verdict.status, Status::Fail);
        assert!(verdict.reasons[0].starts_with("leak: memory of container:app grows by 6.0"), "{verdict:?}");
        let profile = runs.iter().find(|place| place.step.as_deref() == Some("leak")).expect("it was run");
        assert_eq!(profile.run.memory[0].verdict, LeakVerdict::Leak);
    }

    #[tokio::test]
    async fn memory_that_stays_is_no_leak_and_passes() {
        let (scenarios, _, verdict) = left(0.0).await;
        assert_eq!(scenarios[2].metadata["leaks"]["container:app"]["verdict"], "normal");
        assert_eq!(verdict, Verdict::pass());
    }

    #[tokio::test]
    async fn every_phase_tells_how_far_it_is_from_idle() {
        let (scenarios, _, _) = left(0.0).await;
        let usage = &scenarios[1].metadata["phase_usage"]["load-5"]["container:app"];
        // Half of ten units on one core, which idles at nothing.
        assert!((number(&usage["cpu_cores_from_idle"]) - 0.5).abs() < 1e-9, "{usage}");
        let step = &scenarios[3].metadata["step_results"][0];
        assert!((number(&step["usage"]["container:app"]["cpu_cores"]) - 1.0).abs() < 1e-9, "{step}");
    }

    #[tokio::test]
    async fn each_protocol_is_a_run_and_of_speed_each_step() {
        let (_, runs, _) = left(0.0).await;
        let steps: Vec<_> = runs.iter().filter_map(|place| place.step.as_deref()).collect();
        assert_eq!(steps, ["idle", "stress", "leak", "speed/2x", "speed/4x", "speed/8x", "speed/16x"]);
        let leak = &runs[2].run;
        assert_eq!(leak.phases.iter().map(|phase| phase.start_ns).min(), Some(0));
        assert_eq!(leak.phases.iter().map(|phase| phase.length_ns).sum::<u64>(), leak.duration_ns);
    }
}
