//! The expressions of alerts and panels, and the metrics that they name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::file;

/// Both dashboards.
pub(crate) fn dashboards() -> [Value; 2] {
    ["load", "jobs"].map(|name| serde_json::from_str(&file(&format!("dashboards/{name}.json"))).unwrap())
}

/// The expressions of all alerts.
pub(crate) fn rules() -> Vec<String> {
    let lines = file("alerts.yml");
    let expressions = lines.lines().filter_map(|line| line.trim().strip_prefix("expr: '"));
    expressions.map(|expr| expr.trim_end_matches('\'').replace("''", "'")).collect()
}

/// The expressions of all panels, as Prometheus gets them.
pub(crate) fn panels() -> Vec<String> {
    let of = |dashboard: &Value| -> Vec<String> {
        let targets = dashboard["panels"].as_array().unwrap().iter();
        let targets = targets.flat_map(|panel| panel["targets"].as_array().unwrap());
        targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
    };
    let all = dashboards();
    let substituted = |expr: String| {
        expr.replace("$__rate_interval", "1m").replace("$workload", ".*").replace("$tenant", ".*")
    };
    all.iter().flat_map(of).map(substituted).collect()
}

/// The names of metrics in an expression: words that are no label, function, keyword or text.
pub(crate) fn metrics(expr: &str) -> BTreeSet<String> {
    let mut outside = String::new();
    let (mut is_text, mut depth) = (false, 0);
    for c in expr.chars() {
        match c {
            '"' => is_text = !is_text,
            '{' | '[' if !is_text => depth += 1,
            '}' | ']' if !is_text => depth -= 1,
            _ if !is_text && depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = outside.split(|c| !is_word(c)).filter(|word| word.contains('_') || *word == "up");
    words.filter(|word| *word != "histogram_quantile").map(str::to_owned).collect()
}

#[test]
fn the_reader_of_expressions_finds_metrics_and_nothing_else() {
    let expr = r#"histogram_quantile(0.95, sum by (tenant, le) (rate(a_b_bucket{x_y="c_d"}[1m]))) > 1 and up{job="e_f"} == 0"#;
    assert_eq!(metrics(expr).into_iter().collect::<Vec<_>>(), ["a_b_bucket", "up"]);
}
