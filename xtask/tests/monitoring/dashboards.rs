//! Dashboards can be provisioned as they are, and Prometheus understands their expressions.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{dashboards, has, metrics, panels, promtool};

#[test]
fn dashboards_can_be_provisioned_as_they_are() {
    let [load, jobs] = dashboards();
    assert_eq!((load["panels"].as_array().unwrap().len(), &load["refresh"]), (8, &Value::from("5s")));
    for dashboard in [load, jobs] {
        assert_eq!((&dashboard["id"], &dashboard["schemaVersion"]), (&Value::Null, &Value::from(39)));
        assert!(dashboard["uid"].is_string() && dashboard["title"].is_string());
        let text = dashboard.to_string();
        assert!(!text.contains("__inputs") && !text.contains("${DS_"), "provisioning does not fill these in");
        let (mut ids, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for panel in dashboard["panels"].as_array().unwrap() {
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "an id twice");
            assert!(panel["title"].is_string() && panel["description"].is_string());
            assert_eq!(panel["datasource"]["uid"], "${datasource}");
            let unit = panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap();
            assert!(["s", "bytes", "percentunit", "ops", "short"].contains(&unit), "{unit}");
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|key| panel["gridPos"][key].as_u64().unwrap());
            assert!(x + w <= 24);
            let cells = (x..x + w).flat_map(|column| (y..y + h).map(move |row| (column, row)));
            assert!(cells.into_iter().all(|cell| taken.insert(cell)), "{} overlaps", panel["title"]);
            for target in panel["targets"].as_array().unwrap() {
                let expr = target["expr"].as_str().unwrap();
                let is_counter = metrics(expr).iter().any(|name| name.ends_with("_total"));
                assert!(!is_counter || expr.contains("[$__rate_interval]"), "{expr}");
            }
        }
    }
}

#[test]
fn promtool_understands_every_panel() {
    if !has("prometheus", "promtool") {
        return;
    }
    let recorded = panels().iter().enumerate().fold(
        "groups: [{name: panels, rules: [".to_owned(),
        |text, (index, expr)| {
            format!("{text}{{record: 'panel:{index}', expr: {}}},", serde_json::to_string(expr).unwrap())
        },
    );
    let rules = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(rules.path(), recorded + "]}]").unwrap();
    promtool(&["check", "rules", &rules.path().display().to_string()], None);
}
