//! Nothing to see, and why.

use super::pen::Pen;
use super::{Drawing, LETTERS, WIDTH};

const HEIGHT: f64 = 90.0;

pub(super) fn draw(reason: &str) -> Drawing {
    let mut pen = Pen::default();
    let columns = (WIDTH / (LETTERS * 0.6)) as usize;
    let lines = crate::text::wrap(&crate::text::sentence(reason), columns, columns);
    let first = HEIGHT / 2.0 - (lines.len().min(4) as f64 - 1.0) * 8.0;
    for (index, line) in lines.iter().take(4).enumerate() {
        pen.text("m", (WIDTH / 2.0, first + index as f64 * 16.0), line);
    }
    Drawing {
        width: WIDTH,
        height: HEIGHT,
        body: pen.finish(),
        field: None,
        legend: Vec::new(),
        is_labelled: true,
    }
}
