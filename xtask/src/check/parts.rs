//! Programs that some of the work needs.

use std::process::{Command, Stdio};

/// A program, and what it is for.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    /// What cannot be done without it.
    pub(super) purpose: &'static str,
    /// Whether the main job needs it.
    pub(super) is_needed: bool,
    /// What it says of its version; `None` when it is not here.
    pub(super) found: Option<String>,
}

impl Part {
    pub(super) fn is_here(&self) -> bool {
        self.found.is_some()
    }
}

/// Name, arguments that make it tell its version, purpose, and whether the main job needs it.
const PARTS: [(&str, &[&str], &str, bool); 8] = [
    ("cargo", &["--version"], "everything is built with it", true),
    ("rustc", &["--version"], "everything is built with it", true),
    ("git", &["--version"], "results do not name their revision", false),
    ("docker", &["version", "--format", "engine {{.Server.Version}}"], "containers are not sampled", false),
    ("redis-server", &["--version"], "the job queue keeps its jobs in process", false),
    ("nats-server", &["--version"], "no load from several machines", false),
    ("prometheus", &["--version"], "exported metrics are not scraped here", false),
    ("promtool", &["--version"], "exported metrics are not linted here", false),
];

/// Asks each program for its version.
pub(super) fn look() -> Vec<Part> {
    let part = |(name, arguments, purpose, is_needed): (&'static str, &[&str], &'static str, bool)| Part {
        name,
        purpose,
        is_needed,
        found: version(name, arguments),
    };
    PARTS.into_iter().map(part).collect()
}

/// The first line that a program answers with; `None` when there is no such program, or it fails.
fn version(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().next().filter(|_| output.status.success())?.trim();
    // "rustc 1.95.0 (59807616e 2026-04-14)": the name stands beside it already.
    let line = line.strip_prefix(program).unwrap_or(line).trim_start_matches([' ', ',', ':']);
    Some(line.chars().take(40).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_builds_this_test_is_here() {
        let parts = look();
        assert!(parts.iter().filter(|part| part.is_needed).all(Part::is_here), "{parts:?}");
    }

    #[test]
    fn a_program_that_does_not_exist_is_not_here() {
        assert_eq!(version("no-such-program-of-any-kind", &[]), None);
    }
}
