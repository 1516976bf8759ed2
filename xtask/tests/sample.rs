//! The committed samples are what the commands beside them print today.

use std::path::PathBuf;

use plimsoll::report::{
    AnalysisText, Console, Csv, Gallery, GithubAnnotations, Html, Junit, Markdown, Pictures, Prometheus,
    Renderer,
};
use xtask::stored;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sample"))
}

#[test]
fn every_sample_is_made_of_the_stored_result() {
    let stored = stored::read(&folder().join("latest.json")).unwrap();
    let samples: [(&str, &dyn Renderer); 8] = [
        ("report.html", &Html::default()),
        ("report.txt", &Console::default()),
        ("report.md", &Markdown),
        ("figures.csv", &Csv),
        ("junit.xml", &Junit),
        ("metrics.prom", &Prometheus),
        ("github_annotations.txt", &GithubAnnotations),
        ("analysis.txt", &AnalysisText::default()),
    ];
    for (name, renderer) in samples {
        let mut printed = Vec::new();
        renderer.render(stored.set(), &mut printed).unwrap();
        let committed = std::fs::read(folder().join(name)).unwrap();
        assert!(
            printed == committed,
            "docs/sample/{name} is stale; its README.md has the command that makes it"
        );
    }
}

#[test]
fn the_picture_is_drawn_of_the_stored_result() {
    let stored = stored::read(&folder().join("latest.json")).unwrap();
    let charts = Gallery::standard().charts(stored.set());
    let chart = charts.iter().find(|chart| chart.name == "job-queue_small/latency_heatmap").unwrap();
    let committed = std::fs::read(folder().join("charts/job-queue_small/latency_heatmap.png")).unwrap();
    let drawn = Pictures::new().png(chart).unwrap();
    assert!(drawn == committed, "docs/sample/charts is stale; its README.md has the command that makes it");
}
