//! Rows and columns.

use plimsoll_model::Set;

use super::Cell;

/// Most rows that a table shows; everything that users name is capped.
const MOST_ROWS: usize = 24;

/// Most rows of a table that is the summary of many results.
const MOST_OF_ALL: usize = 1_000;

/// A table. Every row has one cell for each column.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Rows beyond the most that are shown.
    pub(crate) left_out: usize,
}

/// A column.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) align: Align,
    /// Where the table is too wide, columns with the lowest go first; [`Column::ALWAYS`] never.
    pub(crate) keep: u8,
}

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "html", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub(crate) enum Align {
    /// Names, which may be shortened.
    Left,
    /// Figures, which may not.
    Right,
}

impl Column {
    /// A column that is never dropped.
    pub(crate) const ALWAYS: u8 = u8::MAX;

    /// Names, always there.
    pub(crate) const fn name(title: &'static str) -> Column {
        Column { title, align: Align::Left, keep: Column::ALWAYS }
    }

    /// Words that may be left out.
    pub(crate) const fn words(title: &'static str, keep: u8) -> Column {
        Column { title, align: Align::Left, keep }
    }

    /// Figures.
    pub(crate) const fn figure(title: &'static str, keep: u8) -> Column {
        Column { title, align: Align::Right, keep }
    }
}

impl Table {
    pub(crate) fn new(columns: &[Column], rows: impl IntoIterator<Item = Vec<Cell>>) -> Table {
        Table::capped(columns, rows.into_iter().collect(), MOST_ROWS)
    }

    /// A table of so many rows at most.
    pub(super) fn capped(columns: &[Column], mut rows: Vec<Vec<Cell>>, most: usize) -> Table {
        debug_assert!(rows.iter().all(|row| row.len() == columns.len()), "a cell for each column");
        let left_out = rows.len().saturating_sub(most);
        rows.truncate(most);
        Table { columns: columns.to_vec(), rows, left_out }.without_blank()
    }

    /// A table of which nothing is left out, for what is a summary already; but for a list without end.
    pub(crate) fn whole(columns: &[Column], rows: Vec<Vec<Cell>>) -> Table {
        Table::capped(columns, rows, MOST_OF_ALL)
    }

    /// A table whose first column names the run, which says nothing where there is only one.
    pub(crate) fn by_run(set: &Set, columns: &[Column], rows: impl IntoIterator<Item = Vec<Cell>>) -> Table {
        let table = Table::new(columns, rows);
        if set.runs.len() > 1 { table } else { table.without(columns[0].title) }
    }

    /// The table without the column of that title.
    pub(crate) fn without(mut self, title: &str) -> Table {
        if let Some(index) = self.columns.iter().position(|column| column.title == title) {
            self.remove(index);
        }
        self
    }

    /// The table without the columns in which no cell says anything.
    fn without_blank(mut self) -> Table {
        for index in (0..self.columns.len()).rev() {
            if self.rows.iter().all(|row| row[index].text.is_empty()) {
                self.remove(index);
            }
        }
        self
    }

    fn remove(&mut self, index: usize) {
        self.columns.remove(index);
        for row in &mut self.rows {
            row.remove(index);
        }
    }
}
