//! What no line of code may hold.

use super::word::after_word;
use super::{Finding, Rule, TextFile, Workspace};

/// No unfinished code, no test left out without a reason, no printing in the libraries.
///
/// Clippy finds some of it too, but not behind a `cfg` of another platform.
pub(super) const RULE: Rule = Rule { name: "code", check };

/// Macros that stand for code that is not there yet.
const UNFINISHED: [&str; 2] = ["todo", "unimplemented"];

/// Macros that print; only programs do, through a locked handle.
const PRINTING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// Marks of work left over, fine beside the number of an issue. In halves, so that this file may name them.
const MARKS: [(&str, &str); 2] = [("TO", "DO"), ("FIX", "ME")];

fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace.files.iter().filter(|file| file.is_rust()).flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    // A test of a real part says so when it is skipped, so only what users link is looked at.
    let is_library = file.path.starts_with("crates/") && file.path.contains("/src/");
    let found = |(number, line)| {
        let message = breach(line, is_library)?;
        Some(Finding::failure(RULE.name, &file.path, number, message))
    };
    file.lines().filter_map(found).collect()
}

/// The first thing that is wrong with a line.
fn breach(line: &str, is_library: bool) -> Option<String> {
    if let Some(mark) = mark_without_issue(line) {
        return Some(format!("{mark} without the number of an issue"));
    }
    // Examples in doc comments may print, and leave the rest to the reader.
    if line.trim_start().starts_with("//") {
        return None;
    }
    if line.contains(concat!("#[", "ignore]")) {
        return Some("a test that is left out without a reason".to_owned());
    }
    if let Some(name) = UNFINISHED.into_iter().find(|name| calls_macro(line, name)) {
        return Some(format!("{name}! stands for code that is not there"));
    }
    let name = PRINTING.into_iter().find(|name| is_library && calls_macro(line, name))?;
    Some(format!("{name}! prints; libraries return values, programs write to a locked handle"))
}

fn mark_without_issue(line: &str) -> Option<String> {
    let comment = &line[line.find("//")?..];
    let marks = MARKS.map(|(start, end)| format!("{start}{end}"));
    marks.into_iter().find(|mark| after_word(comment, mark).next().is_some() && !comment.contains('#'))
}

fn calls_macro(line: &str, name: &str) -> bool {
    after_word(line, name).any(|rest| rest.starts_with('!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_is_for_programs() {
        let line = format!("    {}!(\"hello\");", PRINTING[3]);
        assert!(breach(&line, true).is_some());
        assert_eq!(breach(&format!("/// {line}"), true), None);
        assert_eq!(breach(&line, false), None);
    }

    #[test]
    fn unfinished_code_is_for_nobody() {
        assert!(breach(&format!("    {}!()", UNFINISHED[0]), false).is_some());
        assert_eq!(breach("let todo = list.len();", false), None);
    }

    #[test]
    fn a_test_is_left_out_for_a_reason() {
        let ignore = concat!("#[", "ignore");
        assert!(breach(&format!("    {ignore}]"), false).is_some());
        assert_eq!(breach(&format!("    {ignore} = \"needs a GPU\"]"), false), None);
    }

    #[test]
    fn a_mark_needs_the_number_of_an_issue() {
        let mark = format!("// {}{}: round up", MARKS[0].0, MARKS[0].1);
        assert!(breach(&mark, false).is_some());
        assert_eq!(breach(&format!("{mark} (#12)"), false), None);
    }
}
