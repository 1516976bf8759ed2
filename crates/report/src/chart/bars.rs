//! Lengths beside each other.

use super::Measure;

/// Lengths beside each other, in groups.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bars {
    /// What the values are.
    pub measure: Measure,
    /// Names of the bars of a group, in the order in which they stand.
    pub names: Vec<String>,
    /// The groups, from the top.
    pub groups: Vec<BarGroup>,
}

/// Bars that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct BarGroup {
    /// What they are about.
    pub label: String,
    /// One for each name at most.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Its length; `None` where nothing was measured.
    pub value: Option<f64>,
    /// The value that it must not cross, where there is one.
    pub limit: Option<f64>,
}

impl Bars {
    /// Groups that are drawn at most.
    pub const MOST: usize = 24;

    /// Bars in groups.
    #[must_use]
    pub fn new(measure: Measure, names: Vec<String>, groups: Vec<BarGroup>) -> Bars {
        Bars { measure, names, groups }
    }
}

impl Bar {
    /// A bar without a limit.
    #[must_use]
    pub fn plain(value: Option<f64>) -> Bar {
        Bar { value, limit: None }
    }
}
