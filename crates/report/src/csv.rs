//! One tidy long table.

use std::io;

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{
    Counts, EncodedHistogram, LatencySummary, Run, ScenarioResult, Set, SetRun, Side, Throughput, Unit,
};

use crate::renderer::result_file;
use crate::{Renderer, text};

/// Prints a set as RFC 4180: `workload,iteration,scenario,metric,stat,unit,value`, a line for each figure.
///
/// Values are in base units and never rounded; a figure that does not exist has no line. A workload is
/// followed by its step and side where it has them (`checkout/warm@b`), so that no two lines are about the
/// same. Text that a spreadsheet would take for a formula gets a leading `'`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Csv;

impl Renderer for Csv {
    fn name(&self) -> &str {
        "csv"
    }

    fn file_name(&self, set: &Set) -> String {
        result_file(set, "csv")
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(["workload", "iteration", "scenario", "metric", "stat", "unit", "value"])?;
        for row in set.runs.iter().flat_map(rows) {
            writer.write_record(row.fields())?;
        }
        writer.flush()
    }
}

/// One figure, and what it is of.
struct Row {
    workload: String,
    iteration: u64,
    scenario: String,
    metric: String,
    stat: String,
    unit: &'static str,
    value: f64,
}

impl Row {
    fn fields(&self) -> [String; 7] {
        [
            cell(&self.workload),
            self.iteration.to_string(),
            cell(&self.scenario),
            cell(&self.metric),
            cell(&self.stat),
            self.unit.to_owned(),
            self.value.to_string(),
        ]
    }
}

/// A figure that does not yet know its run and scenario.
struct Figure {
    metric: String,
    stat: String,
    unit: &'static str,
    value: f64,
}

fn figure(metric: &str, stat: &str, unit: Unit, value: f64) -> Figure {
    Figure { metric: metric.to_owned(), stat: stat.to_owned(), unit: unit_name(unit), value }
}

fn rows(place: &SetRun) -> impl Iterator<Item = Row> {
    let of_run = of_run(&place.run).into_iter().map(|figure| (String::new(), figure));
    let of_scenarios =
        place.run.scenarios.iter().flat_map(|scenario| {
            of_scenario(scenario).into_iter().map(|figure| (scenario.name.clone(), figure))
        });
    let workload = workload(place);
    let iteration = place.iteration;
    of_run.chain(of_scenarios).filter(|(_, figure)| figure.value.is_finite()).map(
        move |(scenario, figure)| {
            let Figure { metric, stat, unit, value } = figure;
            Row { workload: workload.clone(), iteration, scenario, metric, stat, unit, value }
        },
    )
}

fn workload(place: &SetRun) -> String {
    let step = place.step.as_ref().map(|step| format!("/{step}")).unwrap_or_default();
    let side = match place.side {
        Some(Side::A) => "@a",
        Some(Side::B) => "@b",
        None => "",
    };
    format!("{}{step}{side}", place.workload)
}

fn of_run(run: &Run) -> Vec<Figure> {
    let mut figures = vec![figure("duration", "value", Unit::Nanoseconds, to_f64(run.duration_ns))];
    figures.extend(latency("schedule_lag", &run.generator.schedule_lag));
    figures.push(figure("schedule_lag", "missed", Unit::Count, to_f64(run.generator.missed)));
    figures.extend(run.generator.cpu_ratio.map(|cpu| figure("generator_cpu", "mean", Unit::Ratio, cpu)));
    for series in &run.resources {
        let name = format!("{}({})", series.metric, series.target);
        let summary = &series.summary;
        figures.extend(summary.mean.map(|mean| figure(&name, "mean", series.unit, mean)));
        figures.extend(summary.peak.map(|peak| figure(&name, "peak", series.unit, peak)));
        figures.extend(summary.slope_per_min.map(|slope| figure(&name, "slope_per_min", series.unit, slope)));
    }
    for threshold in &run.thresholds {
        let condition = threshold.condition.to_string();
        figures.extend(
            threshold
                .observed
                .map(|seen| figure(&condition, "observed", threshold.condition.limit.unit, seen)),
        );
        figures.push(figure(&condition, "passed", Unit::Count, f64::from(u8::from(threshold.passed))));
    }
    figures
}

fn of_scenario(scenario: &ScenarioResult) -> Vec<Figure> {
    let mut figures = counts(&scenario.counts);
    figures.extend(throughput(&scenario.throughput));
    let kinds = &scenario.latency;
    for (name, summary) in
        [("response", &kinds.response), ("service", &kinds.service), ("queue", &kinds.queue)]
    {
        figures.extend(latency(name, summary));
    }
    for step in &scenario.steps {
        let name = format!("step:{}", step.name);
        figures.push(figure(&name, "ok", Unit::Count, to_f64(step.ok)));
        figures.push(figure(&name, "failed", Unit::Count, to_f64(step.failed)));
        figures.extend(step.per_s.map(|rate| figure(&name, "achieved", Unit::PerSecond, rate)));
        figures.push(figure(&name, "bytes", Unit::Bytes, to_f64(step.bytes)));
        figures.extend(latency(&name, &step.latency));
    }
    for error in &scenario.errors {
        let name = format!("error:{}", error.kind);
        figures.push(figure(&name, "count", Unit::Count, to_f64(error.count)));
        figures.push(figure(&name, "share", Unit::Ratio, error.share));
    }
    for check in &scenario.checks {
        let name = format!("check:{}", check.name);
        figures.push(figure(&name, "passed", Unit::Count, to_f64(check.passed)));
        figures.push(figure(&name, "failed", Unit::Count, to_f64(check.failed)));
    }
    figures
}

fn counts(counts: &Counts) -> Vec<Figure> {
    [
        ("planned", counts.planned),
        ("started", counts.started),
        ("dropped", counts.dropped_total()),
        ("not_started", counts.not_started),
        ("ok", counts.ok),
        ("failed", counts.failed),
        ("timed_out", counts.timed_out),
        ("cancelled", counts.cancelled),
        ("panicked", counts.panicked),
        ("unfinished", counts.unfinished),
        ("over_range", counts.over_range),
    ]
    .map(|(stat, count)| figure("operations", stat, Unit::Count, to_f64(count)))
    .into()
}

fn throughput(throughput: &Throughput) -> [Figure; 4] {
    [
        ("offered", throughput.offered_per_s),
        ("achieved", throughput.achieved_per_s),
        ("peak", throughput.peak_per_s),
        ("items", throughput.items_per_s),
    ]
    .map(|(stat, rate)| figure("throughput", stat, Unit::PerSecond, rate))
}

/// The figures of a distribution; a quantile that is only a lower bound is followed by a `censored` line.
fn latency(name: &str, summary: &LatencySummary) -> Vec<Figure> {
    let time = |stat: &str, ns: f64| figure(name, stat, Unit::Nanoseconds, ns);
    let LatencySummary {
        count,
        min_ns,
        mean_ns,
        stddev_ns,
        max_ns,
        quantiles,
        histogram: EncodedHistogram(_),
    } = summary;
    let mut figures = vec![figure(name, "count", Unit::Count, to_f64(*count))];
    if *count == 0 {
        return figures;
    }
    figures.push(time("min", to_f64(*min_ns)));
    figures.extend(mean_ns.map(|mean| time("mean", mean)));
    figures.extend(stddev_ns.map(|stddev| time("stddev", stddev)));
    for value in quantiles {
        figures.push(time(&value.q.to_string(), to_f64(value.value_ns)));
        figures.push(time(&format!("{}.lower", value.q), to_f64(value.lower_ns)));
        figures.extend(value.upper_ns.map(|upper| time(&format!("{}.upper", value.q), to_f64(upper))));
        if value.censored {
            figures.push(figure(name, &format!("{}.censored", value.q), Unit::Count, 1.0));
        }
    }
    figures.push(time("max", to_f64(*max_ns)));
    figures
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Nanoseconds => "nanoseconds",
        Unit::Bytes => "bytes",
        Unit::BytesPerSecond => "bytes_per_second",
        Unit::Ratio => "ratio",
        Unit::PerSecond => "per_second",
        Unit::Count => "count",
        _ => "other",
    }
}

/// Text that a spreadsheet shows and does not run, and that a terminal survives.
fn cell(text: &str) -> String {
    let shown = text::visible(text);
    // A tab or a line end at the start is a space by now; what it was before decides.
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{shown}"),
        false => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for text in ["=cmd()", "+1", "-1", "@x", "\t=1", "\r=1"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(cell("p99 < 20ms"), "p99 < 20ms");
    }
}
