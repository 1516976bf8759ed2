//! Draws a heatmap.

use super::pen::Pen;
use super::{Drawing, Field, WIDTH, frame};
use crate::chart::Heatmap;
use crate::format;

const HEIGHT: f64 = 274.0;
const TOP: f64 = 24.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 12.0;
const BOTTOM: f64 = 62.0;

pub(super) fn draw(map: &Heatmap) -> Drawing {
    let field = Field { left: LEFT, top: TOP, width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };
    let limits = map.limits();
    let mut pen = Pen::default();
    frame::axes(&mut pen, &field, &map.x, &map.y);
    let columns = map.columns.len().saturating_sub(1).max(1);
    frame::open(&mut pen, &field, (columns as f64, map.rows.max(1) as f64));
    for (class, path) in paths(map, &limits).into_iter().enumerate() {
        if !path.is_empty() {
            pen.path(&format!("ht h{}", shade(class, limits.len())), &path);
        }
    }
    frame::close(&mut pen);
    key(&mut pen, &field, &limits);
    Drawing {
        width: WIDTH,
        height: HEIGHT,
        body: pen.finish(),
        field: Some(field),
        legend: Vec::new(),
        is_labelled: true,
    }
}

/// One path for each shade: a stroke as high as a row through cells of that shade beside each other. Thousands of
/// rectangles would be six times as long.
fn paths(map: &Heatmap, limits: &[u64]) -> Vec<String> {
    let mut cells: Vec<(usize, usize, usize)> = map
        .cells
        .iter()
        .map(|(column, row, count)| (Heatmap::class(limits, *count), *row, *column))
        .collect();
    cells.sort_unstable();
    let mut paths = vec![String::new(); limits.len()];
    let mut rest = cells.as_slice();
    while let Some((class, row, column)) = rest.first().copied() {
        let is_next =
            |(offset, cell): &(usize, &(usize, usize, usize))| **cell == (class, row, column + offset);
        let length = rest.iter().enumerate().take_while(is_next).count();
        let middle = (map.rows - row) * 10 - 5;
        paths[class].push_str(&format!("M{column} {}.{}h{length}", middle / 10, middle % 10));
        rest = &rest[length..];
    }
    paths
}

/// The shade of a class, from 1: the few classes of small counts are spread over all shades.
fn shade(class: usize, classes: usize) -> usize {
    if classes <= 1 { Heatmap::CLASSES / 2 + 1 } else { class * (Heatmap::CLASSES - 1) / (classes - 1) + 1 }
}

/// The shades with the least count of each.
fn key(pen: &mut Pen, field: &Field, limits: &[u64]) {
    const SWATCH: f64 = 34.0;
    let y = field.bottom() + 30.0;
    let start = field.right() - SWATCH * limits.len() as f64;
    pen.text("e", (start - 8.0, y + 8.0), "operations");
    for (class, limit) in limits.iter().enumerate() {
        let x = start + class as f64 * SWATCH;
        pen.rect(&format!("c{}", shade(class, limits.len())), (x, y), (SWATCH, 9.0));
        pen.text("", (x, y + 21.0), &short(*limit));
    }
}

/// A count in few letters.
fn short(count: u64) -> String {
    match count {
        0..10_000 => format::count(count),
        10_000..1_000_000 => format!("{}k", count / 1_000),
        1_000_000..1_000_000_000 => format!("{}M", count / 1_000_000),
        _ => format!("{}G", count / 1_000_000_000),
    }
}
