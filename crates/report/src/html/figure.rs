//! A chart on a page: its drawing, its words, and its figures as a table.

use serde::Serialize;

use crate::chart::{Axis, Chart, ChartData, Measure, Plot};
use crate::draw::{Field, draw};
use crate::text;

/// A chart on a page.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    /// Its place on the page.
    pub(super) id: String,
    title: String,
    finding: String,
    /// By what a page filters it; empty where it is always there.
    group: String,
    width: String,
    height: String,
    /// Markup of our own.
    body: String,
    /// Left, top, width and height of the marks, and width and height of their inner drawing.
    field: Option<String>,
    /// Charts with the same axis move together.
    axis: Option<String>,
    legend: Vec<Entry>,
    data: ChartData,
}

/// An entry of the legend.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    index: usize,
    /// Markup of our own.
    sign: String,
}

impl Figure {
    pub(super) fn of(chart: &Chart, id: String, group: &str) -> Figure {
        let drawing = draw(chart);
        let entry =
            |key: &crate::draw::Key| Entry { name: key.name.clone(), index: key.index, sign: key.sign() };
        let data = chart.data();
        let visible = |cells: Vec<String>| cells.iter().map(|cell| text::name(cell)).collect();
        let rows =
            data.rows.into_iter().map(|row| crate::chart::DataRow { cells: visible(row.cells), ..row });
        Figure {
            id,
            title: text::name(&chart.title),
            finding: text::sentence(&chart.finding),
            group: text::name(group),
            width: drawing.width.to_string(),
            height: format!("{:.0}", drawing.height),
            field: drawing.field.map(|field| numbers(&field, &chart.plot)),
            axis: axis(&chart.plot),
            legend: drawing.legend.iter().map(entry).collect(),
            body: drawing.body,
            data: ChartData { columns: visible(data.columns), rows: rows.collect() },
        }
    }

    /// Whether a page filters it.
    pub(super) fn is_grouped(&self) -> bool {
        !self.group.is_empty()
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let cells =
            self.data.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.len() + 4).sum::<usize>();
        self.body.len() + cells + self.data.rows.len() * 24 + 1_200
    }
}

fn numbers(field: &Field, plot: &Plot) -> String {
    let (width, height) = match plot {
        Plot::Heatmap(map) => (map.columns.len().saturating_sub(1).max(1) as f64, map.rows.max(1) as f64),
        _ => (field.width, field.height),
    };
    format!(
        "{:.1} {:.1} {:.1} {:.1} {width:.1} {height:.1}",
        field.left, field.top, field.width, field.height
    )
}

/// What the axis along means, the same for charts that share it.
fn axis(plot: &Plot) -> Option<String> {
    let of = |axis: &Axis| match axis.measure {
        Measure::Elapsed => Some("time"),
        Measure::Date => Some("date"),
        Measure::Nines => Some("percentile"),
        _ => None,
    };
    match plot {
        Plot::Lines(lines) => of(&lines.x).map(|name| format!("{name} {} {}", lines.x.from, lines.x.to)),
        Plot::Heatmap(map) => of(&map.x).map(|name| format!("{name} {} {}", map.x.from, map.x.to)),
        _ => None,
    }
}

/// Charts as long as they fit into so many bytes, and how many did not.
pub(super) fn within(
    charts: impl IntoIterator<Item = (Chart, String)>,
    budget: usize,
) -> (Vec<(Chart, Figure)>, usize) {
    let mut kept = Vec::new();
    let (mut size, mut left_out) = (0, 0);
    for (index, (chart, group)) in charts.into_iter().enumerate() {
        let figure = Figure::of(&chart, format!("c{index}"), &group);
        if size + figure.size() > budget {
            left_out += 1;
            continue;
        }
        size += figure.size();
        kept.push((chart, figure));
    }
    (kept, left_out)
}
