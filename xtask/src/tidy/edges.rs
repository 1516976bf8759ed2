//! Which of our packages may depend on which (docs/ARCHITECTURE.md, "Edges").

use super::{Dependency, Finding, Package, Rule, Workspace};

/// Every edge between our packages is in the list below, in whatever section it stands.
pub(super) const RULE: Rule = Rule { name: "edge", check };

const MODEL: &str = "plimsoll-model";
const METRICS: &str = "plimsoll-metrics";
const LOAD: &str = "plimsoll-load";
const RESOURCES: &str = "plimsoll-resources";
const BASELINE: &str = "plimsoll-baseline";
const REPORT: &str = "plimsoll-report";
const HTTP: &str = "plimsoll-http";
const CLUSTER: &str = "plimsoll-cluster";
const HARNESS: &str = "plimsoll-harness";
const FACADE: &str = "plimsoll";
const CLI: &str = "plimsoll-cli";

/// The whole list: a package, and what it may depend on. A package of ours that is not here is a finding, so
/// that a new one begins with a decision.
const ALLOWED: [(&str, &[&str]); 13] = [
    (MODEL, &[]),
    (METRICS, &[MODEL]),
    (LOAD, &[METRICS, MODEL]),
    (RESOURCES, &[METRICS, MODEL]),
    (BASELINE, &[METRICS, MODEL]),
    (REPORT, &[METRICS, MODEL]),
    (HTTP, &[LOAD, METRICS, MODEL]),
    (CLUSTER, &[LOAD, METRICS, MODEL]),
    (HARNESS, &[LOAD, RESOURCES, BASELINE, METRICS, MODEL]),
    (FACADE, &[HARNESS, HTTP, CLUSTER, LOAD, RESOURCES, BASELINE, REPORT, METRICS, MODEL]),
    (CLI, &[FACADE]),
    ("benches", &[FACADE]),
    ("xtask", PROGRAM),
];

/// What a thin program may depend on: xtask, and each of the examples.
const PROGRAM: &[&str] = &[CLI, FACADE];

/// Packages for programs, which no library below the command line may force on its users.
const FOR_PROGRAMS: [&str; 4] = ["anyhow", "clap", "indicatif", "tracing-subscriber"];

fn check(workspace: &Workspace) -> Vec<Finding> {
    let is_ours = |name: &str| {
        workspace.packages.iter().any(|package| package.name == name)
            || ALLOWED.iter().any(|(ours, _)| *ours == name)
    };
    workspace.packages.iter().flat_map(|package| check_package(package, is_ours)).collect()
}

fn check_package(package: &Package, is_ours: impl Fn(&str) -> bool) -> Vec<Finding> {
    let file = package.manifest_file();
    let Some(allowed) = allowed(package) else {
        let message = format!("{} has no place in the list of allowed edges", package.name);
        return vec![Finding::failure(RULE.name, &file, 1, message)];
    };
    let breach = |dependency: &Dependency| {
        let message = if is_ours(&dependency.package) {
            forbidden_edge(package, dependency, allowed)?
        } else {
            forbidden_below_cli(package, dependency)?
        };
        Some(Finding::failure(RULE.name, &file, dependency.line, message))
    };
    package.dependencies.iter().filter_map(breach).collect()
}

fn allowed(package: &Package) -> Option<&'static [&'static str]> {
    if package.folder.starts_with("examples/") {
        return Some(PROGRAM);
    }
    ALLOWED.iter().find(|(name, _)| *name == package.name).map(|(_, allowed)| *allowed)
}

fn forbidden_edge(package: &Package, dependency: &Dependency, allowed: &[&str]) -> Option<String> {
    // A crate names itself under dev-dependencies to turn on a feature for its own tests.
    if allowed.contains(&dependency.package.as_str()) || dependency.package == package.name {
        return None;
    }
    let expected = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    let Dependency { package: target, section, .. } = dependency;
    Some(format!("{} -> {target} ({section}) is not an allowed edge; allowed: {expected}", package.name))
}

fn forbidden_below_cli(package: &Package, dependency: &Dependency) -> Option<String> {
    let is_below = package.is_published() && package.name != CLI;
    let is_forbidden = is_below && FOR_PROGRAMS.contains(&dependency.package.as_str());
    is_forbidden.then(|| format!("{} ({}) is for {CLI} and programs", dependency.package, dependency.section))
}
