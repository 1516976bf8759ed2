//! May two results be compared at all?
//!
//! Asked before any number is looked at. Another format, machine or plan makes the numbers mean different
//! things: they are refused. Another label, compiler or revision is often what is being compared: it is kept
//! as a caveat. What agrees is listed too, so that a reader sees what was checked.

mod plan;

use std::fmt::Display;

use plimsoll_model::{Caveat, Comparability, Effect, Environment, GeneratorMode, Isolation, Set, SetRun};

use crate::file::EnvironmentSpec;

pub use plan::of_plans;

/// What two sets have to share as a whole: format, machine, build.
///
/// Refused: another major version of the format; another processor, number of cores, memory (by more than
/// 1 %, as kernels keep a little for themselves), operating system, GPU or container limits.
/// A caveat: another label, kernel, disk, network, compiler, revision or other software.
#[must_use]
pub fn of_sets(baseline: &Set, candidate: &Set) -> Vec<Comparability> {
    let schema = entry(
        "schema_version.major",
        &baseline.schema_version.major,
        &candidate.schema_version.major,
        Effect::Refused,
    );
    let mut entries = vec![schema];
    entries.extend(of_environments(&baseline.environment, &candidate.environment));
    entries
}

/// What two machines and builds have to share; see [`of_sets`].
#[must_use]
pub fn of_environments(baseline: &Environment, candidate: &Environment) -> Vec<Comparability> {
    let (a, b) = (baseline, candidate);
    let revision = |of: &Environment| match of.git_dirty {
        Some(true) => format!("{} with changes", known(of.git_revision.as_ref())),
        _ => known(of.git_revision.as_ref()),
    };
    vec![
        entry("cpu_model", &a.cpu_model, &b.cpu_model, Effect::Refused),
        entry("cores", &a.cores, &b.cores, Effect::Refused),
        memory(a.memory_bytes, b.memory_bytes),
        entry("os", &a.os, &b.os, Effect::Refused),
        entry("gpu", &known(a.gpu.as_ref()), &known(b.gpu.as_ref()), Effect::Refused),
        entry("container_limits", &limits(a), &limits(b), Effect::Refused),
        entry("label", &a.label, &b.label, Effect::Caveat),
        entry("kernel", &a.kernel, &b.kernel, Effect::Caveat),
        entry("disk", &known(a.disk.as_ref()), &known(b.disk.as_ref()), Effect::Caveat),
        entry("network", &known(a.network.as_ref()), &known(b.network.as_ref()), Effect::Caveat),
        entry("rustc", &a.rustc, &b.rustc, Effect::Caveat),
        entry("git_revision", &revision(a), &revision(b), Effect::Caveat),
        entry("software", &software(a), &software(b), Effect::Caveat),
    ]
}

/// The machine in one line, the same for two machines whose figures may be compared (memory to the GiB).
#[must_use]
pub fn fingerprint(of: &Environment) -> String {
    let gibibytes = of.memory_bytes.saturating_add(1 << 29) >> 30;
    let mut parts =
        vec![of.cpu_model.clone(), format!("{} cores", of.cores), format!("{gibibytes} GiB"), of.os.clone()];
    parts.extend(of.gpu.clone());
    parts.extend(of.container_limits.is_some().then(|| limits(of)));
    parts.join(", ")
}

/// What two runs of a workload have to share: their plans, and the kind of their generators.
///
/// Virtual time is refused beside real time. Another isolation or generator mode is a caveat; seeds differ between any two runs.
#[must_use]
pub fn of_runs(baseline: &SetRun, candidate: &SetRun) -> Vec<Comparability> {
    let mut entries = of_plans(&baseline.run.plan, &candidate.run.plan);
    let (a, b) = (baseline.run.generator.mode, candidate.run.generator.mode);
    let one_is_virtual = (a == GeneratorMode::Virtual) != (b == GeneratorMode::Virtual);
    let effect = if one_is_virtual { Effect::Refused } else { Effect::Caveat };
    entries.push(entry("generator.mode", mode(a), mode(b), effect));
    entries.push(entry("isolation", isolation(baseline), isolation(candidate), Effect::Caveat));
    let prefix = |entry: Comparability| Comparability {
        field: format!("{}: {}", candidate.workload, entry.field),
        ..entry
    };
    entries.into_iter().map(prefix).collect()
}

/// Whether a machine is the one that a baseline file specifies. Never refused: targets apply on any machine.
///
/// Memory may differ by a tenth: what is sold as 8 GB is seen as a little less or a little more.
#[must_use]
pub fn of_specification(specified: &EnvironmentSpec, found: &Environment) -> Vec<Comparability> {
    let hardware = &specified.hardware;
    let mut entries = vec![
        entry("label", &specified.label, &found.label, Effect::Caveat),
        entry("cores", &u64::from(hardware.cores.get()), &found.cores, Effect::Caveat),
    ];
    if let Some(memory) = hardware.memory_bytes {
        let is_near = found.memory_bytes.abs_diff(memory) <= memory / 10;
        let effect = if is_near { Effect::Same } else { Effect::Caveat };
        let (baseline, candidate) = (memory.to_string(), found.memory_bytes.to_string());
        entries.push(Comparability { field: "memory_bytes".to_owned(), baseline, candidate, effect });
    }
    if let Some(model) = &hardware.cpu_model {
        entries.push(entry("cpu_model", model, &found.cpu_model, Effect::Caveat));
    }
    if let Some(gpu) = &hardware.gpu {
        entries.push(entry("gpu", gpu, &known(found.gpu.as_ref()), Effect::Caveat));
    }
    entries
}

/// Why the numbers are not compared, with every difference that forbids it; `None` when they may be.
#[must_use]
pub fn refusal(entries: &[Comparability]) -> Option<String> {
    differences(entries, Effect::Refused).map(|text| format!("not comparable: {text}"))
}

/// The doubt that the tolerated differences leave; `None` without one.
#[must_use]
pub fn caveat(entries: &[Comparability]) -> Option<Caveat> {
    differences(entries, Effect::Caveat)
        .map(|text| Caveat::new("other_circumstances", format!("measured under other circumstances: {text}")))
}

fn differences(entries: &[Comparability], effect: Effect) -> Option<String> {
    let differing = entries.iter().filter(|entry| entry.effect == effect);
    let texts: Vec<_> = differing
        .map(|entry| format!("{} is {}, was {}", entry.field, entry.candidate, entry.baseline))
        .collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// One thing checked: the same when both texts are, and otherwise what a difference means.
fn entry<T: Display + ?Sized>(field: &str, baseline: &T, candidate: &T, difference: Effect) -> Comparability {
    let (baseline, candidate) = (baseline.to_string(), candidate.to_string());
    let effect = if baseline == candidate { Effect::Same } else { difference };
    Comparability { field: field.to_owned(), baseline, candidate, effect }
}

fn limits(of: &Environment) -> String {
    match of.container_limits {
        None => "none".to_owned(),
        Some(limits) => format!(
            "cpu_millicores {}, memory_bytes {}",
            known(limits.cpu_millicores.as_ref()),
            known(limits.memory_bytes.as_ref())
        ),
    }
}

fn memory(baseline: u64, candidate: u64) -> Comparability {
    let is_near = baseline.abs_diff(candidate) <= baseline.max(candidate) / 100;
    let effect = if is_near { Effect::Same } else { Effect::Refused };
    Comparability {
        field: "memory_bytes".to_owned(),
        baseline: baseline.to_string(),
        candidate: candidate.to_string(),
        effect,
    }
}

fn known<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| "none".to_owned(), ToString::to_string)
}

fn software(of: &Environment) -> String {
    let versions: Vec<_> = of.software.iter().map(|(name, version)| format!("{name} {version}")).collect();
    if versions.is_empty() { "none".to_owned() } else { versions.join(", ") }
}

fn mode(mode: GeneratorMode) -> &'static str {
    match mode {
        GeneratorMode::CallerRuntime => "caller_runtime",
        GeneratorMode::DedicatedThreads => "dedicated_threads",
        GeneratorMode::Virtual => "virtual",
    }
}

fn isolation(run: &SetRun) -> &'static str {
    match run.isolation {
        Isolation::Process => "process",
        Isolation::InProcess => "in_process",
    }
}
