//! The guide shows what is tested.

use plimsoll::model::ScenarioFile;

/// Pages with the tests that they show.
const PAGES: [(&str, &str, usize); 5] = [
    (include_str!("../../../docs/guide/01-first-load-test.md"), include_str!("first_load_test.rs"), 2),
    (include_str!("../../../docs/guide/02-shapes-of-load.md"), include_str!("shapes_of_load.rs"), 3),
    (include_str!("../../../docs/guide/03-rows-of-data.md"), include_str!("rows_of_data.rs"), 2),
    (include_str!("../../../docs/guide/05-users.md"), include_str!("users.rs"), 3),
    (include_str!("../../../docs/guide/11-baselines.md"), include_str!("baselines.rs"), 1),
];

const SCENARIO_PAGE: &str = include_str!("../../../docs/guide/04-scenario-file.md");

/// What stands between the fences of the blocks of a page in a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let starts = page.match_indices(&fence).map(|(at, fence)| &page[at + fence.len()..]);
    starts.filter_map(|rest| rest.split_once("```")).map(|(block, _)| block.trim()).collect()
}

#[test]
fn each_page_shows_the_tests_that_run() {
    for (page, tests, count) in PAGES {
        let title = page.lines().next().unwrap_or_default();
        let blocks = blocks(page, "rust");
        assert_eq!(blocks.len(), count, "{title}");
        let (_, tests) = tests.split_once("\n\n").expect("a module doc, then the tests");
        assert_eq!(blocks.join("\n\n"), tests.trim(), "{title}: the page and its tests differ");
    }
}

#[test]
fn the_scenario_file_of_the_guide_can_be_read() {
    let files = blocks(SCENARIO_PAGE, "yaml");
    assert_eq!(files.len(), 1);
    let scenario = ScenarioFile::read("load.yaml", files[0]).expect("the guide is right");
    assert_eq!((scenario.thresholds.len(), scenario.abort_rules.len()), (2, 1));
}

#[cfg(feature = "baseline")]
#[test]
fn the_baseline_file_of_the_guide_can_be_read() {
    let files = blocks(include_str!("../../../docs/guide/11-baselines.md"), "yaml");
    assert_eq!(files.len(), 1);
    let file =
        plimsoll::baseline::BaselineFile::from_yaml("shop.yaml", files[0]).expect("the guide is right");
    assert_eq!(file.gate, plimsoll::baseline::GateSettings::default(), "the guide shows the defaults");
}
