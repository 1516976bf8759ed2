//! Rows of a check, aligned.

use std::fmt::Write;

/// One line of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whether there is nothing to do about it.
    pub is_ok: bool,
    /// What was looked at.
    pub name: String,
    /// What was found.
    pub found: String,
    /// What it means, or what to do; empty when there is nothing to say.
    pub note: String,
}

impl Row {
    /// Whether there is something to be done about it.
    #[must_use]
    pub fn needs_action(&self) -> bool {
        !self.is_ok && self.found != "–"
    }
}

/// The rows below each other, with a word for each, since a glyph alone is not for everybody.
pub(super) fn of(rows: &[Row]) -> String {
    let width = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
    let (name, found) = (width(|row| &row.name), width(|row| &row.found));
    let mut text = String::new();
    for row in rows {
        let word = match row {
            Row { is_ok: true, .. } => "ok",
            row if row.needs_action() => "--",
            // Nobody can do anything about it.
            _ => "",
        };
        let line = format!("  {word:<2}  {:<name$}  {:<found$}  {}", row.name, row.found, row.note);
        writeln!(text, "{}", line.trim_end()).expect("writing to a String does not fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_end_without_spaces() {
        let row = |is_ok, name: &str, found: &str, note: &str| Row {
            is_ok,
            name: name.into(),
            found: found.into(),
            note: note.into(),
        };
        let text = of(&[
            row(true, "cargo", "1.95.0", ""),
            row(false, "somaxconn", "128", "advised: 65535"),
            row(false, "governor", "–", "not here"),
        ]);
        assert_eq!(
            text,
            "  ok  cargo      1.95.0\n  --  somaxconn  128     advised: 65535\n      governor   –       not here\n"
        );
    }
}
