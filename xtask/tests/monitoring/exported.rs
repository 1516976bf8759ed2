//! What rules and panels ask for is in an export, and the export is what Prometheus reads.

use plimsoll::metrics::Clock;

use crate::support::{exported, full, has, live, metrics, panels, promtool, rules, stored};

/// Metrics of others: what Prometheus says of a scrape, and of its own alerts.
const OF_PROMETHEUS: [&str; 2] = ["up", "ALERTS"];

async fn export() -> String {
    let folder = stored(&full().await);
    let text = xtask::export_metrics::export(folder.path(), Clock::System.wall()).unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn every_metric_of_a_rule_or_a_panel_is_in_an_export() {
    let mut known = exported(&export().await);
    known.extend(exported(&live().await));
    known.extend(OF_PROMETHEUS.map(str::to_owned));
    let (rules, panels) = (rules(), panels());
    assert!(rules.len() >= 14 && panels.len() >= 12, "{} rules, {} expressions", rules.len(), panels.len());
    for expr in rules.iter().chain(&panels) {
        let named = metrics(expr);
        assert!(!named.is_empty(), "no metric is found in {expr}");
        let missing: Vec<_> = named.difference(&known).collect();
        assert!(missing.is_empty(), "{expr}\nnames {missing:?}, which no export has");
    }
}

#[tokio::test]
async fn promtool_has_nothing_to_say_about_an_export() {
    if !has("prometheus", "promtool") {
        return;
    }
    promtool(&["check", "metrics"], Some(&export().await));
    promtool(&["check", "metrics"], Some(&live().await));
}
