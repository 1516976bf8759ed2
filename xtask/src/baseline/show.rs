//! What a baseline holds, what it can find, and how its history developed.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use plimsoll::baseline::comparability::fingerprint;
use plimsoll::baseline::gate::Policy;
use plimsoll::baseline::history::{History, Series};
use plimsoll::metrics::stats::{minimum_detectable_change, pooled_log_deviation};
use plimsoll::model::{Aggregate, Set, Unit};
use plimsoll_cli::{HISTORY_FILE, read_history, read_set};

use super::Named;
use super::store::Store;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    named: Named,

    /// The folder of results, with the history
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
}

/// Shows the data of a baseline.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = Store::of(&args.named)?;
    let set = read_set(&store.data())?;
    let history = read_history(&args.out.join(HISTORY_FILE))?;
    let mut out = io::stdout().lock();
    show(&set, &mut out)?;
    develop(&history, &fingerprint(&set.environment), &mut out)?;
    Ok(ExitCode::SUCCESS)
}

fn show(set: &Set, out: &mut dyn Write) -> io::Result<()> {
    let revision = set.environment.git_revision.as_deref().unwrap_or("no revision");
    writeln!(out, "{} of {}, {revision}", set.id, set.started_at.human())?;
    writeln!(out, "{}", fingerprint(&set.environment))?;
    writeln!(out, "\n| workload | metric | runs | mean | deviation | 95 % interval | gate finds |")?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    set.aggregates.iter().try_for_each(|aggregate| row(aggregate, out))
}

fn row(aggregate: &Aggregate, out: &mut dyn Write) -> io::Result<()> {
    let unit = unit(aggregate.unit);
    let figure = |value: f64| format!("{value:.4e}{unit}");
    let optional = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), figure);
    let interval = aggregate.lower.zip(aggregate.upper);
    let interval = interval
        .map_or_else(|| "–".to_owned(), |(lower, upper)| format!("{} to {}", figure(lower), figure(upper)));
    let metric = match &aggregate.scenario {
        Some(scenario) => format!("{}({scenario})", aggregate.metric),
        None => aggregate.metric.clone(),
    };
    writeln!(
        out,
        "| {} | {metric} | {} | {} | {} | {interval} | {} |",
        aggregate.workload,
        aggregate.n,
        figure(aggregate.mean),
        optional(aggregate.stddev),
        finds(aggregate).map_or_else(|| "–".to_owned(), |change| format!("{:.1} %", change * 100.0)),
    )
}

/// The change that the whole of a gate would find nine times in ten, from the spread of the recorded runs.
fn finds(aggregate: &Aggregate) -> Option<f64> {
    let last = Policy::default().looks.last();
    let deviation = pooled_log_deviation(&[&aggregate.per_run])?;
    minimum_detectable_change(deviation, last.runs as u64, last.alpha, 0.9)
}

fn develop(history: &History, environment: &str, out: &mut dyn Write) -> io::Result<()> {
    let left_out = match history.left_out {
        0 => String::new(),
        count => format!(", {count} lines left out that are no entries"),
    };
    writeln!(out, "\nHistory: {} entries{left_out}", history.entries.len())?;
    for key in history.keys().into_iter().filter(|key| key.environment == environment) {
        let series = history.series(&key);
        for sentence in sentences(&series) {
            writeln!(out, "- {} {}: {sentence}", key.workload, key.metric)?;
        }
    }
    Ok(())
}

/// What is worth saying of a series; nothing of one that is quiet or too short.
fn sentences(series: &Series) -> Vec<String> {
    let development = series.development();
    let unit = unit(series.key.unit);
    let turns = development.turns.into_iter().flatten().map(|turn| {
        let word = if turn.is_worse { "worse" } else { "better" };
        let doubt = if turn.is_provisional { ", provisional" } else { "" };
        let (before, after) = (turn.before, turn.after);
        format!("{word} since {}: {before:.4e}{unit} to {after:.4e}{unit}{doubt}", turn.at.human())
    });
    let trend = development.trend.filter(|trend| trend.sustained);
    let drift = trend.map(|trend| format!("drifts by {:.1} % from end to end", trend.change * 100.0));
    turns.chain(drift).collect()
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Nanoseconds => " ns",
        Unit::Bytes => " B",
        Unit::BytesPerSecond => " B/s",
        Unit::PerSecond => "/s",
        _ => "",
    }
}
