//! Which files may have become more than one idea.

use super::{Finding, Rule, Workspace};

/// A file of Rust above 500 lines is worth a look. Only a note: a table or a parser may be long and one idea.
pub(super) const RULE: Rule = Rule { name: "length", check };

const LONG: usize = 500;

fn check(workspace: &Workspace) -> Vec<Finding> {
    let sizes = workspace.files.iter().filter(|file| file.is_rust()).map(|file| (file, file.lines().count()));
    sizes
        .filter(|(_, lines)| *lines > LONG)
        .map(|(file, lines)| {
            Finding::note(RULE.name, &file.path, LONG + 1, format!("{lines} lines; is it still one noun?"))
        })
        .collect()
}
