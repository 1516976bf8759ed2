//! Rows of a file, and texts whose gaps they fill.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::path::Path;

use anyhow::{Context as _, ensure};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plimsoll::model::read::ReadError;
use plimsoll::{Context, Feeder, OutOfData};

/// What stays as it is in an address.
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A row: the value of each column.
pub type Columns = BTreeMap<String, String>;

/// In which order rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum RowOrder {
    /// As they stand in the file, again and again
    #[default]
    Sequential,
    /// Each once in a random order, then each once in another
    Shuffled,
    /// Any row at any time
    Random,
    /// A row for each user, which nobody else has
    Unique,
}

/// Rows of a file: CSV with a header, or JSON lines.
#[derive(Debug, Clone)]
pub struct Data {
    rows: Feeder<Columns>,
    file: String,
}

/// A text with gaps: `/items/{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    filling: Filling,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Column(String),
}

/// How a value stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// Percent-encoded, in an address.
    Address,
    /// As within quotation marks of JSON.
    Json,
    /// As it is.
    Plain,
}

impl Data {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or a row is not like the others; the error names file and line.
    pub fn open(path: &Path, order: RowOrder) -> anyhow::Result<Data> {
        let rows: Feeder<Columns> = Feeder::open(path)?;
        let rows = match order {
            RowOrder::Sequential => rows,
            RowOrder::Shuffled => rows.shuffled(),
            RowOrder::Random => rows.random(),
            RowOrder::Unique => rows.unique_per_user(),
        };
        let data = Data { rows, file: path.display().to_string() };
        data.is_even(path)?;
        Ok(data)
    }

    /// Every row has the columns of the first: CSV is that by itself, JSON lines may be ragged.
    fn is_even(&self, path: &Path) -> anyhow::Result<()> {
        let all = self.rows.rows();
        let Some(index) = all.iter().position(|row| !row.keys().eq(all[0].keys())) else { return Ok(()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", self.file))?;
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let line = lines.nth(index).map_or(index, |(line, _)| line) + 1;
        let names = |row: &Columns| row.keys().cloned().collect::<Vec<_>>().join(", ");
        let message = format!("has {}; expected {}, as in the first row", names(&all[index]), names(&all[0]));
        Err(ReadError::new(&self.file, message).at_line(line).into())
    }

    /// Checks that rows can fill the gaps of a text.
    ///
    /// # Errors
    /// When they have no column of a name.
    pub fn can_fill(&self, template: &Template) -> anyhow::Result<()> {
        let known = &self.rows.rows()[0];
        for column in template.columns() {
            let names = || known.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            ensure!(known.contains_key(column), "{} has no column {column:?}; it has {}", self.file, names());
        }
        Ok(())
    }

    /// The row for an iteration.
    ///
    /// # Errors
    /// When there is none left for it.
    pub fn row(&self, cx: &Context) -> Result<plimsoll::load::Row<Columns>, OutOfData> {
        self.rows.row(cx)
    }
}

impl Template {
    /// A text in which each name in braces is a gap. What stands in braces and is no name of a column, such as JSON,
    /// is text.
    #[must_use]
    pub fn new(text: &str, filling: Filling) -> Template {
        let (mut pieces, mut rest) = (Vec::new(), text);
        let mut before = String::new();
        while let Some(open) = rest.find('{') {
            let after = &rest[open + 1..];
            let name = after.find('}').map(|close| &after[..close]).filter(|name| is_name(name));
            match name {
                Some(name) => {
                    before.push_str(&rest[..open]);
                    pieces.extend([Piece::Text(std::mem::take(&mut before)), Piece::Column(name.to_owned())]);
                    rest = &after[name.len() + 1..];
                }
                None => {
                    before.push_str(&rest[..=open]);
                    rest = after;
                }
            }
        }
        before.push_str(rest);
        pieces.push(Piece::Text(before));
        Template { pieces, filling }
    }

    /// The names of its gaps.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Column(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text with the values of a row in its gaps; a row without a column leaves its gap empty.
    #[must_use]
    pub fn fill(&self, row: &Columns) -> String {
        let value = |name: &String| row.get(name).map_or("", String::as_str);
        let each = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Column(name) => self.filling.of(value(name)),
        });
        each.collect()
    }
}

impl Display for Template {
    /// The path with its gaps, without a query; of a body all of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Column(name) => format!("{{{name}}}"),
        });
        let whole: String = pieces.collect();
        f.write_str(match self.filling {
            Filling::Address => whole.split('?').next().unwrap_or_default(),
            Filling::Json | Filling::Plain => &whole,
        })
    }
}

impl Filling {
    fn of(self, value: &str) -> String {
        match self {
            Filling::Address => utf8_percent_encode(value, ADDRESS).to_string(),
            Filling::Plain => value.to_owned(),
            Filling::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn row(id: &str) -> Columns {
        BTreeMap::from([("id".to_owned(), id.to_owned())])
    }

    fn file(ending: &str, text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::Builder::new().suffix(ending).tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn a_value_stands_in_each_place_as_it_must() {
        let fill = |text, filling, value| Template::new(text, filling).fill(&row(value));
        assert_eq!(
            fill("/items/{id}?q={id}", Filling::Address, "a b/ü"),
            "/items/a%20b%2F%C3%BC?q=a%20b%2F%C3%BC"
        );
        assert_eq!(fill(r#"{"id": "{id}"}"#, Filling::Json, "say \"a\"\n"), r#"{"id": "say \"a\"\n"}"#);
        assert_eq!(fill("<{id}>{}{ }", Filling::Plain, "\"x\""), "<\"x\">{}{ }");
        assert_eq!(Template::new("/items/{id}?token=s3cret", Filling::Address).to_string(), "/items/{id}");
    }

    #[test]
    fn a_column_that_no_row_has_is_told_before_the_run() {
        let rows = file(".csv", "id,name\n1,ada\n");
        let data = Data::open(rows.path(), RowOrder::Sequential).unwrap();
        data.can_fill(&Template::new("{id}-{name}", Filling::Plain)).unwrap();
        let error = data.can_fill(&Template::new("/{idd}", Filling::Address)).unwrap_err().to_string();
        assert!(error.ends_with("has no column \"idd\"; it has id, name"), "{error}");
    }

    #[test]
    fn a_ragged_file_is_an_error_with_its_line() {
        for (ending, text, expected) in [
            (".csv", "id,name\n1,ada\n2\n", ":3: has 1 column; expected 2, as in the header"),
            (
                ".jsonl",
                "{\"id\": \"1\"}\n\n{\"name\": \"x\"}\n",
                ":3: has name; expected id, as in the first row",
            ),
            (".jsonl", "{\"id\": \"1\"}\n{\"id\": 2}\n", ":2: "),
        ] {
            let rows = file(ending, text);
            let error = Data::open(rows.path(), RowOrder::Random).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
