//! Many results in short.

use plimsoll_model::{Set, Status, Verdict};
use plimsoll_report::{ConsoleOptions, Overview};
use unicode_width::UnicodeWidthStr;

use crate::support;

fn text(set: &Set, width: usize) -> String {
    support::render(&Overview { options: ConsoleOptions { width, ..ConsoleOptions::default() } }, set)
}

#[test]
fn an_overview_at_80_columns() {
    insta::assert_snapshot!(text(&support::repeated(), 80));
}

#[test]
fn runs_that_are_called_by_their_only_scenario_are_named_once() {
    let mut set = support::checkout();
    let place = set.runs[0].clone();
    set.runs = (0..2)
        .map(|index| {
            let mut place = place.clone();
            place.run.scenarios = vec![place.run.scenarios[index].clone()];
            place
                .run
                .thresholds
                .retain(|threshold| threshold.condition.to_string().contains(&place.run.scenarios[0].name));
            place.workload = format!("parts/{}", place.run.scenarios[0].name);
            place
        })
        .collect();
    set.comparisons.clear();
    let page = text(&set, 80);
    let table: Vec<&str> = page.lines().skip_while(|line| !line.contains("scenario ")).take(3).collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn every_scenario_and_component_has_a_row_however_many() {
    let mut set = support::checkout();
    let one = set.runs[0].clone();
    set.runs = (1..=60).map(|iteration| plimsoll_model::SetRun { iteration, ..one.clone() }).collect();
    let text = text(&set, 80);
    // Read and write, and the two steps of write.
    let rows = text.lines().filter(|line| line.contains(" ms ") && line.trim_end().ends_with('%')).count();
    assert_eq!(rows, 240, "{text}");
}

#[test]
fn a_run_that_says_nothing_is_told_from_one_without_targets() {
    let mut set = support::checkout();
    set.runs[0].run.thresholds.clear();
    assert!(!text(&set, 80).contains("INVALID"));
    set.runs[0].run.verdict = Verdict::because(Status::Invalid, "the generator was the limit");
    assert!(text(&set, 80).contains("! INVALID"));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [40, 57, 80, 120] {
        let text = text(&support::named(&"漢👩\u{200d}👧x ".repeat(40)), width);
        assert_eq!(text.lines().find(|line| line.width() > width), None);
    }
}
