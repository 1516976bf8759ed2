//! Writes SVG.

use std::fmt::{Display, Write as _};

/// Writes the elements of a drawing. Whatever it is given as text is shown as text.
#[derive(Debug, Default)]
pub(super) struct Pen {
    out: String,
}

impl Pen {
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Our own markup.
    pub(super) fn raw(&mut self, markup: impl Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{markup}");
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [(x1, y1), (x2, y2)] = [from, to].map(|(x, y)| (Tenths::of(x), Tenths::of(y)));
        self.raw(format_args!("<path class=\"{class}\" d=\"M{x1} {y1}L{x2} {y2}\"/>"));
    }

    pub(super) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let [x, y, width, height] = [x, y, width.max(0.0), height.max(0.0)].map(Tenths::of);
        self.raw(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    pub(super) fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let [x, y, radius] = [x, y, radius].map(Tenths::of);
        self.raw(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    }

    pub(super) fn path(&mut self, class: &str, path: &str) {
        self.raw(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        if text.is_empty() {
            return;
        }
        let [x, y] = [x, y].map(Tenths::of);
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.raw(format_args!("<text{class} x=\"{x}\" y=\"{y}\">{}</text>", escape(text)));
    }
}

/// A text as SVG and HTML show it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in crate::text::visible(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML has no such characters, and a parser would refuse the drawing.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A number with one decimal at most, in as few letters as there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tenths(i64);

impl Tenths {
    pub(super) fn of(value: f64) -> Tenths {
        // The cast saturates; a drawing is a few hundred wide.
        Tenths((value * 10.0).round() as i64)
    }

    fn minus(self, other: Tenths) -> Tenths {
        Tenths(self.0 - other.0)
    }
}

impl Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, tenth) = (self.0.abs() / 10, self.0.abs() % 10);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match (whole, tenth) {
            (whole, 0) => write!(f, "{whole}"),
            (0, tenth) => write!(f, ".{tenth}"),
            (whole, tenth) => write!(f, "{whole}.{tenth}"),
        }
    }
}

/// A path through points, in steps from one to the next, which are shorter to write than places.
#[derive(Debug, Default)]
pub(super) struct Path {
    out: String,
    at: Option<(Tenths, Tenths)>,
}

impl Path {
    /// Goes to a point without a line.
    pub(super) fn start(&mut self, (x, y): (f64, f64)) {
        let (x, y) = (Tenths::of(x), Tenths::of(y));
        let _ = write!(self.out, "M{x} {y}");
        self.at = Some((x, y));
    }

    /// A line to a point.
    pub(super) fn to(&mut self, point: (f64, f64)) {
        let Some((from_x, from_y)) = self.at else { return self.start(point) };
        let (x, y) = (Tenths::of(point.0), Tenths::of(point.1));
        let (dx, dy) = (x.minus(from_x), y.minus(from_y));
        let _ = match (dx.0, dy.0) {
            (0, 0) => Ok(()),
            (_, 0) => write!(self.out, "h{dx}"),
            (0, _) => write!(self.out, "v{dy}"),
            (_, down) if down < 0 => write!(self.out, "l{dx}{dy}"),
            _ => write!(self.out, "l{dx} {dy}"),
        };
        self.at = Some((x, y));
    }

    /// The next point starts anew.
    pub(super) fn lift(&mut self) {
        self.at = None;
    }

    pub(super) fn close(&mut self) {
        self.out.push('z');
        self.at = None;
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// About how wide a text is in a drawing, in its units: no font is asked.
pub(super) fn width(text: &str, size: f64) -> f64 {
    crate::text::width(text) as f64 * size * 0.56
}

/// A text that is about that wide at most.
pub(super) fn fit(text: &str, room: f64, size: f64) -> String {
    crate::text::cut(text, (room / (size * 0.56)).floor().max(1.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_points() {
        let mut path = Path::default();
        [(0.0, 10.0), (1.26, 9.04), (2.5, 9.04), (2.5, 20.0)].into_iter().for_each(|point| path.to(point));
        path.lift();
        path.to((4.0, 0.04));
        assert_eq!(path.finish(), "M0 10l1.3-1h1.2v11M4 0");
    }

    #[test]
    fn markup_in_a_text_is_text() {
        assert_eq!(escape("</text><script>'\"&\0"), "&lt;/text&gt;&lt;script&gt;&#39;&quot;&amp;\\u{0}");
    }
}
