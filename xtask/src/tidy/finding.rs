//! What a rule found.

use std::fmt::{self, Display};

/// One breach of one rule. Sorted by file, then by line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the workspace, with `/` on every platform.
    pub file: String,
    /// The line, from 1; 1 as well for what a file lacks.
    pub line: usize,
    /// Name of the rule.
    pub rule: &'static str,
    /// Whether it fails the check.
    pub gravity: Gravity,
    /// What is wrong, and what is expected.
    pub message: String,
}

/// Whether a finding fails the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// It does.
    Failure,
    /// It is only worth a look.
    Note,
}

impl Finding {
    /// A finding that fails the check.
    pub fn failure(rule: &'static str, file: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { file: file.to_owned(), line, rule, gravity: Gravity::Failure, message: message.into() }
    }

    /// A finding that is only worth a look.
    pub fn note(rule: &'static str, file: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { gravity: Gravity::Note, ..Finding::failure(rule, file, line, message) }
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { file, line, rule, message, .. } = self;
        let note = match self.gravity {
            Gravity::Failure => "",
            Gravity::Note => " (note)",
        };
        write!(f, "{file}:{line}: {rule}{note}: {message}")
    }
}
