//! The committed samples are what the commands beside them print today.

use std::path::PathBuf;

use plimsoll::report::{
    AnalysisText, Console, Csv, GithubAnnotations, Junit, Markdown, Prometheus, Renderer,
};
use xtask::stored;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sample"))
}

#[test]
fn every_sample_is_made_of_the_stored_result() {
    let stored = stored::read(&folder().join("latest.json")).unwrap();
    let samples: [(&str, &dyn Renderer); 7] = [
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
