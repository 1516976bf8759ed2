//! The baseline files of this repository say what was promised.

use plimsoll_baseline::{BaselineFile, EnvironmentSpec};

const DEFAULT: &str = include_str!("../../../../baselines/default.yaml");
const KPI: &str = include_str!("../../../../baselines/kpi.yaml");
const QUERY_SERVICE: &str = include_str!("../../../../baselines/query-service.yaml");
const ENVIRONMENTS: &str = include_str!("../../../../baselines/environments.yaml");

fn read(file: &str, text: &str) -> BaselineFile {
    BaselineFile::from_yaml(file, text).unwrap_or_else(|error| panic!("{error}"))
}

fn texts(file: &BaselineFile, workload: &str) -> Vec<String> {
    let targets = file.targets_for(workload, None).expect("every group is there");
    targets.iter().map(ToString::to_string).collect()
}

#[test]
fn default_holds_the_job_queue_and_nothing_else() {
    let file = read("default.yaml", DEFAULT);
    let workloads: Vec<_> = file.workloads.keys().map(String::as_str).collect();
    assert_eq!(workloads, ["job-queue/enterprise", "job-queue/large", "job-queue/medium", "job-queue/small"]);
    assert!(file.environments.is_empty() && file.groups.is_empty() && file.components.is_empty());
}

#[test]
fn default_has_the_figures_of_each_profile() {
    let file = read("default.yaml", DEFAULT);
    let figures = [
        ("small", vec!["p95 <= 5s", "throughput >= 2/s", "error_rate <= 1%", "duration < 30s"]),
        ("medium", vec!["p95 <= 15s", "throughput >= 5/s", "error_rate <= 2%", "duration < 2m"]),
        ("large", vec!["p95 <= 30s", "throughput >= 10/s", "error_rate <= 5%", "duration < 5m"]),
        ("enterprise", vec!["p95 <= 1m", "throughput >= 20/s", "error_rate <= 10%"]),
    ];
    for (profile, expected) in figures {
        let expected: Vec<_> = expected.iter().map(|text| format!("{text}, hard")).collect();
        assert_eq!(texts(&file, &format!("job-queue/{profile}")), expected);
    }
}

#[test]
fn kpi_has_its_targets_and_critical_limits() {
    let file = read("kpi.yaml", KPI);
    let texts: Vec<_> = file.groups["kpi"].targets.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn the_query_service_has_its_scenarios() {
    let file = read("query-service.yaml", QUERY_SERVICE);
    let sections = file.workloads.keys().map(|name| format!("{name}\n  {}", texts(&file, name).join("\n  ")));
    insta::assert_snapshot!(sections.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_query_service_has_its_components() {
    let file = read("query-service.yaml", QUERY_SERVICE);
    let sections = file.components.iter().map(|(name, targets)| {
        let targets: Vec<_> = targets.iter().map(ToString::to_string).collect();
        format!("{name}\n  {}", targets.join("\n  "))
    });
    insta::assert_snapshot!(sections.collect::<Vec<_>>().join("\n"));
}

#[test]
fn each_environment_has_its_hardware_and_targets() {
    let file = read("environments.yaml", ENVIRONMENTS);
    let describe = |(name, spec): (&String, &EnvironmentSpec)| {
        let targets: Vec<_> = spec.targets.iter().map(ToString::to_string).collect();
        let memory = spec.hardware.memory_bytes.unwrap_or(0);
        let (label, nodes, cores) = (&spec.label, spec.nodes, spec.hardware.cores);
        format!("{name}: {label}, {nodes} x {cores} cores, {memory} bytes\n  {}", targets.join("\n  "))
    };
    insta::assert_snapshot!(file.environments.iter().map(describe).collect::<Vec<_>>().join("\n"));
}
