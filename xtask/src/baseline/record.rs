//! Measuring a candidate for a baseline.

use std::path::PathBuf;
use std::process::ExitCode;

use plimsoll::Sitting;
use plimsoll::baseline::history::Entry;
use plimsoll::baseline::targets;
use plimsoll::model::{Set, Status, Verdict};
use plimsoll::report::{Console, Renderer, analyze};
use plimsoll_cli::{Color, Exit, HISTORY_FILE, Log, Results, Streams, append_line, read_baseline};

use super::Named;
use super::store::Store;
use crate::example::{Ended, Example};
use crate::signals::Signals;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    named: Named,

    /// The example that is measured
    #[arg(long, value_name = "NAME", default_value = "job-queue")]
    example: String,

    /// A program with its arguments instead, split at spaces; it must take --out DIR
    #[arg(long, value_name = "CMD", conflicts_with = "example")]
    command: Option<String>,

    /// Replicates, each a process of its own
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    iterations: u64,

    /// The folder of results, with the history
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,

    /// Arguments of the program
    #[arg(last = true, value_name = "ARG")]
    arguments: Vec<String>,
}

/// Measures, judges by the targets where there are some, and keeps what passed.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(record(args))?.into())
}

async fn record(args: &Args) -> anyhow::Result<Exit> {
    let store = Store::of(&args.named)?;
    let targets = store.targets();
    // A mistake in a file should not cost a run.
    let file = if targets.exists() { Some(read_baseline(&[targets])?) } else { None };
    let results = Results::create(&args.out)?;
    let mut streams = Streams::standard(args.color);
    let log = streams.log().clone();
    let Some(mut set) = measure(args, &store, &log).await? else { return Ok(Exit::Interrupted) };
    if let Some(file) = &file {
        let comparison = targets::judge(&set, file, None)?;
        set.verdict = set.verdict.and(comparison.verdict.clone());
        set.comparisons.push(comparison);
    }
    set.analysis = Some(analyze(&set));
    results.write_set(&set)?;
    append_line(&args.out.join(HISTORY_FILE), &Entry::of(&set).line())?;
    let options = streams.results_terminal().console();
    streams.print(|out| Console { options }.render(&set, out))?;
    if set.verdict.status == Status::Pass {
        store.keep_candidate(&set)?;
        let path = store.candidate();
        log.say(format!(
            "recorded in {}; cargo xtask baseline promote {} makes it the baseline",
            path.display(),
            store.name()
        ));
    } else {
        log.say("not recorded: only a pass may become a baseline");
    }
    Ok(Exit::of(set.verdict.status, true))
}

/// The replicates as one set; `None` when the user asked to stop before the first, or twice.
async fn measure(args: &Args, store: &Store, log: &Log) -> anyhow::Result<Option<Set>> {
    let mut signals = Signals::listen()?;
    let Some((example, mut arguments)) = program(args, log, &mut signals).await? else { return Ok(None) };
    arguments.extend(["--progress", "none"].map(str::to_owned));
    let mut sitting = Sitting::begin(store.name(), crate::tool(), "dev");
    sitting.config("arguments", args.arguments.join(" ")).config("iterations", args.iterations);
    let folder = args.out.join("parts").join("record");
    let mut interruption = Verdict::pass();
    for number in 1..=args.iterations {
        log.say(format!("run {number} of {}", args.iterations));
        match example.run(&arguments, &folder, &mut signals).await? {
            Ended::Done(set) => {
                let mut set = *set;
                set.runs.iter_mut().for_each(|run| run.iteration = number);
                sitting.join(set);
            }
            Ended::Interrupted(_) => {
                let reason = format!("interrupted in run {number} of {}", args.iterations);
                interruption = Verdict::because(Status::Interrupted, reason);
                break;
            }
            Ended::Stopped => return Ok(None),
        }
    }
    let set = sitting.finish();
    let verdict = set.verdict.clone().and(interruption);
    Ok(Some(Set { verdict, ..set }))
}

/// The program and its arguments; `None` when the user asked to stop while it was built.
async fn program(
    args: &Args,
    log: &Log,
    signals: &mut Signals,
) -> anyhow::Result<Option<(Example, Vec<String>)>> {
    let own = args.arguments.iter().cloned();
    match &args.command {
        Some(command) => {
            let (program, words) = Example::from_words(command)?;
            Ok(Some((program, words.into_iter().chain(own).collect())))
        }
        None => {
            log.say(format!("building {} for release", args.example));
            let example = Example::build(&args.example, &crate::root()?, signals).await?;
            Ok(example.map(|example| (example, own.collect())))
        }
    }
}
