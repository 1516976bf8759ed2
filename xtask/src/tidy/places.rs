//! Places that exist on one machine only.

use super::word::after_word;
use super::{Finding, Rule, TextFile, Workspace};

/// No absolute path of somebody's machine, and no host of a package registry, in any text.
pub(super) const RULE: Rule = Rule { name: "place", check };

/// The first part of such paths.
const FOLDERS: [&str; 5] = ["home", "root", "tmp", "Users", "work"];

/// Hosts of registries in two parts, so that this file may name them.
const REGISTRIES: [(&str, &str); 5] =
    [("crates", "io"), ("npmjs", "org"), ("pypi", "org"), ("pythonhosted", "org"), ("proxy.golang", "org")];

/// The one source that the lock file names, wherever the packages were fetched from.
const LOCKED_SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace.files.iter().flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    let is_lock = file.path == "Cargo.lock";
    let found = |(number, line)| {
        let lock = || if is_lock { foreign_source(line) } else { None };
        let message = machine_path(line).or_else(|| registry(line)).or_else(lock)?;
        Some(Finding::failure(RULE.name, &file.path, number, message))
    };
    file.lines().filter_map(found).collect()
}

fn machine_path(line: &str) -> Option<String> {
    let mut paths = FOLDERS.iter().map(|folder| format!("/{folder}/"));
    let path = paths.find(|path| begins_path(line, path))?;
    Some(format!("{path} is on one machine; expected a path from the root of the workspace, or a parameter"))
}

/// Whether a path begins so, and it is not the middle of another path or of an address.
fn begins_path(line: &str, start: &str) -> bool {
    let before = |at: usize| line[..at].chars().next_back();
    let is_middle = |c: char| c.is_alphanumeric() || "_-.~*{}()<>/$".contains(c);
    line.match_indices(start).any(|(at, _)| !before(at).is_some_and(is_middle))
}

fn registry(line: &str) -> Option<String> {
    let mut hosts = REGISTRIES.iter().map(|(name, last)| format!("{name}.{last}"));
    // The index is a repository, whose name goes on after the host's.
    let host = hosts.find(|host| after_word(line, host).any(|rest| !rest.starts_with("-index")))?;
    Some(format!("{host} is a registry; which one is used is for each machine to say"))
}

fn foreign_source(line: &str) -> Option<String> {
    let source = line.strip_prefix("source = ")?.trim_matches('"');
    (source != LOCKED_SOURCE).then(|| format!("source {source:?}; expected {LOCKED_SOURCE:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_paths_are_of_a_machine() {
        let folder = FOLDERS[4];
        for text in [format!("see /{folder}/a"), format!("\"/{folder}/a\""), format!("path=/{folder}/a")] {
            assert!(machine_path(&text).is_some(), "{text}");
        }
        for text in
            [format!("see a/{folder}/b"), format!("http://host/{folder}/b"), format!("/{folder}space/a")]
        {
            assert_eq!(machine_path(&text), None, "{text}");
        }
    }

    #[test]
    fn the_lock_file_names_one_source_only() {
        assert_eq!(foreign_source(&format!("source = \"{LOCKED_SOURCE}\"")), None);
        assert!(foreign_source("source = \"git+https://example.org/a\"").is_some());
    }

    #[test]
    fn a_registry_is_named_nowhere() {
        let (name, last) = REGISTRIES[0];
        assert!(registry(&format!("from https://index.{name}.{last}/config")).is_some());
        assert_eq!(registry("boxes and crates, in and out"), None);
        assert_eq!(registry(LOCKED_SOURCE), None);
    }
}
