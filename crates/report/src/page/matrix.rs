//! Every target of every run and scenario at a glance.

use plimsoll_model::Set;

use super::{Cell, Observation};

/// Most rows and columns.
const MOST: usize = 24;

/// A row for each run and scenario, a column for each figure that something was promised of.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct Matrix {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<MatrixRow>,
    /// Targets that had no room.
    pub(crate) left_out: usize,
}

/// A run or a scenario of it.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct MatrixRow {
    pub(crate) label: String,
    /// One for each column: the mark, what was observed, and what was promised; `None` where nothing was.
    pub(crate) cells: Vec<Option<MatrixCell>>,
}

/// What became of a target.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub(crate) struct MatrixCell {
    pub(crate) cell: Cell,
    pub(crate) value: String,
    pub(crate) limit: String,
}

impl Matrix {
    /// The targets of a set; `None` where it has none.
    pub(crate) fn of(set: &Set) -> Option<Matrix> {
        let observations = Observation::all(set);
        let mut matrix = Matrix { columns: Vec::new(), rows: Vec::new(), left_out: 0 };
        for observation in &observations {
            matrix.place(observation, set.runs.len() > 1);
        }
        (!observations.is_empty()).then_some(matrix)
    }

    fn place(&mut self, observation: &Observation, has_runs: bool) {
        let metric = observation.metric.split_once('(').map_or(observation.metric.as_str(), |(name, _)| name);
        // A resource means nothing without its target.
        let metric = if metric.contains('.') { observation.metric.as_str() } else { metric };
        let scope = observation.scope.as_deref().filter(|_| !metric.contains('.')).map(crate::text::name);
        let label = match (has_runs, scope) {
            (true, Some(scope)) => format!("{} · {scope}", observation.run),
            (true, None) => observation.run.clone(),
            (false, Some(scope)) => scope,
            (false, None) => "all".to_owned(),
        };
        let (Some(column), Some(row)) = (self.column(metric), self.row(&label)) else {
            self.left_out += 1;
            return;
        };
        let cell = MatrixCell {
            cell: observation.mark.into(),
            value: observation.value.clone(),
            limit: observation.limit.clone(),
        };
        let cells = &mut self.rows[row].cells;
        cells.resize(cells.len().max(column + 1), None);
        match &mut cells[column] {
            free @ None => *free = Some(cell),
            // A second target of the same figure: the graver one is shown, the table has both.
            Some(known) if known.cell.tone != super::Tone::Bad => *known = cell,
            Some(_) => {}
        }
        let columns = self.columns.len();
        self.rows.iter_mut().for_each(|row| row.cells.resize(columns, None));
    }

    fn column(&mut self, metric: &str) -> Option<usize> {
        let known = self.columns.iter().position(|known| known == metric);
        known.or_else(|| {
            (self.columns.len() < MOST).then(|| self.columns.push(metric.to_owned()))?;
            Some(self.columns.len() - 1)
        })
    }

    fn row(&mut self, label: &str) -> Option<usize> {
        let known = self.rows.iter().position(|row| row.label == label);
        known.or_else(|| {
            let row = MatrixRow { label: label.to_owned(), cells: Vec::new() };
            (self.rows.len() < MOST).then(|| self.rows.push(row))?;
            Some(self.rows.len() - 1)
        })
    }
}
