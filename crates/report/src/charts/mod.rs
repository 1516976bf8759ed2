//! Which charts a set has.
//!
//! Each is a function from the set to [`Chart`]s. A program adds charts of its own by [`DrawCharts`], without
//! touching this crate: every page and every folder of pictures then has them.

mod columns;
mod comparison;
mod distribution;
mod load;
mod overview;
mod protocol;
mod resources;
mod runs;
mod scaling;

use std::fmt;

use plimsoll_model::Set;

use crate::chart::Chart;

#[cfg(feature = "html")]
pub(crate) use load::by_scenario;
#[cfg(feature = "html")]
pub(crate) use runs::left_out;

/// Makes charts from a set.
///
/// ```
/// use plimsoll_model::Set;
/// use plimsoll_report::chart::{Axis, Bar, BarGroup, Bars, Chart, Measure, Plot, Topic};
/// use plimsoll_report::{DrawCharts, Gallery};
///
/// /// How many operations each run started.
/// struct Started;
///
/// impl DrawCharts for Started {
///     fn name(&self) -> &str {
///         "started"
///     }
///
///     fn charts(&self, set: &Set) -> Vec<Chart> {
///         let group = |place: &plimsoll_model::SetRun| BarGroup {
///             label: place.workload.clone(),
///             bars: vec![Bar::plain(Some(place.run.scenarios.iter().map(|it| it.counts.started as f64).sum()))],
///         };
///         vec![Chart {
///             name: "own/started".to_owned(),
///             topic: Topic::Own,
///             title: "Operations started".to_owned(),
///             finding: String::new(),
///             plot: Plot::Bars(Bars::new(
///                 Measure::Value(plimsoll_model::Unit::Count),
///                 vec!["started".to_owned()],
///                 set.runs.iter().map(group).collect(),
///             )),
///         }]
///     }
/// }
///
/// let gallery = Gallery::standard().with(Started);
/// assert!(gallery.names().any(|name| name == "started"));
/// ```
pub trait DrawCharts {
    /// The word by which it is known.
    fn name(&self) -> &str;

    /// The charts of a set; empty where it has nothing of the kind. A chart that the set should have and has too
    /// little for is [`Plot::Missing`](crate::chart::Plot::Missing) with the reason.
    fn charts(&self, set: &Set) -> Vec<Chart>;
}

/// Everything that makes charts.
pub struct Gallery {
    makers: Vec<Box<dyn DrawCharts>>,
}

/// Charts of this crate.
struct Standard {
    name: &'static str,
    charts: fn(&Set) -> Vec<Chart>,
}

impl DrawCharts for Standard {
    fn name(&self) -> &str {
        self.name
    }

    fn charts(&self, set: &Set) -> Vec<Chart> {
        (self.charts)(set)
    }
}

const STANDARD: [Standard; 7] = [
    Standard { name: "overview", charts: overview::charts },
    Standard { name: "load", charts: load::charts },
    Standard { name: "sides", charts: distribution::charts },
    Standard { name: "resources", charts: resources::charts },
    Standard { name: "scaling", charts: scaling::charts },
    Standard { name: "protocol", charts: protocol::charts },
    Standard { name: "comparison", charts: comparison::charts },
];

impl Gallery {
    /// The charts of this crate.
    #[must_use]
    pub fn standard() -> Gallery {
        let boxed = |maker: Standard| Box::new(maker) as Box<dyn DrawCharts>;
        Gallery { makers: STANDARD.into_iter().map(boxed).collect() }
    }

    /// No charts: a page then has its tables alone.
    #[must_use]
    pub fn none() -> Gallery {
        Gallery { makers: Vec::new() }
    }

    /// With charts of one's own, after the others.
    #[must_use]
    pub fn with(mut self, maker: impl DrawCharts + 'static) -> Gallery {
        self.makers.push(Box::new(maker));
        self
    }

    /// The words by which those that make charts are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.makers.iter().map(|maker| maker.name())
    }

    /// All charts of a set, each in a file of its own.
    #[must_use]
    pub fn charts(&self, set: &Set) -> Vec<Chart> {
        let mut charts: Vec<Chart> = self.makers.iter().flat_map(|maker| maker.charts(set)).collect();
        let mut files = std::collections::BTreeSet::new();
        for chart in &mut charts {
            let name = chart.file();
            let numbered = (2..).map(|number| format!("{name}-{number}"));
            let free = std::iter::once(name.clone()).chain(numbered).find(|name| files.insert(name.clone()));
            chart.name = free.unwrap_or(name);
        }
        charts
    }
}

impl Default for Gallery {
    fn default() -> Self {
        Gallery::standard()
    }
}

impl fmt::Debug for Gallery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
