//! How the load went over time: latency, throughput, errors.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Counts, Quantile, Set, Unit};

use super::columns::{Column, Columns, Response, Stretch, lower_edge};
use super::distribution;
use super::runs::{Charted, charted, events, phases, time};
use crate::chart::{Axis, Chart, Heatmap, Line, LineStyle, Lines, Measure, Plot, Topic};
use crate::format;

/// Places of a line at most.
const MOST: usize = 300;

/// Fewer stretches than this do not show how anything develops.
const LEAST: usize = 2;

pub(super) fn charts(set: &Set) -> Vec<Chart> {
    let runs = charted(set);
    let most = most(runs.len());
    runs.iter().flat_map(|it| of_run(it, most)).collect()
}

/// The same charts for each scenario of the runs that have several, each with the scenario's name.
#[cfg(feature = "html")]
pub(crate) fn by_scenario(set: &Set) -> Vec<(Chart, String)> {
    let runs = charted(set);
    // Three charts for each of them.
    let most = most(runs.len()).min(150);
    let of_run = |it: &Charted<'_>| {
        let columns = Columns::of(it.run, most).filter(|columns| columns.scenarios.len() > 1);
        columns.map_or_else(Vec::new, |columns| {
            let of_scenario = |index: usize| {
                let view = View { it, columns: &columns, scenario: Some(index) };
                [view.heatmap(), view.percentiles(), view.throughput()]
                    .map(|chart| (chart, columns.scenarios[index].clone()))
            };
            (0..columns.scenarios.len()).flat_map(of_scenario).collect()
        })
    };
    runs.iter().flat_map(of_run).collect()
}

/// Places of a line at most: the more charts, the fewer.
fn most(runs: usize) -> usize {
    MOST / runs.clamp(1, 3)
}

fn of_run(it: &Charted<'_>, most: usize) -> Vec<Chart> {
    // A protocol whose system has its load from elsewhere was never about latency.
    if it.run.plan.scenarios.is_empty() && it.run.scenarios.is_empty() {
        return Vec::new();
    }
    let happened = |column: &Column| column.all.offered + column.all.ok + column.all.failed > 0;
    let Some(columns) = Columns::of(it.run, most).filter(|columns| columns.columns.iter().any(happened))
    else {
        let reason = "nothing ended in the measured time, so there is nothing to draw";
        let (name, title) = (it.name("latency_heatmap"), it.title("Latency over time"));
        return vec![Chart::missing(&name, Topic::Latency, &title, reason)];
    };
    let view = View { it, columns: &columns, scenario: None };
    let mut charts = vec![view.heatmap(), view.percentiles()];
    charts.extend(distribution::of_run(it));
    charts.extend(scenarios(it));
    charts.push(view.throughput());
    charts.extend(errors(it, &columns));
    charts
}

/// A run, or one scenario of it.
struct View<'a> {
    it: &'a Charted<'a>,
    columns: &'a Columns,
    scenario: Option<usize>,
}

impl<'a> View<'a> {
    fn stretch(&self, column: &'a Column) -> &'a Stretch {
        self.scenario.and_then(|index| column.each.get(index)).unwrap_or(&column.all)
    }

    fn name(&self, chart: &str) -> String {
        match self.scenario {
            Some(index) => format!(
                "scenario/{}/{}",
                self.columns.scenarios[index].replace('/', "_"),
                self.it.name(chart).replace('/', "_")
            ),
            None => self.it.name(chart),
        }
    }

    fn title(&self, chart: &str) -> String {
        match self.scenario {
            Some(index) => self.it.title(&format!("{chart} · {}", self.columns.scenarios[index])),
            None => self.it.title(chart),
        }
    }
    /// How often which latency, and when.
    fn heatmap(&self) -> Chart {
        let columns = self.columns;
        let (name, title) = (self.name("latency_heatmap"), self.title("Latency over time"));
        let each = columns.columns.len().div_ceil(Heatmap::MOST_COLUMNS).max(1);
        let steps = || columns.columns.iter().flat_map(|column| self.stretch(column).heat.keys().copied());
        let (Some(low), Some(high)) = (steps().min(), steps().max()) else {
            return Chart::missing(&name, Topic::Latency, &title, "no response time was recorded");
        };
        let tall = (high - low + 1).div_ceil(Heatmap::MOST_ROWS).max(1);
        let rows = (high - low + 1).div_ceil(tall).max(4);
        let mut cells = std::collections::BTreeMap::<(usize, usize), u64>::new();
        for (index, column) in columns.columns.iter().enumerate() {
            for (step, count) in &self.stretch(column).heat {
                *cells.entry((index / each, (step - low) / tall)).or_default() += count;
            }
        }
        let wide = columns.step_ns * each as u64;
        let edges: Vec<f64> = (0..=columns.columns.len().div_ceil(each) as u64)
            .map(|index| to_f64(columns.start_ns + index * wide))
            .collect();
        let x = Axis::elapsed(edges[0], edges[edges.len() - 1]);
        let y = Axis {
            from: lower_edge(low),
            to: lower_edge(low + rows * tall),
            ..Axis::log("response time", Measure::Value(Unit::Nanoseconds), [1.0])
        };
        let cells = cells.into_iter().map(|((column, row), count)| (column, row, count)).collect();
        let finding = format!("How many operations took how long; a column is {}.", format::span(wide));
        Chart {
            name,
            topic: Topic::Latency,
            title,
            finding,
            plot: Plot::Heatmap(Heatmap::new(x, y, edges, rows, cells)),
        }
    }

    fn percentiles(&self) -> Chart {
        let (name, title) = (self.name("latency_percentiles"), self.title("Percentiles over time"));
        let line = |name, figure: fn(Response) -> u64| {
            line(name, self.columns, |column| self.stretch(column), figure)
        };
        let lines = vec![
            line("p99", |it| it.p99),
            line("p95", |it| it.p95),
            line("p50", |it| it.p50),
            line("max", |it| it.max).styled(LineStyle::Reference),
        ];
        let p99s =
            self.columns.middles().filter_map(|(at, column)| Some((at, self.stretch(column).response?.p99)));
        let finding = extremes(p99s.collect(), self.columns.step_ns).unwrap_or_default();
        latency_chart(self.it, name, title, finding, lines)
    }

    fn throughput(&self) -> Chart {
        let (it, columns) = (self.it, self.columns);
        let (name, title) = (self.name("throughput"), self.title("Throughput"));
        if columns.columns.len() < LEAST {
            let reason = format!(
                "one stretch of {} does not show how throughput developed",
                format::span(columns.step_ns)
            );
            return Chart::missing(&name, Topic::Throughput, &title, reason);
        }
        let rate = |figure: fn(&Stretch) -> u64| {
            columns.middles().map(move |(at, column)| (at, column.rate(figure(self.stretch(column)))))
        };
        let lines = vec![
            Line::new("ok", rate(|it| it.ok)).styled(LineStyle::Area),
            Line::new("offered", rate(|it| it.offered)).styled(LineStyle::Reference),
        ];
        let sum = |rate: fn(&plimsoll_model::Throughput) -> f64| {
            let own = it
                .run
                .scenarios
                .iter()
                .enumerate()
                .filter(|(index, _)| self.scenario.is_none_or(|own| own == *index));
            own.map(|(_, scenario)| rate(&scenario.throughput)).sum::<f64>()
        };
        let finding = format!(
            "{} of {} that were due ended well, on average.",
            format::rate(sum(|it| it.achieved_per_s)),
            format::rate(sum(|it| it.offered_per_s))
        );
        let y = Axis::from_zero(
            "operations per second",
            Measure::Value(Unit::PerSecond),
            lines.iter().flat_map(Line::values).collect::<Vec<_>>(),
        );
        let mut plot = Lines::new(time(it.run), y, lines);
        (plot.bands, plot.events) = (phases(it.run), events(it.run));
        Chart { name, topic: Topic::Throughput, title, finding, plot: Plot::Lines(plot) }
    }
}

/// A line through a figure of each stretch.
fn line<'a>(
    name: &str,
    columns: &'a Columns,
    stretch: impl Fn(&'a Column) -> &'a Stretch,
    figure: impl Fn(Response) -> u64,
) -> Line {
    let points =
        columns.middles().map(|(at, column)| (at, stretch(column).response.map(|it| to_f64(figure(it)))));
    Line::new(name, points)
}

/// Where p99 was lowest and highest.
fn extremes(p99s: Vec<(f64, u64)>, step_ns: u64) -> Option<String> {
    let (_, low) = p99s.iter().copied().min_by_key(|(_, p99)| *p99)?;
    let (at, high) = p99s.iter().copied().max_by_key(|(_, p99)| *p99)?;
    let time = |ns| format::time(to_f64(ns));
    if low == high {
        return Some(format!("p99 was {} throughout.", time(high)));
    }
    let at = Measure::Elapsed.label(at - to_f64(step_ns) / 2.0);
    Some(format!("p99 lay between {} and {}, highest {at} after the start.", time(low), time(high)))
}

fn latency_chart(it: &Charted<'_>, name: String, title: String, finding: String, lines: Vec<Line>) -> Chart {
    let values: Vec<f64> = lines.iter().flat_map(Line::values).collect();
    let y = Axis::log("response time", Measure::Value(Unit::Nanoseconds), values);
    let mut plot = Lines::new(time(it.run), y, lines);
    (plot.bands, plot.events) = (phases(it.run), events(it.run));
    Chart { name, topic: Topic::Latency, title, finding, plot: Plot::Lines(plot) }
}

/// p99 of the slowest scenarios, where there are several; in wider stretches, since more lines need more room.
fn scenarios(it: &Charted<'_>) -> Option<Chart> {
    const SLOWEST: usize = 5;
    const MOST: usize = 60;
    let count = it.run.scenarios.len();
    if count < 2 {
        return None;
    }
    let p99 = |index: &usize| {
        it.run.scenarios[*index].latency.response.quantile(Quantile::P99).map_or(0, |q| q.value_ns)
    };
    let mut slowest: Vec<usize> = (0..count).collect();
    slowest.sort_by_key(|index| std::cmp::Reverse(p99(index)));
    slowest.truncate(SLOWEST);
    let names = slowest.into_iter().map(|index| it.run.scenarios[index].name.clone()).collect();
    let columns = Columns::of_some(it.run, MOST, names)?;
    let of_scenario = |index: usize| {
        line(&columns.scenarios[index], &columns, move |column| &column.each[index], |it| it.p99)
    };
    let lines: Vec<Line> = (0..columns.scenarios.len()).map(of_scenario).collect();
    let length = format::span(columns.step_ns);
    let finding = match count {
        0..=SLOWEST => format!("p99 of each scenario, in stretches of {length}."),
        _ => format!(
            "p99 of the {SLOWEST} slowest of {count} scenarios, in stretches of {length}; the table has all."
        ),
    };
    Some(latency_chart(it, it.name("latency_scenarios"), it.title("p99 by scenario"), finding, lines))
}

/// Errors of each scenario that had some; nothing where there were none.
fn errors(it: &Charted<'_>, columns: &Columns) -> Option<Chart> {
    let total: u64 = it.run.scenarios.iter().map(|scenario| Counts::errors(&scenario.counts)).sum();
    let seen = |index: usize| columns.columns.iter().map(|column| column.each[index].failed).sum::<u64>();
    let mut having: Vec<usize> = (0..columns.scenarios.len()).filter(|index| seen(*index) > 0).collect();
    having.sort_by_key(|index| std::cmp::Reverse(seen(*index)));
    if having.is_empty() {
        return None;
    }
    let lines: Vec<Line> = having
        .into_iter()
        .take(Lines::MOST)
        .map(|index| {
            let points = columns.middles().map(|(at, column)| (at, column.rate(column.each[index].failed)));
            Line::new(columns.scenarios[index].clone(), points.collect::<Vec<_>>())
        })
        .collect();
    let started: u64 = it.run.scenarios.iter().map(|scenario| scenario.counts.started).sum();
    let finding = format!("{} of {} operations failed.", format::count(total), format::count(started));
    let y = Axis::from_zero(
        "errors per second",
        Measure::Value(Unit::PerSecond),
        lines.iter().flat_map(Line::values).collect::<Vec<_>>(),
    );
    let mut plot = Lines::new(time(it.run), y, lines);
    (plot.bands, plot.events) = (phases(it.run), events(it.run));
    Some(Chart {
        name: it.name("errors"),
        topic: Topic::Errors,
        title: it.title("Errors over time"),
        finding,
        plot: Plot::Lines(plot),
    })
}
