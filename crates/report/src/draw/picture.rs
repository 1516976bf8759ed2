//! A drawing that stands alone, with its title and its colours in it.

use super::pen::{Pen, width};
use super::theme::LIGHT;
use super::{Drawing, Key, LETTERS, WIDTH, draw};
use crate::chart::Chart;
use crate::text;

const MARGIN: f64 = 16.0;
const TITLE: f64 = 15.0;
const FINDING: f64 = 11.5;
const LINE: f64 = 15.0;

/// A chart as an SVG document of its own, with title, finding and legend, on white paper.
///
/// ```
/// use plimsoll_report::chart::{Chart, Topic};
///
/// let chart = Chart::missing("queue", Topic::Own, "Queue <depth>", "nothing was measured");
/// let svg = plimsoll_report::svg(&chart);
/// assert!(svg.contains("Queue &lt;depth&gt;") && svg.contains("nothing was measured"));
/// ```
#[must_use]
pub fn svg(chart: &Chart) -> String {
    let drawing = draw(chart);
    let mut pen = Pen::default();
    let mut y = MARGIN + TITLE;
    pen.raw(format_args!("<g transform=\"translate({MARGIN} 0)\">"));
    pen.text("ti", (0.0, y - 2.0), &text::cut(&text::name(&chart.title), (WIDTH / (TITLE * 0.56)) as usize));
    let columns = (WIDTH / (FINDING * 0.53)) as usize;
    for line in text::wrap(&text::sentence(&chart.finding), columns, columns).iter().take(3) {
        y += LINE;
        pen.text("fi", (0.0, y), line);
    }
    if !drawing.is_labelled {
        y = legend(&mut pen, &drawing, y);
    }
    pen.raw("</g>");
    y += 12.0;
    pen.raw(format_args!("<g transform=\"translate({MARGIN} {y:.1})\">{}</g>", drawing.body));
    let (width, height) = (drawing.width + 2.0 * MARGIN, y + drawing.height + MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\"><style>{}.ti{{font-size:{TITLE}px;\
         fill:{}}}.fi{{font-size:{FINDING}px}}</style><rect width=\"100%\" height=\"100%\" fill=\"{}\"/>{}</svg>",
        LIGHT.resolved(),
        LIGHT.ink,
        LIGHT.paper,
        pen.finish()
    )
}

/// The legend in as many lines as it needs; gives the place of the last.
fn legend(pen: &mut Pen, drawing: &Drawing, mut y: f64) -> f64 {
    const SIGN: f64 = 30.0;
    let mut x = f64::MAX;
    for key in &drawing.legend {
        let room = SIGN + width(&key.name, LETTERS) + 16.0;
        if x + room > WIDTH {
            (x, y) = (0.0, y + LINE + 3.0);
        }
        entry(pen, key, (x, y));
        x += room;
    }
    y
}

fn entry(pen: &mut Pen, key: &Key, (x, y): (f64, f64)) {
    pen.raw(format_args!("<g transform=\"translate({x:.1} {:.1})\">{}</g>", y - 9.0, key.sign()));
    let name = text::cut(&key.name, (WIDTH / (LETTERS * 0.56)) as usize - 8);
    pen.text("k", (x + 30.0, y), &name);
}
