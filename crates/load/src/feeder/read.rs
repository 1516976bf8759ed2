//! Rows from files.

use std::path::Path;

use plimsoll_model::read::{self, ReadError};
use serde::de::DeserializeOwned;

use super::Feeder;

/// The largest file of rows that is read: 256 MiB.
const MAX_BYTES: u64 = 256 << 20;

impl<T: DeserializeOwned> Feeder<T> {
    /// The rows of a file: CSV with a header when its name ends in `.csv`, JSON lines when it ends in `.jsonl` or
    /// `.ndjson`.
    ///
    /// # Errors
    /// When the file cannot be read, has more than 256 MiB or another ending; and as [`Feeder::csv`] and
    /// [`Feeder::json_lines`].
    pub fn open(path: impl AsRef<Path>) -> Result<Feeder<T>, ReadError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let parse = match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Feeder::csv,
            Some("jsonl" | "ndjson") => Feeder::json_lines,
            _ => return Err(ReadError::new(&file, "expected a name that ends in .csv, .jsonl or .ndjson")),
        };
        let io = |error| ReadError::io(&file, error);
        if std::fs::metadata(path).map_err(io)?.len() > MAX_BYTES {
            return Err(ReadError::new(&file, "is larger than 256 MiB, the most that is read"));
        }
        parse(&file, &std::fs::read_to_string(path).map_err(io)?)
    }

    /// Rows of comma-separated values below a header that names the columns. `file` is for errors, and tells the
    /// feeder from others.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use plimsoll_load::Feeder;
    ///
    /// type Columns = BTreeMap<String, String>;
    /// let error = Feeder::<Columns>::csv("accounts.csv", "name,orders\nada,3\ngrace\n").unwrap_err();
    /// assert_eq!(error.to_string(), "accounts.csv:3: has 1 column; expected 2, as in the header");
    /// ```
    ///
    /// # Errors
    /// When a row has more or fewer columns than the header, a value is not what the type has there, two columns
    /// have the same name, or there is no row.
    pub fn csv(file: &str, text: &str) -> Result<Feeder<T>, ReadError> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header =
            reader.headers().map_err(|error| csv_error(file, &csv::StringRecord::new(), &error))?.clone();
        let twice =
            header.iter().enumerate().find(|(index, name)| header.iter().take(*index).any(|n| n == *name));
        if let Some((_, name)) = twice {
            return Err(ReadError::new(file, format!("has two columns called {name:?}")).at_line(1));
        }
        let rows = reader.deserialize().map(|row| row.map_err(|error| csv_error(file, &header, &error)));
        Feeder::of_file(file, rows.collect::<Result<_, _>>()?)
    }

    /// One JSON value in each line. `file` is for errors, and tells the feeder from others.
    ///
    /// # Errors
    /// When a line is not the JSON that the type expects, or there is none but empty ones.
    pub fn json_lines(file: &str, text: &str) -> Result<Feeder<T>, ReadError> {
        Feeder::of_file(file, read::json_lines(file, text)?)
    }

    fn of_file(file: &str, rows: Vec<T>) -> Result<Feeder<T>, ReadError> {
        Feeder::new(file, rows).map_err(|_| ReadError::new(file, "has no rows; expected at least one"))
    }
}

/// What is wrong with a row, where, in the words of all our refusals.
fn csv_error(file: &str, header: &csv::StringRecord, error: &csv::Error) -> ReadError {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let columns = if *len == 1 { "column" } else { "columns" };
            format!("has {len} {columns}; expected {expected_len}, as in the header")
        }
        csv::ErrorKind::Deserialize { err, .. } => {
            let index = err.field().and_then(|field| usize::try_from(field).ok());
            match index.and_then(|index| header.get(index)) {
                Some(column) => format!("column {column:?}: {}", err.kind()),
                None => err.kind().to_string(),
            }
        }
        _ => error.to_string(),
    };
    let refusal = ReadError::new(file, message);
    match error.position().and_then(|position| usize::try_from(position.line()).ok()) {
        Some(line) => refusal.at_line(line),
        None => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Patient {
        name: String,
        age: u32,
    }

    fn ages(feeder: Result<Feeder<Patient>, ReadError>) -> Vec<u32> {
        let feeder = feeder.unwrap();
        let cx = |iteration| crate::Context {
            user: 0,
            iteration,
            intended: 0,
            started: 0,
            seed: 0,
            tenant: 0,
            timeline: plimsoll_metrics::Timeline::start(plimsoll_metrics::Clock::System),
        };
        (0..feeder.len() as u64).map(|iteration| feeder.row(&cx(iteration)).unwrap().age).collect()
    }

    #[test]
    fn both_formats_hold_the_same_rows() {
        let csv = "\u{feff}name,note,age\r\n\"Ada, Countess\",\"two\nlines\",36\r\nGrace,,85\r\n";
        let lines = "{\"name\": \"Ada, Countess\", \"age\": 36}\n\n{\"name\": \"Grace\", \"age\": 85}\n";
        assert_eq!(ages(Feeder::csv("p.csv", csv)), [36, 85]);
        assert_eq!(ages(Feeder::json_lines("p.jsonl", lines)), [36, 85]);
    }

    #[test]
    fn each_refusal_says_where_and_what() {
        let csv = [
            "",
            "name,age\n",
            "name,age\nada,36\ngrace\n",
            "name,age\nada,36,countess\n",
            "name,age\nada,old\n",
            "name,age\n\"a\nb\",36\nc,-1\n",
            "name,years\nada,36\n",
            "name,name\nada,36\n",
        ];
        let lines = [
            "",
            "\n \n",
            "{\"name\": \"a\", \"age\": 1}\n{\"name\": \"b\"}\n",
            "{\"name\": \"a\", \"age\": 1}\n\n{\"name\": \"b\",\n",
            "[1]\n",
        ];
        let csv = csv.map(|text| Feeder::<Patient>::csv("p.csv", text).unwrap_err().to_string());
        let lines = lines.map(|text| Feeder::<Patient>::json_lines("p.jsonl", text).unwrap_err().to_string());
        insta::assert_snapshot!([csv.join("\n"), lines.join("\n")].join("\n"));
    }
}
