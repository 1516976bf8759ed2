//! `cargo xtask trends`: how figures developed over a folder of results, as a page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use plimsoll::baseline::history::{Entry, Forecast, History, Series, SeriesKey, Turn};
use plimsoll::metrics::stats::Anomaly;
use plimsoll::model::{Procedure, Set, human};
use plimsoll::report::{Trend, TrendPoint, TrendTurn, Trends};
use plimsoll_cli::{HISTORY_FILE, read_history, write_whole};

use crate::stored;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A folder of results: its documents, the newest of each folder in it, and its history
    #[arg(long, value_name = "DIR")]
    pub input: PathBuf,

    /// The page to write
    #[arg(long, value_name = "FILE.html")]
    pub output: PathBuf,
}

/// Results that a page shows: the newest.
const MOST: usize = 500;

/// Writes the page.
///
/// # Errors
/// When the folder cannot be read or holds no result, or the page cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let trends = of_folder(&args.input)?;
    write_whole(&args.output, |out| trends.render(out))
        .with_context(|| format!("{} cannot be written", args.output.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Everything that can be followed through the results of a folder.
///
/// # Errors
/// When the folder cannot be read, or holds no result.
pub fn of_folder(folder: &Path) -> anyhow::Result<Trends> {
    ensure!(folder.is_dir(), "{} is no folder; expected one with results in it", folder.display());
    let (sets, caveats) = stored::each(folder)?;
    let history = read_history(&folder.join(HISTORY_FILE))?;
    let left_out = caveats.into_iter().map(|caveat| caveat.message).collect();
    of_history(folder, history, &sets, left_out)
}

/// Everything that can be followed through a history and the results that are read beside it, the newest last.
///
/// # Errors
/// When the folder is not there, or there is no result.
pub(crate) fn of_history(
    folder: &Path,
    mut history: History,
    sets: &[Set],
    mut left_out: Vec<String>,
) -> anyhow::Result<Trends> {
    if history.left_out > 0 {
        left_out.push(format!("{} lines of {HISTORY_FILE} are no results", human::count(history.left_out)));
    }
    let targets = targets(sets.last());
    let is_new = |set: &&Set| !history.entries.iter().any(|entry| entry.set == set.id);
    let entries: Vec<Entry> = sets.iter().filter(is_new).map(Entry::of).collect();
    history.entries.extend(entries);
    ensure!(!history.entries.is_empty(), "{} holds no result", folder.display());
    history.entries.sort_by_key(|entry| entry.at);
    let older = history.entries.len().saturating_sub(MOST);
    if older > 0 {
        history.entries.drain(..older);
        left_out.push(format!("the {} oldest results are not shown", human::count(older as u64)));
    }
    let trends = history.keys().iter().map(|key| trend(&history, key, &targets)).collect();
    let name = folder.canonicalize()?.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Trends { name, results: history.entries.len() as u64, left_out, trends })
}

/// A metric of a workload: what a target is about.
type Aim = (String, Option<String>, String);

/// The limits that the newest result was held against.
fn targets(newest: Option<&Set>) -> BTreeMap<Aim, f64> {
    let comparisons = newest.into_iter().flat_map(|set| &set.comparisons);
    let targets = comparisons.filter(|comparison| comparison.procedure == Procedure::Targets);
    targets
        .flat_map(|comparison| &comparison.metrics)
        .filter_map(|metric| {
            Some((
                (metric.workload.clone(), metric.scenario.clone(), metric.metric.clone()),
                metric.baseline?,
            ))
        })
        .collect()
}

fn trend(history: &History, key: &SeriesKey, targets: &BTreeMap<Aim, f64>) -> Trend {
    let series = history.series(key);
    let development = series.development();
    let scenario = key.scenario.as_ref().map(|scenario| format!("({scenario})")).unwrap_or_default();
    Trend {
        machine: key.environment.clone(),
        workload: key.workload.clone(),
        metric: format!("{}{scenario}", key.metric),
        unit: key.unit,
        better: key.better,
        points: points(history, &series),
        turns: development.turns.iter().flatten().map(turn).collect(),
        remarks: remarks(&series, &development, targets),
    }
}

/// A value for each result of the same machine; a gap where it has none.
fn points(history: &History, series: &Series) -> Vec<TrendPoint> {
    let values: BTreeMap<&str, f64> =
        series.points.iter().map(|point| (point.set.as_str(), point.value)).collect();
    let own = history.entries.iter().filter(|entry| entry.environment == series.key.environment);
    let point = |entry: &Entry| TrendPoint {
        at: entry.at,
        revision: entry.revision.clone(),
        value: values.get(entry.set.as_str()).copied(),
    };
    own.map(point).collect()
}

fn turn(turn: &Turn) -> TrendTurn {
    TrendTurn {
        at: turn.at,
        before: turn.before,
        after: turn.after,
        is_worse: turn.is_worse,
        is_provisional: turn.is_provisional,
    }
}

fn remarks(
    series: &Series,
    development: &plimsoll::baseline::history::Development,
    targets: &BTreeMap<Aim, f64>,
) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(trend) =
        development.trend.as_ref().filter(|trend| trend.sustained && trend.change.is_finite())
    {
        let direction = if trend.trend.slope.value > 0.0 { "rises" } else { "falls" };
        remarks.push(format!("it {direction} steadily, by {} from end to end", human::share(trend.change)));
    }
    if let (Some(Anomaly::Outlying(_)), Some(point)) = (&development.newest, series.points.last()) {
        remarks.push(format!(
            "the newest value, {}, is unlike those before",
            human::value(point.value, series.key.unit)
        ));
    }
    let aim = (series.key.workload.clone(), series.key.scenario.clone(), series.key.metric.clone());
    if let Some(limit) = targets.get(&aim)
        && let Some(forecast) = series.time_until(*limit)
    {
        remarks.push(format!(
            "at this drift it reaches its limit of {} in {}",
            human::value(*limit, series.key.unit),
            range(&forecast)
        ));
    }
    remarks
}

fn range(forecast: &Forecast) -> String {
    let days = |time: Duration| human::number(time.as_secs_f64() / 86_400.0);
    match forecast.latest {
        Some(latest) => format!("{} to {} days", days(forecast.earliest), days(latest)),
        None => format!("{} days at the earliest, or never", days(forecast.earliest)),
    }
}
