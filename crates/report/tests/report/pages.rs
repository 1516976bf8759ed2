//! Pages: what is in them, how large they are, and what they allow a browser.

use std::fs;
use std::path::PathBuf;

use plimsoll_report::{Dashboard, Html, Json, Renderer};

use crate::support;

/// Writes a page to look at, and gives its text.
pub(crate) fn page(renderer: &dyn Renderer, set: &plimsoll_model::Set, name: &str) -> String {
    let text = support::render(renderer, set);
    fs::write(folder().join(name), &text).expect("the folder of tests can be written");
    text
}

/// Where pages of tests lie.
pub(crate) fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).expect("the folder of tests can be written");
    folder
}

#[test]
fn ten_scenarios_of_ten_minutes_fit() {
    let set = support::large::large(10, 600);
    page(&Json::default(), &set, "large.json");
    let report = page(&Html::default(), &set, "large.html");
    assert!(report.len() <= 400_000, "{}", report.len());
    let dashboard = page(&Dashboard::default(), &set, "large-dashboard.html");
    assert!(dashboard.len() <= 800_000, "{}", dashboard.len());
}

#[test]
fn ten_runs_of_ten_minutes_fit() {
    let set = support::large::many(10, 600);
    let report = page(&Html::default(), &set, "many.html");
    assert!(report.len() <= 400_000, "{}", report.len());
    let dashboard = page(&Dashboard::default(), &set, "many-dashboard.html");
    assert!(dashboard.len() <= 800_000, "{}", dashboard.len());
}

#[test]
fn every_page_of_a_fixture_can_be_looked_at() {
    for (name, set) in [
        ("checkout", support::checkout()),
        ("rare", support::rare()),
        ("repeated", support::repeated()),
        ("empty", support::empty()),
        ("nothing", support::nothing_started()),
        ("failed", support::all_failed()),
        ("interrupted", support::interrupted()),
    ] {
        page(&Html::default(), &set, &format!("{name}.html"));
        page(&Dashboard::default(), &set, &format!("{name}-dashboard.html"));
    }
}
