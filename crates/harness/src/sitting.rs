//! The runs of one command.

use plimsoll_metrics::Clock;
use plimsoll_model::{
    Caveat, Comparison, Environment, GeneratorMode, Isolation, Kind, Leak, Protocol, Run, SCHEMA_VERSION,
    Scaling, Set, SetRun, Side, Timestamp, Tool, Verdict, slug,
};

use crate::{aggregates, revision};

/// Collects the runs of one command, in one sitting, into a set.
///
/// ```
/// use plimsoll_harness::Sitting;
/// use plimsoll_model::{Status, Tool};
///
/// let tool = Tool { name: "example".into(), version: "0.1.0".into(), git: None };
/// let mut sitting = Sitting::begin("nothing yet", tool, "dev");
/// sitting.config("profile", "small");
/// let set = sitting.finish();
/// assert_eq!(set.verdict.status, Status::Invalid);
/// ```
#[derive(Debug, Clone)]
pub struct Sitting {
    set: Set,
}

impl Sitting {
    /// Begins a sitting on this machine. `label` says what kind of environment it is: `dev`, `staging`, …
    #[must_use]
    pub fn begin(name: &str, tool: Tool, label: &str) -> Sitting {
        let now = Clock::System.wall();
        let mut environment = plimsoll_resources::environment::detect(label);
        if let Some((revision, is_dirty)) = revision::current() {
            environment.git_revision = Some(revision);
            environment.git_dirty = Some(is_dirty);
        }
        let id = format!("{}-{}-{:09}", slug(name), now.compact(), now.since_epoch().subsec_nanos());
        Sitting { set: empty_set(id, name, tool, now, environment) }
    }

    /// This machine in one line: system, cores, memory.
    #[must_use]
    pub fn machine(&self) -> String {
        let Environment { os, cores, memory_bytes, cpu_model, .. } = &self.set.environment;
        format!(
            "{os}, {cores} cores ({cpu_model}), {:.0} GiB",
            plimsoll_metrics::num::to_f64(*memory_bytes) / 1_073_741_824.0
        )
    }

    /// When it began, for people.
    #[must_use]
    pub fn started(&self) -> String {
        self.set.started_at.human()
    }

    /// The revision of the source, marked where files differ from it; `None` outside a repository.
    #[must_use]
    pub fn revision(&self) -> Option<String> {
        let Environment { git_revision, git_dirty, .. } = &self.set.environment;
        let mark = if *git_dirty == Some(true) { ", modified" } else { "" };
        git_revision.as_ref().map(|revision| format!("revision {revision}{mark}"))
    }

    /// Notes what the user asked for. Secrets must be redacted before.
    pub fn config(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.set.config.insert(name.to_owned(), value.to_string());
        self
    }

    /// Notes what followed from what the user asked for.
    pub fn derived(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.set.derived_config.insert(name.to_owned(), value.to_string());
        self
    }

    /// Notes the model of the machine's GPU; `None` where there is none.
    pub fn gpu(&mut self, model: Option<String>) -> &mut Self {
        self.set.environment.gpu = model;
        self
    }

    /// Adds a run of a workload, as its next iteration.
    pub fn add(&mut self, workload: &str, isolation: Isolation, run: Run) -> &mut Self {
        let before = self.set.runs.iter().filter(|other| other.workload == workload).count();
        self.set.runs.push(SetRun {
            workload: workload.to_owned(),
            iteration: before as u64 + 1,
            side: None,
            step: None,
            isolation,
            run,
        });
        self
    }

    /// Adds a run of one side of a comparison, as the next iteration of that side.
    pub fn add_side(&mut self, workload: &str, side: Side, isolation: Isolation, run: Run) -> &mut Self {
        let is_before = |other: &&SetRun| other.workload == workload && other.side == Some(side);
        let before = self.set.runs.iter().filter(is_before).count();
        self.set.runs.push(SetRun {
            workload: workload.to_owned(),
            iteration: before as u64 + 1,
            side: Some(side),
            step: None,
            isolation,
            run,
        });
        self
    }

    /// Adds a step of a protocol, as it stands in it.
    pub fn add_step(&mut self, step: SetRun) -> &mut Self {
        self.set.runs.push(step);
        self
    }

    /// Adds how two sides compare. What is concluded from it is the caller's to say.
    pub fn comparison(&mut self, comparison: Comparison) -> &mut Self {
        self.set.comparisons.push(comparison);
        self
    }

    /// Adds the runs of another set, as they are numbered there, with what it has to remark.
    pub fn join(&mut self, other: Set) -> &mut Self {
        self.set.runs.extend(other.runs);
        self.set.caveats.extend(other.caveats);
        self
    }

    /// Adds what a standing protocol found.
    pub fn protocol(&mut self, protocol: Protocol, verdict: Verdict) -> &mut Self {
        self.set.protocol = Some(protocol);
        self.concluded(verdict)
    }

    /// Adds a conclusion of one's own to those of the runs.
    pub fn concluded(&mut self, verdict: Verdict) -> &mut Self {
        self.set.verdict = std::mem::replace(&mut self.set.verdict, Verdict::pass()).and(verdict);
        self
    }

    /// Adds how what was measured grows with what was varied.
    pub fn scaling(&mut self, scaling: Scaling) -> &mut Self {
        self.set.analysis.get_or_insert_default().scaling = Some(scaling);
        self
    }

    /// Adds what the memory of a target did.
    pub fn leak(&mut self, leak: Leak) -> &mut Self {
        self.set.analysis.get_or_insert_default().leaks.push(leak);
        self
    }

    /// Adds something to be kept in mind.
    pub fn caveat(&mut self, caveat: Caveat) -> &mut Self {
        self.set.caveats.push(caveat);
        self
    }

    /// The set: its aggregates, and the gravest verdict of its runs.
    #[must_use]
    pub fn finish(mut self) -> Set {
        let set = &mut self.set;
        set.completed_at = Clock::System.wall();
        set.aggregates = aggregates(&set.runs);
        let is_virtual = !set.runs.is_empty()
            && set.runs.iter().all(|run| run.run.generator.mode == GeneratorMode::Virtual);
        if is_virtual {
            make_virtual(set);
        }
        let verdict = set
            .runs
            .iter()
            .map(verdict_of)
            .fold(std::mem::replace(&mut set.verdict, Verdict::pass()), Verdict::and);
        let is_empty = set.runs.is_empty() && set.protocol.is_none();
        set.verdict = if is_empty {
            verdict.and(Verdict::because(plimsoll_model::Status::Invalid, "nothing was run"))
        } else {
            verdict
        };
        self.set
    }
}

/// A run's verdict, its reasons marked with the workload and the iteration.
fn verdict_of(run: &SetRun) -> Verdict {
    let Verdict { status, reasons } = run.run.verdict.clone();
    let mark = |reason| format!("{} #{}: {reason}", run.workload, run.iteration);
    Verdict { status, reasons: reasons.into_iter().map(mark).collect() }
}

/// Everything that would differ between two virtual runs of the same plan becomes fixed.
fn make_virtual(set: &mut Set) {
    set.id = set.runs.iter().map(|run| run.run.id.as_str()).collect::<Vec<_>>().join("+");
    set.started_at = Timestamp::EPOCH;
    set.completed_at = Timestamp::EPOCH;
    set.environment = Environment::virtual_time();
}

fn empty_set(id: String, name: &str, tool: Tool, now: Timestamp, environment: Environment) -> Set {
    Set {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Set,
        id,
        name: name.to_owned(),
        tool,
        started_at: now,
        completed_at: now,
        config: std::collections::BTreeMap::new(),
        derived_config: std::collections::BTreeMap::new(),
        environment,
        runs: Vec::new(),
        aggregates: Vec::new(),
        protocol: None,
        comparisons: Vec::new(),
        analysis: None,
        verdict: Verdict::pass(),
        caveats: Vec::new(),
    }
}
