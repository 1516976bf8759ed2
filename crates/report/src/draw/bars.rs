//! Draws lengths beside each other.

use super::pen::{Pen, fit, width};
use super::theme::hue;
use super::{Drawing, Key, LETTERS, Sign, WIDTH};
use crate::chart::{Bar, BarGroup, Bars};
use crate::text;

const BAR: f64 = 13.0;
const GAP: f64 = 3.0;
const BETWEEN: f64 = 10.0;
const TOP: f64 = 8.0;
/// Room for the value after the longest bar.
const VALUE: f64 = 74.0;

/// The class of a bar.
pub(super) fn class(index: usize) -> String {
    format!("f{}", hue(index))
}

pub(super) fn draw(bars: &Bars) -> Drawing {
    let groups = &bars.groups[..bars.groups.len().min(Bars::MOST)];
    let names = groups.iter().map(|group| width(&text::name(&group.label), LETTERS)).fold(24.0, f64::max);
    let left = (names + 12.0).min(170.0);
    let all = || groups.iter().flat_map(|group| &group.bars).flat_map(|bar| [bar.value, bar.limit]);
    let longest = all().flatten().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let room = WIDTH - left - VALUE;
    let length = |value: f64| if longest > 0.0 { (value / longest).clamp(0.0, 1.0) * room } else { 0.0 };
    let mut pen = Pen::default();
    let mut y = TOP;
    for group in groups {
        y += draw_group(&mut pen, bars, group, (left, y), &length) + BETWEEN;
    }
    pen.line("ax", (left, TOP - 4.0), (left, y - BETWEEN + 4.0));
    let key = |(index, name): (usize, &String)| Key { name: text::name(name), index, sign: Sign::Bar };
    let legend =
        if bars.names.len() > 1 { bars.names.iter().enumerate().map(key).collect() } else { Vec::new() };
    Drawing { width: WIDTH, height: y + 2.0, body: pen.finish(), field: None, legend, is_labelled: false }
}

/// Draws a group, and tells how high it is.
fn draw_group(
    pen: &mut Pen,
    bars: &Bars,
    group: &BarGroup,
    (left, top): (f64, f64),
    length: &impl Fn(f64) -> f64,
) -> f64 {
    let height = group.bars.len().max(1) as f64 * (BAR + GAP) - GAP;
    let label = fit(&text::name(&group.label), left - 10.0, LETTERS);
    pen.text("k e", (left - 8.0, top + height / 2.0 + 3.8), &label);
    for (index, Bar { value, limit }) in group.bars.iter().enumerate() {
        let y = top + index as f64 * (BAR + GAP);
        let value = value.filter(|value| value.is_finite());
        let end = left + value.map_or(0.0, length);
        pen.raw(format_args!("<g data-s=\"{index}\">"));
        pen.rect(&class(index), (left, y), (end - left, BAR));
        let shown = value.map_or_else(|| crate::format::EMPTY.to_owned(), |value| bars.measure.label(value));
        let limit = limit.filter(|limit| limit.is_finite()).map(|limit| left + length(limit));
        // The value stands after the limit where that is close behind the bar.
        let after = limit.filter(|limit| *limit >= end && *limit < end + 60.0).unwrap_or(end);
        pen.text("v", (after + 5.0, y + BAR / 2.0 + 3.8), &shown);
        if let Some(limit) = limit {
            pen.line("li", (limit, y - 2.0), (limit, y + BAR + 2.0));
        }
        pen.raw("</g>");
    }
    height
}
