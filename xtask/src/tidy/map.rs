//! The map of the house shows what is there.

use super::{Finding, Rule, TextFile, Workspace};

/// Each path that docs/ARCHITECTURE.md names in backticks exists, so that the map is still one after a move.
pub(super) const RULE: Rule = Rule { name: "map", check };

const MAP: &str = "docs/ARCHITECTURE.md";

fn check(workspace: &Workspace) -> Vec<Finding> {
    let lines = workspace.file(MAP).into_iter().flat_map(TextFile::lines);
    let paths = lines.flat_map(|(number, line)| named_paths(line).map(move |path| (number, path)));
    paths
        .filter(|(_, path)| !exists(workspace, path))
        .map(|(number, path)| Finding::failure(RULE.name, MAP, number, format!("{path} is not there")))
        .collect()
}

/// What stands between backticks and looks like a path, `docs/schema/` as well as `xtask/src/main.rs`.
fn named_paths(line: &str) -> impl Iterator<Item = &str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.contains('/') && !code.contains(char::is_whitespace))
}

fn exists(workspace: &Workspace, path: &str) -> bool {
    let is_folder = path.ends_with('/');
    workspace.files.iter().any(|file| if is_folder { file.path.starts_with(path) } else { file.path == path })
}
