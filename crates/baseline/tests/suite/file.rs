//! Reading baseline files.

use plimsoll_baseline::gate::Policy;
use plimsoll_baseline::{BaselineFile, Change, Edges, Thresholds};

const HEAD: &str = "schema_version: \"1.0\"\nmetadata: {id: shop}\n";

fn read(text: &str) -> BaselineFile {
    BaselineFile::from_yaml("shop.yaml", &format!("{HEAD}{text}")).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(text: &str) -> String {
    let error = BaselineFile::from_yaml("shop.yaml", text).expect_err(text);
    error.to_string()
}

#[test]
fn each_refusal_of_a_file_says_where_and_what() {
    let texts = [
        "",
        "workloads: {}\n",
        "schema_version: one\nmetadata: {id: shop}\n",
        "schema_version: \"2.0\"\nmetadata: {id: shop}\n",
        "schema_version: \"1.0\"\nmetadata: {id: \"\"}\n",
        "schema_version: \"1.0\"\nmetadata: {id: shop, owner: me}\n",
        "schema_version: \"1.0\"\nmetadata: {id: shop}\nworkload: {}\n",
    ];
    insta::assert_snapshot!(texts.map(refusal).join("\n"));
}

#[test]
fn each_refusal_of_a_target_says_where_and_what() {
    let targets = [
        "p95 < fast",
        "p95 < 5%",
        "p95 < -5s",
        "p95 < NaN ms",
        "p95 500ms",
        "eror_rate < 1%",
        "5",
        ".nan",
        "\"\"",
        "{traget: p95 < 1s}",
        "{critical: 1s}",
        "{target: p95 < 1s, critical: 500ms}",
        "{target: p95 < 1s, critical: 2}",
        "{target: p95 < 1s, hard: maybe}",
        "{target: p95 < 1s, critical: 2s, hard: true}",
    ];
    let text = |target: &str| {
        format!("{HEAD}workloads:\n  checkout:\n    targets:\n      - max < 1h\n      - {target}\n")
    };
    insta::assert_snapshot!(targets.map(|target| refusal(&text(target))).join("\n"));
}

#[test]
fn each_list_that_cannot_be_meant_is_named() {
    let texts = [
        "workloads: {checkout: {}}\n",
        "workloads: {checkout: {targets: []}}\n",
        "workloads: {checkout: {targets: [p95 < 1s, p95 < 2s]}}\n",
        "groups: {kpi: {targets: []}}\n",
        "components: {search: [p95(query) < 1s]}\n",
        "workloads:\n  a: {targets: [p95 < 1s]}\n  a: {targets: [p95 < 1s]}\n",
    ];
    insta::assert_snapshot!(texts.map(|text| refusal(&format!("{HEAD}{text}"))).join("\n"));
}

#[test]
fn each_refusal_of_an_edge_says_where_and_what() {
    let edges = [
        "p95: {fail: 20%}",
        "p95: {fail: 20}",
        "p95: {fail: -20 percent}",
        "p95: {fail: NaN percent}",
        "p95: {fial: 20 percent}",
        "p95: {fail: 5 points}",
        "p95: {warning: 20 percent, critical: 10 percent}",
        "p95: {}\n  p95: {}",
        "memory: {fail: 20 percent}",
        "5",
    ];
    let text = |edge: &str| format!("{HEAD}regression:\n  throughput: {{}}\n  {edge}\n");
    insta::assert_snapshot!(edges.map(|edge| refusal(&text(edge))).join("\n"));
}

#[test]
fn each_refusal_of_an_environment_says_where_and_what() {
    let environments = [
        "{hardware: {cores: 4}}",
        "{label: dev, hardware: {cores: 0}}",
        "{label: dev, hardware: {cores: 4, memory: 8}}",
        "{label: dev, hardware: {cores: 4, memory: 80%}}",
        "{label: dev, hardware: {cores: 4, ram: 8GB}}",
    ];
    let text = |environment: &str| format!("{HEAD}environments:\n  dev: {environment}\n");
    insta::assert_snapshot!(environments.map(|environment| refusal(&text(environment))).join("\n"));
}

#[test]
fn an_entry_replaces_the_edges_of_its_metric_and_leaves_the_others() {
    let file = read("regression:\n  p95: {fail: 30 percent}\n  max: {warning: 50 percent}\n");
    let edges =
        |name: &str| file.regression.iter().find(|it| it.selector.to_string() == name).map(|it| it.edges);
    assert_eq!(edges("p95"), Some(Edges { fail: Change::percent(30.0).ok(), ..Edges::default() }));
    assert_eq!(edges("max"), Some(Edges { warning: Change::percent(50.0).ok(), ..Edges::default() }));
    assert_eq!(
        edges("throughput").unwrap().to_string(),
        "warning 5 percent, critical 15 percent, fail 15 percent"
    );
}

#[test]
fn the_built_in_edges_are_those_that_were_promised() {
    let lines = Thresholds::default();
    let lines: Vec<_> = lines.iter().map(|it| format!("{}: {}", it.selector, it.edges)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn everything_that_the_gate_looks_for_can_be_changed() {
    let file = read(
        "regression: {p99: {fail: 20 percent}}\n\
         gate:\n  looks: 8,16\n  relative: {margin: 3 percent, excluded: 6 percent}\n  rates: {excluded: 4 points}\n",
    );
    let policy = Policy::from(&file);
    assert_eq!(policy.looks, "8,16".parse().unwrap());
    assert_eq!(policy.relative.to_string(), "margin 3 percent, excluded 6 percent");
    assert_eq!(policy.rates.to_string(), "margin 1 points, excluded 4 points");
    assert_eq!(policy.thresholds, file.regression);
    assert_eq!(Policy::from(&read("")), Policy::default());
}

#[test]
fn each_refusal_of_a_gate_says_where_and_what() {
    let settings = [
        "looks: 16,6",
        "looks: [6, 10]",
        "look: 6,10",
        "relative: 5 percent",
        "relative: {margin: 5%}",
        "relative: {margin: 5 points}",
        "rates: {excluded: 2 percent}",
        "relative: {margin: 12 percent}",
        "rates: {margins: 1 points}",
    ];
    let text = |setting: &str| format!("{HEAD}gate:\n  {setting}\n");
    insta::assert_snapshot!(settings.map(|setting| refusal(&text(setting))).join("\n"));
}

#[test]
fn a_workload_takes_over_a_group_and_wins_over_it() {
    let file = read(
        "groups: {kpi: {targets: [p95 < 500ms, error_rate < 1%]}}\n\
         workloads: {checkout: {use: [kpi], targets: [p95 < 2s]}}\n",
    );
    let targets = file.targets_for("checkout", None).unwrap();
    let texts: Vec<_> = targets.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["p95 < 2s", "error_rate < 1%"]);
}

#[test]
fn groups_of_another_file_serve_a_workload() {
    let kpi = read("groups: {kpi: {targets: [p95 < 500ms]}}\n");
    let shop = read("workloads: {checkout: {use: [kpi]}}\n").with_groups_of(&kpi);
    assert_eq!(shop.targets_for("checkout", None).unwrap().len(), 1);
}

#[test]
fn a_name_that_is_not_there_is_answered_with_those_that_are() {
    let file = read(
        "workloads: {checkout: {use: [kpj]}}\ngroups: {kpi: {targets: [p95 < 1s]}}\n\
         environments: {dev: {label: dev, hardware: {cores: 4}}}\n",
    );
    let group = file.targets_for("checkout", None).unwrap_err();
    let environment = file.environment("prod").unwrap_err();
    insta::assert_snapshot!(format!("{group}\n{environment}"));
}
