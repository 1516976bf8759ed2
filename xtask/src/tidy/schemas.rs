//! The committed schemas are those of the types.

use super::{Finding, Rule, Workspace};
use crate::schema;

/// Each schema under docs/schema/ is what the types generate now, to the byte.
pub(super) const RULE: Rule = Rule { name: "schema", check };

fn check(workspace: &Workspace) -> Vec<Finding> {
    schema::documents()
        .iter()
        .filter_map(|document| {
            let file = document.file();
            let (line, what) = match workspace.file(&file) {
                None => (1, "is missing"),
                Some(committed) => (first_difference(&committed.text, &document.text())?, "is stale"),
            };
            Some(Finding::failure(
                RULE.name,
                &file,
                line,
                format!("{what}; renew it with: cargo xtask tidy --fix"),
            ))
        })
        .collect()
}

/// The line, from 1, on which two texts part; `None` when they are the same.
fn first_difference(left: &str, right: &str) -> Option<usize> {
    if left == right {
        return None;
    }
    let same = left.split('\n').zip(right.split('\n')).take_while(|(left, right)| left == right);
    Some(same.count() + 1)
}
