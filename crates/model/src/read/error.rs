//! Why a text was refused.

use std::fmt::{self, Display};

use crate::metric::strsim_closest;

/// Why a text was refused: which file, which line, what was found, what was expected.
#[derive(Debug)]
pub struct ReadError {
    file: String,
    line: Option<usize>,
    message: String,
    source: Option<std::io::Error>,
}

impl ReadError {
    /// An error about a file as a whole.
    pub fn new(file: &str, message: impl Into<String>) -> ReadError {
        ReadError { file: file.to_owned(), line: None, message: message.into(), source: None }
    }

    /// The same error at a line, counted from 1.
    #[must_use]
    pub fn at_line(self, line: usize) -> ReadError {
        ReadError { line: Some(line), ..self }
    }

    /// A file that could not be read at all.
    #[must_use]
    pub fn io(file: &str, source: std::io::Error) -> ReadError {
        ReadError { source: Some(source), ..ReadError::new(file, "cannot be read") }
    }

    /// The line, counted from 1, where one is known.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What a deserialiser complained of, with a suggestion when a key was only mistyped.
    pub(super) fn from_serde(file: &str, line: usize, message: &str) -> ReadError {
        let message = match message.rsplit_once(" at line ") {
            Some((head, tail)) if tail.bytes().all(|b| b.is_ascii_digit() || b" column".contains(&b)) => head,
            _ => message,
        };
        let error = ReadError::new(file, suggest(message));
        if line == 0 { error } else { error.at_line(line) }
    }
}

/// "unknown field `p59`, expected one of `p50`, `p95`" with the likeliest of them named.
fn suggest(message: &str) -> String {
    let Some((_, list)) =
        message.split_once("unknown field `").or_else(|| message.split_once("unknown variant `"))
    else {
        return message.to_owned();
    };
    let mut quoted = list.split('`').step_by(2);
    let found = quoted.next().unwrap_or_default();
    match strsim_closest(found, quoted.filter(|name| !name.is_empty())) {
        Some(name) => format!("{message}; did you mean `{name}`?"),
        None => message.to_owned(),
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
