//! What a person reads in a browser.

use plimsoll_report::Markdown;

use crate::support;

#[test]
fn a_report_as_markdown() {
    insta::assert_snapshot!(support::render(&Markdown, &support::checkout()));
}

#[test]
fn every_row_of_a_table_has_its_columns() {
    let text = support::render(&Markdown, &support::named("a|b"));
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    for block in text.split("\n\n").filter(|block| block.starts_with('|')) {
        let columns: Vec<usize> = block.lines().map(bars).collect();
        assert!(columns.iter().all(|bars| *bars == columns[0]), "{block}");
    }
}
