//! Documents from JSON.

use std::cell::Cell;
use std::io::Read;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ReadError;
use crate::{Caveat, Document, Kind, SCHEMA_VERSION, SchemaVersion};

/// The largest document that is read: 256 MiB.
pub const MAX_JSON_BYTES: u64 = 256 << 20;

/// A document, and what should be kept in mind about reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The document.
    pub document: Document,
    /// Keys of a newer version that were left out.
    pub caveats: Vec<Caveat>,
}

/// Reads a document. `file` is only for the errors.
///
/// A key that this version does not have is an error, unless the document says that it comes from a newer
/// minor version: then the key is left out, with a caveat.
///
/// # Errors
/// When the input is empty, cut, larger than 256 MiB, of another major version, or anything in it is not what
/// the document's type has there.
///
/// ```
/// let error = plimsoll_model::read::json("results/latest.json", "{\"kind\": \"sett\"}".as_bytes()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "results/latest.json:1: unknown variant `sett`, expected one of `set`, `run`, `comparison`; did you mean `set`?"
/// );
/// ```
pub fn json(file: &str, input: impl Read) -> Result<Reading, ReadError> {
    let bytes = read_all(file, input)?;
    let head: Head = parse(file, &bytes)?;
    if !head.schema_version.is_readable() {
        let message = format!(
            "schema_version is {}; expected {}.x, which this version of plimsoll reads",
            head.schema_version, SCHEMA_VERSION.major
        );
        return Err(ReadError::new(file, message));
    }
    let mut unknown = Vec::new();
    let document = match head.kind {
        Kind::Set => Document::Set(parse_noting(file, &bytes, &mut unknown)?),
        Kind::Run => Document::Run(parse_noting(file, &bytes, &mut unknown)?),
        Kind::Comparison => Document::Comparison(parse_noting(file, &bytes, &mut unknown)?),
    };
    match unknown.first() {
        Some(key) if !head.schema_version.is_newer() => Err(unknown_key(file, &bytes, key, head.kind)),
        _ => Ok(Reading {
            document,
            caveats: unknown.iter().map(|key| newer_key(key, head.schema_version)).collect(),
        }),
    }
}

/// Reads rows of data, one JSON value in each line that is not empty. `file` is only for the errors.
///
/// # Errors
/// When a line is not the JSON that the type expects.
///
/// ```
/// let rows: Vec<u64> = plimsoll_model::read::json_lines("n.jsonl", "1\n\n2\n")?;
/// assert_eq!(rows, [1, 2]);
/// let error = plimsoll_model::read::json_lines::<u64>("n.jsonl", "1\n-2\n").unwrap_err();
/// assert_eq!(error.to_string(), "n.jsonl:2: invalid value: integer `-2`, expected u64");
/// # Ok::<(), plimsoll_model::read::ReadError>(())
/// ```
pub fn json_lines<T: DeserializeOwned>(file: &str, text: &str) -> Result<Vec<T>, ReadError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let row = |(index, line)| {
        let error = |error: serde_json::Error| ReadError::from_serde(file, index + 1, &error.to_string());
        serde_json::from_str(line).map_err(error)
    };
    lines.map(row).collect()
}

/// What decides how the rest is read.
#[derive(Deserialize)]
struct Head {
    kind: Kind,
    schema_version: SchemaVersion,
}

fn read_all(file: &str, input: impl Read) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    input.take(MAX_JSON_BYTES + 1).read_to_end(&mut bytes).map_err(|error| ReadError::io(file, error))?;
    if bytes.len() as u64 > MAX_JSON_BYTES {
        return Err(ReadError::new(file, "is larger than 256 MiB, the most that is read"));
    }
    const EXPECTED: &str = "expected a JSON object with \"kind\" and \"schema_version\"";
    match bytes.trim_ascii_start().first() {
        Some(b'{') => {}
        None => return Err(ReadError::new(file, format!("is empty; {EXPECTED}"))),
        Some(other) => {
            let found = char::from(*other).escape_default();
            return Err(ReadError::new(file, format!("begins with '{found}'; {EXPECTED}")));
        }
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, ReadError> {
    serde_json::from_slice(bytes).map_err(|error| json_error(file, &error))
}

/// Parses, and notes the paths of the keys that the type does not have.
fn parse_noting<T: DeserializeOwned>(
    file: &str,
    bytes: &[u8],
    unknown: &mut Vec<String>,
) -> Result<T, ReadError> {
    /// Enough to show what is wrong; a hostile document may have millions.
    const MOST: usize = 20;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let note = |path: serde_ignored::Path<'_>| {
        if unknown.len() < MOST {
            unknown.push(path.to_string());
        }
    };
    serde_ignored::deserialize(&mut deserializer, note).map_err(|error| json_error(file, &error))
}

fn json_error(file: &str, error: &serde_json::Error) -> ReadError {
    let message = error.to_string();
    if error.is_eof() {
        return ReadError::from_serde(file, error.line(), &format!("is cut: {message}"));
    }
    ReadError::from_serde(file, error.line(), &message)
}

fn newer_key(key: &str, version: SchemaVersion) -> Caveat {
    let message =
        format!("{key} belongs to version {version} of the format; this version of plimsoll leaves it out");
    Caveat::new("newer_schema", message)
}

/// The error for an unknown key: read again, slowly, to find its line.
fn unknown_key(file: &str, bytes: &[u8], key: &str, kind: Kind) -> ReadError {
    let error = ReadError::new(
        file,
        format!(
            "unknown key {key}; a {} of version {SCHEMA_VERSION} has none of that name there",
            kind.word()
        ),
    );
    let line = Cell::new(1);
    let mut found = None;
    let mut note = |path: serde_ignored::Path<'_>| {
        if found.is_none() && path.to_string() == key {
            found = Some(line.get());
        }
    };
    let mut deserializer = serde_json::Deserializer::from_reader(CountLines { bytes, line: &line });
    // It was read without an error a moment ago; only the line is of interest.
    let _ = match kind {
        Kind::Set => serde_ignored::deserialize::<_, _, crate::Set>(&mut deserializer, &mut note).map(drop),
        Kind::Run => serde_ignored::deserialize::<_, _, crate::Run>(&mut deserializer, &mut note).map(drop),
        Kind::Comparison => {
            serde_ignored::deserialize::<_, _, crate::Comparison>(&mut deserializer, &mut note).map(drop)
        }
    };
    match found {
        Some(line) => error.at_line(line),
        None => error,
    }
}

/// Gives out one byte at a time, so that the line is known at every moment.
struct CountLines<'a> {
    bytes: &'a [u8],
    line: &'a Cell<usize>,
}

impl Read for CountLines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (Some((first, rest)), Some(place)) = (self.bytes.split_first(), buffer.first_mut()) else {
            return Ok(0);
        };
        if *first == b'\n' {
            self.line.set(self.line.get() + 1);
        }
        *place = *first;
        self.bytes = rest;
        Ok(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        json("f.json", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn each_refusal_says_where_and_what() {
        let texts = [
            "",
            " \n",
            "{\"kind\": \"run\",\n \"schema_ver",
            "[]",
            "{\"schema_version\": \"1.0\"}",
            "{\"kind\": \"run\", \"schema_version\": \"2.0\"}",
            "{\"kind\": \"run\", \"schema_version\": \"one\"}",
            "{\"kind\": \"run\", \"schema_version\": \"1.0\",\n \"id\": 5}",
            "{\"kind\": \"comparison\", \"schema_version\": \"1.0\"}",
            "{\"kind\": \"run\", \"schema_version\": \"1.0\", \"duration_ns\": 1e999}",
            "{\"kind\": \"run\", \"schema_version\": \"1.0\",\n\n \"duration_ns\": -5}",
            "{\"kind\": \"run\", \"schema_version\": \"1.0\", \"duration_ns\": NaN}",
        ];
        insta::assert_snapshot!(texts.map(refusal).join("\n"));
    }

    #[test]
    fn brackets_without_end_are_refused_without_harm() {
        assert!(refusal(&"[".repeat(1 << 20)).contains("begins with '['"));
        let within = |head: &str, nest: &str| refusal(&format!("{head}{}", nest.repeat(1 << 18)));
        assert!(within("{\"runs\": ", "[").contains("is cut"));
        assert!(within("{\"kind\": \"set\", \"schema_version\": \"1.0\", \"id\": ", "[").contains("is cut"));
        assert!(within("", "{\"a\": ").contains("is cut"));
    }
}
