//! The text format itself: families, samples, labels.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Write as _};
use std::io;

use crate::text;

/// What kind of figure a family holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Gauge,
    Counter,
    Histogram,
}

/// Labels of a series, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels(Vec<(&'static str, String)>);

/// All samples of one name.
#[derive(Debug)]
pub(super) struct Family {
    name: &'static str,
    kind: Type,
    help: &'static str,
    lines: Vec<String>,
    seen: BTreeSet<String>,
}

impl Labels {
    /// The labels and one more.
    pub(super) fn with(&self, name: &'static str, value: &str) -> Labels {
        let mut labels = self.clone();
        labels.0.push((name, value.to_owned()));
        labels
    }
}

impl Family {
    pub(super) fn new(name: &'static str, kind: Type, help: &'static str) -> Family {
        Family { name, kind, help, lines: Vec::new(), seen: BTreeSet::new() }
    }

    /// Adds a sample. What is not finite is no sample.
    pub(super) fn sample(&mut self, labels: &Labels, value: f64) {
        if value.is_finite() && self.is_new(labels) {
            self.lines.push(format!("{}{labels} {value}", self.name));
        }
    }

    /// Adds a histogram from its cumulative counts; the last bucket holds all values.
    pub(super) fn histogram(
        &mut self,
        labels: &Labels,
        buckets: impl Iterator<Item = (f64, u64)>,
        count: u64,
        sum: f64,
    ) {
        if !sum.is_finite() || !self.is_new(labels) {
            return;
        }
        let name = self.name;
        for (edge, count) in buckets {
            self.lines.push(format!("{name}_bucket{} {count}", labels.with("le", &edge.to_string())));
        }
        self.lines.push(format!("{name}_bucket{} {count}", labels.with("le", "+Inf")));
        self.lines.push(format!("{name}_sum{labels} {sum}"));
        self.lines.push(format!("{name}_count{labels} {count}"));
    }

    /// Prints the family; nothing at all without samples.
    pub(super) fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        writeln!(out, "# HELP {} {}", self.name, self.help)?;
        writeln!(out, "# TYPE {} {}", self.name, self.kind)?;
        self.lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// Whether no series has these labels yet. Names that only differ in what cannot be seen would make the
    /// same series twice, and the collector would refuse the whole file.
    fn is_new(&mut self, labels: &Labels) -> bool {
        self.seen.insert(labels.to_string())
    }
}

impl Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Gauge => "gauge",
            Type::Counter => "counter",
            Type::Histogram => "histogram",
        })
    }
}

impl Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let separator = if index == 0 { '{' } else { ',' };
            write!(f, "{separator}{name}=\"{}\"", escape(value))?;
        }
        if self.0.is_empty() { Ok(()) } else { f.write_char('}') }
    }
}

/// A label's value with what the format reserves escaped, and the rest visible.
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            // Visible first: the code of a control character begins with a backslash too.
            c => escaped.push_str(&text::visible(c.encode_utf8(&mut [0; 4])).replace('\\', "\\\\")),
        }
    }
    escaped
}
