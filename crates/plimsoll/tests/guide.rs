//! The guide shows what is tested.

const FIRST_PAGE: &str = include_str!("../../../docs/guide/01-first-load-test.md");
const FIRST_TEST: &str = include_str!("first_load_test.rs");

/// What stands between the fences of the Rust blocks of a page.
fn rust_blocks(page: &str) -> Vec<&str> {
    let blocks = page.split("```rust\n").skip(1);
    blocks.filter_map(|rest| rest.split_once("```")).map(|(block, _)| block.trim()).collect()
}

#[test]
fn the_first_page_shows_the_tests_that_run() {
    let blocks = rust_blocks(FIRST_PAGE);
    assert_eq!(blocks.len(), 2);
    let (_, tests) = FIRST_TEST.split_once("\n\n").expect("a module doc, then the tests");
    assert_eq!(blocks.join("\n\n"), tests.trim(), "the page and tests/first_load_test.rs differ");
}
