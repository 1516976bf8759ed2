//! Charts as values: what is drawn, apart from how.
//!
//! A [`Chart`] is plain data that a function makes from a set. It is drawn once, as SVG; a page shows that drawing,
//! and a PNG is the same drawing in pixels, so that the two cannot disagree. [`Chart::data`] gives the figures of a
//! chart as a table: whoever cannot see the drawing reads the same.

mod axis;
mod bars;
mod data;
mod grid;
mod heatmap;
mod intervals;
mod lines;

pub use axis::{Axis, Measure, Scale};
pub use bars::{Bar, BarGroup, Bars};
pub use data::{ChartData, DataRow};
pub use grid::Grid;
pub use heatmap::Heatmap;
pub use intervals::{Interval, Intervals};
pub use lines::{Band, Event, Limit, Line, LineStyle, Lines};

/// One drawing with its words.
///
/// ```
/// use plimsoll_model::Unit;
/// use plimsoll_report::chart::{Axis, Chart, Line, Lines, Measure, Plot, Topic};
///
/// let line = Line::new("jobs waiting", [(0.0, Some(2.0)), (1e9, Some(5.0)), (2e9, None)]);
/// let chart = Chart {
///     name: "queue_depth".to_owned(),
///     topic: Topic::Own,
///     title: "Queue depth".to_owned(),
///     finding: "At most 5 jobs waited.".to_owned(),
///     plot: Plot::Lines(Lines::new(
///         Axis::elapsed(0.0, 2e9),
///         Axis::from_zero("jobs", Measure::Value(Unit::Count), [5.0]),
///         vec![line],
///     )),
/// };
/// let svg = plimsoll_report::svg(&chart);
/// assert!(svg.starts_with("<svg") && svg.contains("Queue depth"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What tells it from the others of a set, and the file that it goes to without its extension:
    /// `overview/cpu_heatmap`. Lower-case letters, digits, `_`, `-`, and `/` between folders; [`Chart::file`] sees to
    /// it.
    pub name: String,
    /// The part of a page that it belongs to.
    pub topic: Topic,
    /// What it is about, in a few words.
    pub title: String,
    /// What it shows, in one sentence.
    pub finding: String,
    /// The drawing.
    pub plot: Plot,
}

/// What a chart belongs to: a page shows charts of a topic together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// Many runs at a glance.
    Overview,
    /// How long operations took.
    Latency,
    /// How many there were.
    Throughput,
    /// What went wrong.
    Errors,
    /// What hosts, processes and containers used.
    Resources,
    /// How a system grows with load or resources.
    Scaling,
    /// Standing protocols: leak, stress, speed scaling.
    Protocol,
    /// The candidate beside its baseline.
    Comparison,
    /// Figures through many results.
    Trends,
    /// Whatever a program draws of its own.
    Own,
}

/// The kinds of drawings.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Plot {
    /// Values along an axis.
    Lines(Lines),
    /// How often values fell where and when.
    Heatmap(Heatmap),
    /// Rows and columns of values.
    Grid(Grid),
    /// Lengths beside each other.
    Bars(Bars),
    /// Values with the range in which they surely are.
    Intervals(Intervals),
    /// Too little to draw, and why.
    Missing(String),
}

impl Chart {
    /// A chart that says why there is nothing to see.
    #[must_use]
    pub fn missing(name: &str, topic: Topic, title: &str, reason: impl Into<String>) -> Chart {
        Chart {
            name: name.to_owned(),
            topic,
            title: title.to_owned(),
            finding: String::new(),
            plot: Plot::Missing(reason.into()),
        }
    }

    /// The file that it goes to, without its extension: safe whatever the chart is called, and never outside of the
    /// folder of charts.
    #[must_use]
    pub fn file(&self) -> String {
        const DEEPEST: usize = 3;
        let parts = self.name.split('/').map(slug_part).filter(|part| !part.is_empty());
        let parts: Vec<String> = parts.take(DEEPEST).collect();
        if parts.is_empty() { "chart".to_owned() } else { parts.join("/") }
    }

    /// The figures of the drawing as a table.
    #[must_use]
    pub fn data(&self) -> ChartData {
        data::of(&self.plot)
    }
}

/// A part of a file name: what is safe stays, capitals become small, all else becomes `-`.
fn slug_part(part: &str) -> String {
    const LONGEST: usize = 80;
    let is_safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    let safe: String =
        part.chars().map(|c| c.to_ascii_lowercase()).map(|c| if is_safe(c) { c } else { '-' }).collect();
    let mut slug = String::new();
    for c in safe.chars() {
        if !(c == '-' && slug.ends_with('-')) {
            slug.push(c);
        }
    }
    slug.truncate(LONGEST);
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_in_its_folder() {
        let file = |name: &str| Chart::missing(name, Topic::Own, "", "").file();
        assert_eq!(file("overview/cpu_heatmap"), "overview/cpu_heatmap");
        assert_eq!(file("../../etc/passwd"), "etc/passwd");
        assert_eq!(file("a b\0c\u{202e}/<x>"), "a-b-c/x");
        assert_eq!(file("///"), "chart");
        assert_eq!(file(&"x".repeat(9_000)).len(), 80);
    }
}
