//! Every module says what it is for.

use super::{Finding, Rule, TextFile, Workspace};

/// Every file of Rust in our packages begins with a module doc, so that its first line answers "what is this".
pub(super) const RULE: Rule = Rule { name: "documented", check };

fn check(workspace: &Workspace) -> Vec<Finding> {
    let undocumented = workspace.files.iter().filter(|file| is_module(file) && !begins_with_doc(file));
    undocumented
        .map(|file| Finding::failure(RULE.name, &file.path, 1, "does not begin with a module doc (//! …)"))
        .collect()
}

/// Tests and fixtures beside `src` are free: their names are their documentation.
fn is_module(file: &TextFile) -> bool {
    let parts: Vec<_> = file.path.split('/').collect();
    let is_inside =
        matches!(parts[..], ["crates" | "examples", _, "src", ..] | ["xtask", "src", ..] | ["benches", ..]);
    is_inside && file.is_rust()
}

fn begins_with_doc(file: &TextFile) -> bool {
    file.text
        .strip_prefix("//!")
        .is_some_and(|rest| rest.lines().next().is_some_and(|doc| !doc.trim().is_empty()))
}
