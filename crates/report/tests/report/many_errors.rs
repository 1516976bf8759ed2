//! A million different errors.

use plimsoll_metrics::ErrorTable;
use plimsoll_model::{Counts, Set};
use plimsoll_report::{Console, Csv, GithubSummary, Json, Junit, Markdown, Prometheus, Renderer};

use crate::support;

const ERRORS: u64 = 1_000_000;

fn set() -> Set {
    let mut table = ErrorTable::new();
    (0..ERRORS).for_each(|n| table.record(&format!("kind {n}"), "no two are alike", n));
    let mut set = support::checkout();
    let scenario = &mut set.runs[0].run.scenarios[0];
    scenario.errors = table.counts();
    scenario.counts = Counts { planned: ERRORS, started: ERRORS, failed: ERRORS, ..Counts::default() };
    set
}

#[test]
fn twenty_have_a_name_and_the_totals_are_exact() {
    let set = set();
    let scenario = &set.runs[0].run.scenarios[0];
    assert_eq!(scenario.errors.len(), 21);
    assert_eq!(scenario.errors.iter().map(|error| error.count).sum::<u64>(), scenario.counts.failed);
    let shares: f64 = scenario.errors.iter().map(|error| error.share).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    let renderers: [&dyn Renderer; 7] = [
        &Console::default(),
        &Markdown,
        &Csv,
        &Junit,
        &GithubSummary::default(),
        &Prometheus,
        &Json::default(),
    ];
    for renderer in renderers {
        let size = support::render(renderer, &set).len();
        assert!(size < 100_000, "{} {size}", renderer.name());
    }
    assert!(support::render(&Markdown, &set).contains("999,980"), "all but twenty are counted together");
}
