//! All charts of a set, to look through.

use std::io::{self, Write};

use plimsoll_model::Set;

use super::figure::{Figure, within};
use super::report::{about, footer, missing};
use super::sheet::{Part, Sheet};
use crate::chart::{Chart, Topic};
use crate::page::{Headline, lead};
use crate::{Gallery, Renderer};

/// Bytes that charts may take.
const BUDGET: usize = 740_000;

/// Prints the charts of a set as one page for a browser, offline: those of the report and those of each scenario, all
/// on the same time, with a filter.
#[derive(Debug, Default)]
pub struct Dashboard {
    /// What draws its charts.
    pub gallery: Gallery,
}

impl Renderer for Dashboard {
    fn name(&self) -> &str {
        "dashboard"
    }

    fn file_name(&self, _set: &Set) -> String {
        "dashboard.html".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn Write) -> io::Result<()> {
        sheet(set, &self.gallery).print(out)
    }
}

fn sheet(set: &Set, gallery: &Gallery) -> Sheet {
    let of_set = gallery.charts(set).into_iter().map(|chart| (chart, String::new()));
    let of_scenarios = crate::charts::by_scenario(set);
    let (kept, left_out) = within(of_set.chain(of_scenarios), BUDGET);
    let (mut whole, mut resources, mut scenarios): (Vec<Figure>, Vec<Figure>, Vec<Figure>) =
        Default::default();
    for (chart, figure) in kept {
        place(&chart, figure.is_grouped(), (&mut whole, &mut resources, &mut scenarios)).push(figure);
    }
    let mut parts = vec![
        Part::new("load", "Load").charts(whole),
        Part::new("scenarios", "Scenarios").charts(scenarios),
        Part::new("resources", "Resources and comparison").charts(resources),
        Part { intro: missing(set, left_out), ..Part::new("missing", "Not shown") },
    ];
    parts.retain(|part| !part.is_empty());
    let headline = Headline::of_set(set);
    Sheet {
        title: format!("{} dashboard", headline.name),
        kind: "dashboard",
        about: about(set),
        figures: lead::figures(set),
        headline: Some(headline),
        parts,
        footer: footer(set),
        ..Sheet::default()
    }
}

/// Where a chart goes.
fn place<'a>(
    chart: &Chart,
    is_of_scenario: bool,
    (whole, rest, scenarios): (&'a mut Vec<Figure>, &'a mut Vec<Figure>, &'a mut Vec<Figure>),
) -> &'a mut Vec<Figure> {
    match chart.topic {
        _ if is_of_scenario => scenarios,
        Topic::Latency | Topic::Throughput | Topic::Errors => whole,
        _ => rest,
    }
}
