//! One chart as a page of its own.

use std::io::{self, Write};

use super::figure::Figure;
use super::sheet::{Part, Sheet};
use crate::chart::Chart;
use crate::text;

/// Prints one chart as a page of its own, with its table and everything that a page can do with it.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChartPage;

impl ChartPage {
    /// Prints a chart.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn render(self, chart: &Chart, out: &mut dyn Write) -> io::Result<()> {
        let figure = Figure::of(chart, "c0".to_owned(), "");
        let sheet = Sheet {
            title: text::name(&chart.title),
            kind: "chart",
            parts: vec![Part::new("chart", "").charts(vec![figure])],
            ..Sheet::default()
        };
        sheet.print(out)
    }
}
