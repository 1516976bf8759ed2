//! The five steps.

use std::path::{Path, PathBuf};

use anyhow::Context;
use plimsoll::baseline::history::Entry;
use plimsoll::baseline::{BaselineFile, screening, targets};
use plimsoll::model::{Set, Status};
use plimsoll::report::{Console, analyze};
use plimsoll_cli::{Exit, HISTORY_FILE, Streams, append_line, read_baseline, read_set};

use super::{Args, Scope};
use crate::example::Example;
use crate::parts::Parts;
use crate::signals::Signals;
use crate::{check, compare};

/// Benchmarks of the job queue.
const BENCHMARKS: [&str; 2] = ["job", "round-trip"];

/// Runs the five steps, and says how the program ends.
pub(super) async fn perform(args: &Args) -> anyhow::Result<Exit> {
    let previous = args.previous.as_deref().map(read_set).transpose();
    // Targets are looked at first, so that of two mistakes theirs is said.
    read_baseline(&args.baseline)?;
    let mut signals = Signals::listen()?;
    let set = steps(args, previous?.as_ref(), &mut signals, Streams::standard(args.color)).await?;
    Ok(Exit::of(set.verdict.status, args.fail_on_inconclusive))
}

/// Runs the five steps once, against an earlier result.
///
/// # Errors
/// When something cannot be read, built, started or written, and [`crate::parts::Stopped`].
pub(super) async fn steps(
    args: &Args,
    previous: Option<&Set>,
    signals: &mut Signals,
    streams: Streams,
) -> anyhow::Result<Set> {
    // A mistake in a file should not cost a run.
    let baseline = read_baseline(&args.baseline)?;
    let mut parts = Parts::begin("perf-ci", &args.out, args.progress, streams, signals)?;
    let scope = Scope::of(args.quick, args.full);
    parts.sitting.config("scope", scope.name());

    environment(&parts);
    let example = parts.build("job-queue").await?;
    parts.log.say("[2/5] Benchmarks");
    for name in BENCHMARKS {
        part(&mut parts, args, &example, name, &["--benchmark", name]).await?;
    }
    parts.log.say("[3/5] Load tests");
    for profile in scope.profiles() {
        part(&mut parts, args, &example, profile, &["--profile", profile, "--warm-up", "1s"]).await?;
    }
    let mut set = compared(&mut parts, args, &baseline, previous)?;
    set.analysis = Some(analyze(&set));
    parts.log.say("[5/5] Report and metrics");
    parts.leave(&set, !args.no_charts, |options| Box::new(Console { options }))?;
    remember(&args.out, &set)?;
    Ok(set)
}

/// Adds a result to the history of its folder. What was cut off or not measured says nothing of how the code
/// develops, and is left out.
///
/// # Errors
/// When the history cannot be written; the error names it.
pub fn remember(folder: &Path, set: &Set) -> anyhow::Result<()> {
    if matches!(set.verdict.status, Status::Interrupted | Status::Invalid) {
        return Ok(());
    }
    let history = folder.join(HISTORY_FILE);
    let written = append_line(&history, &Entry::of(set).line());
    written.with_context(|| format!("{} cannot be written", history.display()))
}

fn environment(parts: &Parts<'_>) {
    let low = check::limits().into_iter().filter(|row| !row.is_ok).count();
    let hint =
        if low == 0 { String::new() } else { format!("; {low} settings against advice: cargo xtask check") };
    parts.log.say(format!("[1/5] Environment: {}{hint}", parts.sitting.machine()));
}

/// Runs the job queue once and takes over what it measured.
async fn part(
    parts: &mut Parts<'_>,
    args: &Args,
    example: &Example,
    name: &str,
    arguments: &[&str],
) -> anyhow::Result<()> {
    let mut arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    if !args.no_memory {
        arguments.extend(["--sample", "host,process"].map(str::to_owned));
    }
    if let Some(set) = parts.run(example, name, &arguments).await? {
        parts.sitting.join(set);
    }
    Ok(())
}

/// Judges what was measured. After an interrupt there is nothing whole to be judged.
fn compared(
    parts: &mut Parts<'_>,
    args: &Args,
    baseline: &BaselineFile,
    previous: Option<&Set>,
) -> anyhow::Result<Set> {
    let mut set = parts.finish();
    if parts.is_interrupted() {
        parts.log.say("[4/5] Comparison with targets: left out, the job was interrupted");
        return Ok(set);
    }
    parts.log.say(format!("[4/5] Comparison with targets: {}", list(&args.baseline)));
    set.comparisons.push(targets::judge(&set, baseline, None)?);
    if let Some(previous) = previous {
        set.comparisons.push(screening::compare(previous, &set, &baseline.regression));
    }
    let compared = compare::verdict(&set.comparisons, args.fail_on_regression);
    set.verdict = set.verdict.and(compared);
    Ok(set)
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
