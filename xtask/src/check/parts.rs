//! Programs that some of the work needs.

use std::process::{Command, Stdio};

use super::table::Row;

/// A program, and what it is for.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    /// What is missing without it, and what brings it.
    pub(super) purpose: &'static str,
    /// Whether the main job needs it.
    pub(super) is_needed: bool,
    /// What it says of its version, or why it says nothing.
    pub(super) found: Result<String, Silence>,
}

/// Why a part says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Silence {
    /// There is no such program.
    NotHere,
    /// There is one, and it failed: what it speaks to does not run, or does not let this user in.
    NoAnswer,
}

impl Part {
    pub(super) fn is_here(&self) -> bool {
        self.found.is_ok()
    }

    /// What was found of it, in a word or two.
    fn state(&self) -> &str {
        match &self.found {
            Ok(version) => version,
            Err(Silence::NotHere) => "not here",
            Err(Silence::NoAnswer) => "no answer",
        }
    }

    /// What it means, and what to do.
    fn note(&self) -> &'static str {
        match self.found {
            Ok(_) => "",
            Err(Silence::NotHere) => self.purpose,
            Err(Silence::NoAnswer) => "installed but silent: start it, or get permission",
        }
    }
}

/// Name, arguments that make it tell its version, what is missing without it and what brings it, and whether the
/// main job needs it.
const PARTS: [(&str, &[&str], &str, bool); 10] = [
    ("cargo", &["--version"], "nothing can be built: install rustup", true),
    ("rustc", &["--version"], "nothing can be built: install rustup", true),
    ("git", &["--version"], "results name no revision: install git", false),
    ("perf", &["--version"], "no flame graphs: install linux-perf", false),
    (
        "docker",
        &["version", "--format", "{{.Server.Version}}"],
        "no containers: install docker.io, start it",
        false,
    ),
    ("cadvisor", &["--version"], "containers by Docker alone", false),
    ("redis-server", &["--version"], "jobs stay in process: install redis-server", false),
    ("nats-server", &["--version"], "load from one machine: install nats-server", false),
    ("prometheus", &["--version"], "metrics are not scraped: install prometheus", false),
    ("promtool", &["--version"], "metrics are not linted: install prometheus", false),
];

/// Asks each program for its version.
pub(super) fn look() -> Vec<Part> {
    all(version)
}

/// The parts of a machine that has none of them.
#[cfg(test)]
pub(super) fn none() -> Vec<Part> {
    all(|_, _| Err(Silence::NotHere))
}

fn all(version: impl Fn(&str, &[&str]) -> Result<String, Silence>) -> Vec<Part> {
    let part = |(name, arguments, purpose, is_needed): (&'static str, &[&str], &'static str, bool)| Part {
        name,
        purpose,
        is_needed,
        found: version(name, arguments),
    };
    PARTS.into_iter().map(part).collect()
}

/// A row for each part.
pub(super) fn rows(parts: &[Part]) -> Vec<Row> {
    let row = |part: &Part| Row {
        is_ok: part.is_here(),
        name: part.name.to_owned(),
        found: part.state().to_owned(),
        note: part.note().to_owned(),
    };
    parts.iter().map(row).collect()
}

/// What a program says of its version.
fn version(program: &str, arguments: &[&str]) -> Result<String, Silence> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|_| Silence::NotHere)?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().filter(|_| output.status.success()).map(number).ok_or(Silence::NoAnswer)
}

/// The number in a line such as `rustc 1.95.0 (59807616e 2026-04-14)` or `Redis server v=7.0.15 sha=00000000`;
/// where there is none, as much of the line as fits the table.
fn number(line: &str) -> String {
    let has_digit = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
    let word = line.split([' ', ',', '=']).find(has_digit).unwrap_or(line.trim());
    word.trim_start_matches('v').chars().take(10).collect()
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
    fn the_number_is_found_in_what_each_program_says() {
        let lines = [
            "cargo 1.95.0 (f2d3ce0bd 2026-03-21)",
            "git version 2.39.5",
            "20.10.24+dfsg1",
            "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64",
            "nats-server: v2.9.10",
            "prometheus, version 2.42.0+ds (branch: debian/sid)",
        ];
        let numbers = ["1.95.0", "2.39.5", "20.10.24+d", "7.0.15", "2.9.10", "2.42.0+ds"];
        assert_eq!(lines.map(number), numbers);
    }

    #[test]
    fn a_program_that_does_not_exist_is_not_here() {
        assert_eq!(version("no-such-program-of-any-kind", &[]), Err(Silence::NotHere));
    }

    #[test]
    fn a_program_whose_service_does_not_answer_is_silent_and_says_what_to_do() {
        // As `docker version` fails without an engine.
        let silent = version("cargo", &["no-such-command-of-any-kind"]);
        assert_eq!(silent, Err(Silence::NoAnswer));
        let part = Part { name: "docker", purpose: "no containers", is_needed: false, found: silent };
        assert_eq!(
            (part.state(), part.note()),
            ("no answer", "installed but silent: start it, or get permission")
        );
    }
}
