//! The guide shows what is tested.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use plimsoll::model::ScenarioFile;

/// Pages with the tests that they show.
const PAGES: [(&str, &str, usize); 9] = [
    (include_str!("../../../docs/guide/01-first-load-test.md"), include_str!("first_load_test.rs"), 2),
    (include_str!("../../../docs/guide/02-shapes-of-load.md"), include_str!("shapes_of_load.rs"), 3),
    (include_str!("../../../docs/guide/03-rows-of-data.md"), include_str!("rows_of_data.rs"), 2),
    (include_str!("../../../docs/guide/05-users.md"), include_str!("users.rs"), 5),
    (include_str!("../../../docs/guide/06-conditions.md"), include_str!("conditions.rs"), 3),
    (
        include_str!("../../../docs/guide/07-inside-an-operation.md"),
        include_str!("inside_an_operation.rs"),
        3,
    ),
    (include_str!("../../../docs/guide/08-overload.md"), include_str!("overload.rs"), 3),
    (include_str!("../../../docs/guide/10-a-run-that-goes-on.md"), include_str!("live.rs"), 3),
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
    let read = |file: &&str| ScenarioFile::read("load.yaml", file).expect("the guide is right");
    let scenarios: Vec<_> = files.iter().map(read).collect();
    let [rates, users] = &scenarios[..] else { panic!("two files") };
    assert_eq!((rates.thresholds.len(), rates.abort_rules.len()), (2, 1));
    assert!(rates.profile.is_open() && users.think.is_some() && users.pacing.is_some());
}

#[test]
fn every_promise_about_load_has_a_test_and_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = root.join("docs/guide");
    let index = fs::read_to_string(guide.join("README.md")).expect("the guide has an index");
    let mut promised = BTreeSet::new();
    for line in index.lines().filter(|line| line.contains(".rs`: `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, promise, test, page, _] = cells[..] else { panic!("four bars: {line}") };
        let (file, name) = test.trim_matches('`').split_once("`: `").expect("a file and a test");
        let tests = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(tests.contains(&format!("fn {name}(")), "{file} has no test {name}");
        let (_, page) = page.trim_end_matches(')').split_once("](").expect("a link");
        assert!(guide.join(page).exists(), "there is no {page}");
        promised.extend(promise.split_whitespace().next());
    }
    let rows = (1..=14).chain(17..=20).map(|row| format!("L{row}"));
    let parts = ["a", "b", "c", "d", "e", "f", "h"].map(|part| format!("({part})"));
    for row in rows.chain(parts) {
        assert!(promised.contains(row.as_str()), "no line about {row}");
    }
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
