//! A Cargo manifest as keys that know their lines.

use std::collections::BTreeMap;

use anyhow::Context;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A key of a manifest: where it stands, and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its line, from 1.
    pub line: usize,
    /// Its value.
    pub value: Value,
}

/// The value of a key, as far as the rules look at it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A text.
    Text(String),
    /// Keys.
    Table(BTreeMap<String, Key>),
    /// A table that is repeated (`[[bin]]`), or values in brackets.
    List(Vec<Value>),
    /// A number or a date, which no rule looks at.
    Other,
}

impl Key {
    /// The top of a manifest.
    ///
    /// # Errors
    /// When the text is not TOML.
    pub fn parse(text: &str) -> anyhow::Result<Key> {
        let table = DeTable::parse(text).context("not a manifest")?;
        Ok(Key { line: 1, value: Value::Table(keys(text, table.get_ref())) })
    }

    /// The key at a path below this one. Its parts are given apart, because a name may hold dots.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Key> {
        path.iter().try_fold(self, |key, name| key.value.table()?.get(*name))
    }

    /// The text at a path.
    #[must_use]
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        match &self.at(path)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether exactly that flag stands at a path.
    #[must_use]
    pub fn is_flag(&self, path: &[&str], flag: bool) -> bool {
        self.at(path).is_some_and(|key| key.value == Value::Flag(flag))
    }

    /// The keys of a table at a path; none when there is no such table.
    pub fn children<'a>(&'a self, path: &[&str]) -> impl Iterator<Item = (&'a str, &'a Key)> + use<'a> {
        let table = self.at(path).and_then(|key| key.value.table());
        table.into_iter().flatten().map(|(name, key)| (name.as_str(), key))
    }
}

impl Value {
    /// The keys, of a table.
    #[must_use]
    pub fn table(&self) -> Option<&BTreeMap<String, Key>> {
        match self {
            Value::Table(keys) => Some(keys),
            _ => None,
        }
    }

    /// The values, of a list; of anything else none.
    #[must_use]
    pub fn list(&self) -> &[Value] {
        match self {
            Value::List(values) => values,
            _ => &[],
        }
    }
}

fn keys(text: &str, table: &DeTable<'_>) -> BTreeMap<String, Key> {
    table
        .iter()
        .map(|(name, value)| {
            let key = Key { line: line_at(text, name), value: owned(text, value.get_ref()) };
            (name.get_ref().to_string(), key)
        })
        .collect()
}

fn owned(text: &str, value: &DeValue<'_>) -> Value {
    match value {
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::String(string) => Value::Text(string.to_string()),
        DeValue::Table(table) => Value::Table(keys(text, table)),
        DeValue::Array(values) => Value::List(values.iter().map(|v| owned(text, v.get_ref())).collect()),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
    }
}

fn line_at<T>(text: &str, spanned: &Spanned<T>) -> usize {
    text[..spanned.span().start].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_knows_its_line() {
        let top = Key::parse("[package]\nname = \"a\"\n\n[lib]\nbench = false\n").unwrap();
        assert_eq!(top.at(&["lib", "bench"]), Some(&Key { line: 5, value: Value::Flag(false) }));
    }

    #[test]
    fn dotted_keys_and_tables_are_the_same() {
        let dotted = Key::parse("a.b.c = true").unwrap();
        let table = Key::parse("[a.b]\nc = true").unwrap();
        assert!(dotted.is_flag(&["a", "b", "c"], true) && table.is_flag(&["a", "b", "c"], true));
    }
}
