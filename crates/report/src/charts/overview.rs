//! CPU and memory of every target in every run at a glance.

use plimsoll_model::{ResourceSeries, Set, SetRun};

use super::resources::target;
use crate::chart::{Chart, Grid, Measure, Plot, Topic};
use crate::page;

/// What is summed up.
const METRICS: [(&str, &str); 2] = [("cpu", "CPU"), ("memory", "Memory")];

pub(super) fn charts(set: &Set) -> Vec<Chart> {
    METRICS.into_iter().filter_map(|(metric, title)| chart(set, metric, title)).collect()
}

/// A row for each run, a column for each target.
fn chart(set: &Set, metric: &str, title: &str) -> Option<Chart> {
    let mut targets: Vec<&str> = Vec::new();
    for series in set.runs.iter().flat_map(|place| of_metric(place, metric)) {
        if series.summary.peak.is_some() && !targets.contains(&series.target.as_str()) {
            targets.push(&series.target);
        }
    }
    let unit = set.runs.iter().flat_map(|place| of_metric(place, metric)).next()?.unit;
    // One number is no map.
    if targets.is_empty() || targets.len() * set.runs.len() < 2 {
        return None;
    }
    let row = |place: &SetRun| {
        let mean = |name: &&str| {
            let series = place
                .run
                .resources
                .iter()
                .find(|series| series.metric == metric && series.target == **name)?;
            series.summary.mean
        };
        (page::run_label(set, place), targets.iter().map(mean).collect())
    };
    let rows: Vec<(String, Vec<Option<f64>>)> = set.runs.iter().map(row).collect();
    let shown = (rows.len().min(Grid::MOST_ROWS), targets.len().min(Grid::MOST_COLUMNS));
    let is_whole = shown == (rows.len(), targets.len());
    let more = if is_whole { "" } else { " Rows or columns are left out; the data below has all." };
    Some(Chart {
        name: format!("overview/{metric}_heatmap"),
        topic: Topic::Overview,
        title: format!("{title} by run and target"),
        finding: format!("Average of each target in each run.{more}"),
        plot: Plot::Grid(Grid::new(
            Measure::Value(unit),
            targets.iter().map(|name| target(name)).collect(),
            rows,
        )),
    })
}

fn of_metric<'a>(place: &'a SetRun, metric: &'a str) -> impl Iterator<Item = &'a ResourceSeries> {
    place.run.resources.iter().filter(move |series| series.metric == metric)
}
