//! The report of a set.

use std::io::{self, Write};

use plimsoll_model::Set;

use super::figure::{Figure, within};
use super::sheet::{Part, Sheet};
use crate::chart::{Chart, Topic};
use crate::page::{Headline, Matrix, Parts, lead};
use crate::{Gallery, Renderer, format, text};

/// Bytes that charts may take on a page; what does not fit is said, and is in the document.
const BUDGET: usize = 320_000;

/// Prints a set as one page for a browser, offline: verdict, summary, bottlenecks, recommendations, charts, tables.
///
/// It needs no network and no script: with scripts off every figure is still there. Names and sentences from outside
/// are shown as text, whatever they hold.
#[derive(Debug, Default)]
pub struct Html {
    /// What draws its charts.
    pub gallery: Gallery,
}

impl Renderer for Html {
    fn name(&self) -> &str {
        "html"
    }

    fn file_name(&self, _set: &Set) -> String {
        "report.html".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn Write) -> io::Result<()> {
        sheet(set, &self.gallery).print(out)
    }
}

fn sheet(set: &Set, gallery: &Gallery) -> Sheet {
    let parts = Parts::of(set);
    let charts = gallery.charts(set).into_iter().map(|chart| (chart, String::new()));
    let (kept, left_out) = within(charts, BUDGET);
    let mut placed = Placed::of(kept);
    let summary = Part {
        matrix: Matrix::of(set),
        ..Part::new("summary", "Summary").sections(
            parts.overview.map(|section| if set.runs.len() == 1 { section.without("run") } else { section }),
        )
    };
    let mut all = vec![
        summary,
        Part::new("bottlenecks", "Bottlenecks").sections(parts.findings),
        Part::new("recommendations", "Recommendations").sections(parts.recommendations),
        Part::new("doubts", "Keep in mind").sections(parts.caveats),
        Part::new("latency", "Latency").charts(placed.take(Topic::Latency)).sections(parts.latency),
        Part::new("throughput", "Throughput")
            .charts(placed.take(Topic::Throughput))
            .sections(parts.throughput),
        Part::new("errors", "Errors").charts(placed.take(Topic::Errors)).sections(parts.errors),
        Part::new("resources", "Resources").charts(placed.resources()).sections(parts.resources),
        Part::new("scaling", "Scaling").charts(placed.take(Topic::Scaling)).sections(parts.scaling),
        Part::new("protocol", "Protocol").charts(placed.take(Topic::Protocol)).sections(parts.protocol),
        Part::new("comparison", "Comparison")
            .charts(placed.take(Topic::Comparison))
            .sections(parts.comparison),
        Part::new("own", "More charts").charts(placed.rest()),
        Part { is_folded: true, ..Part::new("details", "Details").sections(parts.details) },
        Part {
            intro: missing(set, left_out),
            ..Part::new("about", "About this result").sections(parts.about)
        },
    ];
    all.retain(|part| !part.is_empty());
    let headline = Headline::of_set(set);
    Sheet {
        title: format!("{} {}", headline.name, headline.mark.word),
        kind: "report",
        about: about(set),
        lead: lead::sentences(set),
        figures: lead::figures(set),
        headline: Some(headline),
        parts: all,
        footer: footer(set),
    }
}

/// When and where, in a line.
pub(super) fn about(set: &Set) -> String {
    let took = set.completed_at.since(set.started_at).as_nanos();
    let took = format!("took {}", format::span(u64::try_from(took).unwrap_or(u64::MAX)));
    let environment = &set.environment;
    let places = [&environment.label, &environment.cpu_model].map(|place| text::name(place.trim()));
    let places = places.into_iter().filter(|place| !place.is_empty());
    [set.started_at.human(), took].into_iter().chain(places).collect::<Vec<_>>().join(" · ")
}

/// Where the page comes from.
pub(super) fn footer(set: &Set) -> String {
    format!(
        "Made by {} {} from result {}. Every figure here is in its JSON document or follows from the histograms in it.",
        text::name(&set.tool.name),
        text::name(&set.tool.version),
        text::name(&set.id)
    )
}

/// What has no chart on this page.
pub(super) fn missing(set: &Set, left_out: usize) -> String {
    let count = |number: usize| format::count(number as u64);
    let runs = crate::charts::left_out(set);
    let mut sentences = Vec::new();
    if runs > 0 {
        sentences.push(format!(
            "Charts show the last run of each workload; {} more runs are in the tables.",
            count(runs)
        ));
    }
    if left_out > 0 {
        sentences.push(format!("{} more charts had no room on this page.", count(left_out)));
    }
    sentences.join(" ")
}

/// Charts by the part that they belong to.
struct Placed {
    left: Vec<(Topic, Figure)>,
}

impl Placed {
    fn of(kept: Vec<(Chart, Figure)>) -> Placed {
        Placed { left: kept.into_iter().map(|(chart, figure)| (chart.topic, figure)).collect() }
    }

    fn take(&mut self, topic: Topic) -> Vec<Figure> {
        let (taken, left) =
            std::mem::take(&mut self.left).into_iter().partition(|(other, _)| *other == topic);
        self.left = left;
        let taken: Vec<(Topic, Figure)> = taken;
        taken.into_iter().map(|(_, figure)| figure).collect()
    }

    /// The overview of all runs first.
    fn resources(&mut self) -> Vec<Figure> {
        let mut charts = self.take(Topic::Overview);
        charts.extend(self.take(Topic::Resources));
        charts
    }

    fn rest(&mut self) -> Vec<Figure> {
        std::mem::take(&mut self.left).into_iter().map(|(_, figure)| figure).collect()
    }
}
