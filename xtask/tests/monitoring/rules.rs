//! Every rule has its tests, and Prometheus agrees with them.

use crate::support::{file, has, promtool, rules};

#[test]
fn every_rule_has_a_test_that_fires_and_one_that_stays_silent() {
    let (alerts, tests) = (file("alerts.yml"), file("alerts.test.yml"));
    let names: Vec<&str> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() >= 14 && names.len() == rules().len(), "{names:?}");
    for name in names {
        for end in ["fires", "stays silent"] {
            assert!(tests.contains(&format!("- name: {name} {end}\n")), "{name} {end}");
        }
    }
}

#[test]
fn promtool_agrees_with_the_rules_their_tests_and_the_configuration() {
    if !has("prometheus", "promtool") {
        return;
    }
    promtool(&["check", "config", "--lint=all", "prometheus.yml"], None);
    promtool(&["check", "rules", "--lint=all", "--lint-fatal", "alerts.yml"], None);
    promtool(&["test", "rules", "alerts.test.yml"], None);
}

#[test]
fn the_limits_that_were_promised_are_the_ones_that_are_shipped() {
    let alerts = file("alerts.yml");
    for (alert, limit) in [
        ("LatencyHigh", "> 5'"),
        ("LatencyCritical", "> 7'"),
        ("ErrorsNoticed", "> 0.01 "),
        ("ErrorsHigh", "> 0.02 "),
        ("ErrorsCritical", "> 0.05 "),
        ("CpuHigh", "> 0.8'"),
        ("MemoryHigh", "> 0.8'"),
        ("EmbeddingSlow", "> 0.2'"),
        ("SearchSlow", "> 0.5'"),
        ("LlmSlow", "> 5'"),
        ("ApiSlow", "> 0.1'"),
        ("LatencyAboveBaseline", "> 1.2'"),
        ("SemaphoreNearlyFull", "> 0.9'"),
    ] {
        let (_, rest) = alerts.split_once(&format!("- alert: {alert}\n")).unwrap();
        let expr = rest.lines().next().unwrap();
        assert!(expr.contains(limit), "{alert}: {expr}, expected {limit}");
    }
}
