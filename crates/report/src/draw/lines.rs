//! Draws lines.

use super::pen::{Path, Pen, fit, width};
use super::theme::hue;
use super::{Drawing, Field, Key, LETTERS, Sign, WIDTH, frame};
use crate::chart::{Band, Event, Line, LineStyle, Lines};
use crate::text;

const HEIGHT: f64 = 236.0;
const TOP: f64 = 24.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 12.0;
/// Room for the names of lines at their ends.
const NAMES: f64 = 66.0;
const BOTTOM: f64 = 24.0;
const BOTTOM_TITLED: f64 = 36.0;
/// Signs at values are only drawn where there are so few.
const FEW: usize = 24;

pub(super) fn draw(lines: &Lines) -> Drawing {
    let drawn = &lines.lines[..lines.lines.len().min(Lines::MOST)];
    let is_labelled = is_labelled(drawn);
    let bottom = if lines.x.title.is_empty() { BOTTOM } else { BOTTOM_TITLED };
    let right = if is_labelled { NAMES } else { RIGHT };
    let field = Field { left: LEFT, top: TOP, width: WIDTH - LEFT - right, height: HEIGHT - TOP - bottom };
    let mut pen = Pen::default();
    bands(&mut pen, lines, &field);
    frame::axes(&mut pen, &field, &lines.x, &lines.y);
    band_labels(&mut pen, lines, &field);
    frame::open(&mut pen, &field, (field.width, field.height));
    let inner = Field { left: 0.0, top: 0.0, ..field };
    for (index, line) in drawn.iter().enumerate() {
        pen.raw(format_args!("<g data-s=\"{index}\">"));
        marks(&mut pen, lines, &inner, index, line);
        pen.raw("</g>");
    }
    frame::close(&mut pen);
    limits(&mut pen, lines, &field);
    events(&mut pen, lines, &field);
    if is_labelled {
        names(&mut pen, lines, drawn, &field);
    }
    let legend = if drawn.len() > 1 { legend(drawn) } else { Vec::new() };
    Drawing { width: WIDTH, height: HEIGHT, body: pen.finish(), field: Some(field), legend, is_labelled }
}

/// Whether the names of the lines have room at their ends.
fn is_labelled(drawn: &[Line]) -> bool {
    let fits = |line: &Line| width(&line.name, LETTERS) <= NAMES - 6.0;
    (2..=6).contains(&drawn.len()) && drawn.iter().all(fits)
}

fn legend(drawn: &[Line]) -> Vec<Key> {
    let key = |(index, line): (usize, &Line)| Key {
        name: text::name(&line.name),
        index,
        sign: Sign::Line(line.style),
    };
    drawn.iter().enumerate().map(key).collect()
}

fn class(index: usize, style: LineStyle) -> String {
    match style {
        LineStyle::Reference => "rf".to_owned(),
        LineStyle::Dots => format!("ln fn s{}", hue(index)),
        LineStyle::Plain | LineStyle::Area if index == 0 => "ln s1".to_owned(),
        LineStyle::Plain | LineStyle::Area => format!("ln s{} d{index}", hue(index)),
    }
}

/// The sign of a line in a legend.
pub(super) fn sign(pen: &mut Pen, index: usize, style: LineStyle) {
    if style == LineStyle::Area {
        pen.rect(&format!("ar f{}", hue(index)), (0.0, 5.0), (24.0, 5.0));
    }
    pen.line(&class(index, style), (0.0, 5.0), (24.0, 5.0));
    if style == LineStyle::Dots {
        dot(pen, index, (12.0, 5.0));
    }
}

fn marks(pen: &mut Pen, lines: &Lines, field: &Field, index: usize, line: &Line) {
    let at = |(x, y): (f64, f64)| {
        (field.left + lines.x.place(x) * field.width, field.bottom() - lines.y.place(y) * field.height)
    };
    let mut path = Path::default();
    let mut area = Path::default();
    let mut alone = Vec::new();
    for run in line.points.split(|(_, value)| value.is_none_or(|value| !value.is_finite())) {
        let points: Vec<(f64, f64)> = run.iter().filter_map(|(x, y)| Some(at((*x, (*y)?)))).collect();
        path.lift();
        match points.as_slice() {
            [] => continue,
            [only] => alone.push(*only),
            [first, .., last] => {
                points.iter().for_each(|point| path.to(*point));
                area.start((first.0, field.bottom()));
                points.iter().for_each(|point| area.to(*point));
                area.to((last.0, field.bottom()));
                area.close();
            }
        }
    }
    if line.style == LineStyle::Area {
        pen.path(&format!("ar f{}", hue(index)), &area.finish());
    }
    let path = path.finish();
    if !path.is_empty() {
        pen.path(&class(index, line.style), &path);
    }
    let is_dotted = line.style == LineStyle::Dots;
    let points = || line.points.iter().filter_map(|(x, y)| Some(at((*x, (*y).filter(|y| y.is_finite())?))));
    if is_dotted || (line.style != LineStyle::Reference && points().count() <= FEW) {
        points().for_each(|point| dot(pen, index, point));
    } else {
        // A value between two gaps has no line that would show it.
        alone.into_iter().for_each(|point| pen.circle(&format!("f{}", hue(index)), point, 1.4));
    }
}

/// A sign at a value, another for each line.
fn dot(pen: &mut Pen, index: usize, (x, y): (f64, f64)) {
    let class = format!("f{}", hue(index));
    let polygon = |points: &[(f64, f64)]| {
        let mut path = Path::default();
        points.iter().for_each(|(dx, dy)| path.to((x + dx, y + dy)));
        path.close();
        path.finish()
    };
    match index % 4 {
        0 => pen.circle(&class, (x, y), 2.4),
        1 => pen.path(&class, &polygon(&[(-2.2, -2.2), (2.2, -2.2), (2.2, 2.2), (-2.2, 2.2)])),
        2 => pen.path(&class, &polygon(&[(0.0, -2.9), (2.7, 2.0), (-2.7, 2.0)])),
        _ => pen.path(&class, &polygon(&[(0.0, -3.0), (3.0, 0.0), (0.0, 3.0), (-3.0, 0.0)])),
    }
}

fn bands(pen: &mut Pen, lines: &Lines, field: &Field) {
    for (left, right, _) in placed(lines, field) {
        pen.raw("<g class=\"zx\">");
        pen.rect("ph", (left, field.top), (right - left, field.height));
        pen.raw("</g>");
    }
}

fn band_labels(pen: &mut Pen, lines: &Lines, field: &Field) {
    for (left, right, band) in placed(lines, field) {
        let label = text::name(&band.label);
        if width(&label, LETTERS) <= right - left - 6.0 {
            pen.raw("<g class=\"zx\">");
            pen.text("", (left + 4.0, field.top + 13.0), &label);
            pen.raw("</g>");
        }
    }
}

fn placed<'a>(lines: &'a Lines, field: &'a Field) -> impl Iterator<Item = (f64, f64, &'a Band)> {
    let at = |value| field.left + lines.x.place(value) * field.width;
    lines
        .bands
        .iter()
        .map(move |band| (at(band.from), at(band.to), band))
        .filter(|(left, right, _)| right > left)
}

fn limits(pen: &mut Pen, lines: &Lines, field: &Field) {
    let inside = |value: &f64| *value >= lines.y.from && *value <= lines.y.to;
    for limit in lines.limits.iter().filter(|limit| inside(&limit.value)) {
        let y = field.bottom() - lines.y.place(limit.value) * field.height;
        pen.line("li", (field.left, y), (field.right(), y));
        let label = fit(&text::name(&limit.label), field.width - 8.0, LETTERS);
        pen.text("lt ho e", (field.right() - 4.0, y - 4.0), &label);
    }
}

/// A line where something happened, with its label above as long as there is room.
fn events(pen: &mut Pen, lines: &Lines, field: &Field) {
    let inside = |event: &&Event| event.at >= lines.x.from && event.at <= lines.x.to;
    let mut free_from = width(&lines.y.title, LETTERS * 1.33) + 8.0;
    for event in lines.events.iter().filter(inside) {
        let x = field.left + lines.x.place(event.at) * field.width;
        pen.raw("<g class=\"zx\">");
        pen.line("ev", (x, field.top - 4.0), (x, field.bottom()));
        let label = fit(&text::name(&event.label), 220.0, LETTERS);
        let size = width(&label, LETTERS);
        let start = (x - size / 2.0).clamp(free_from.min(WIDTH), (WIDTH - size).max(0.0).max(free_from));
        if start >= free_from && start + size <= WIDTH && start <= x && x <= start + size {
            pen.text("", (start, field.top - 10.0), &label);
            free_from = start + size + 8.0;
        }
        pen.raw("</g>");
    }
}

/// The name of each line at its end, moved apart where they would meet.
fn names(pen: &mut Pen, lines: &Lines, drawn: &[Line], field: &Field) {
    const APART: f64 = 12.0;
    let end = |line: &Line| {
        let last = line.points.iter().rev().find_map(|(_, value)| *value)?;
        Some(field.bottom() - lines.y.place(last) * field.height + 3.8)
    };
    let mut ends: Vec<(f64, usize, &Line)> =
        drawn.iter().enumerate().filter_map(|(index, line)| Some((end(line)?, index, line))).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut lowest = field.top;
    for place in &mut ends {
        place.0 = place.0.max(lowest);
        lowest = place.0 + APART;
    }
    // What was pushed out below goes back up.
    let mut highest = field.bottom() + 4.0;
    for place in ends.iter_mut().rev() {
        place.0 = place.0.min(highest);
        highest = place.0 - APART;
    }
    for (y, index, line) in ends {
        pen.raw(format_args!("<g data-s=\"{index}\">"));
        pen.text("k", (field.right() + 6.0, y), &text::name(&line.name));
        pen.raw("</g>");
    }
}
