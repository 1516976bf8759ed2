//! The five steps.

use std::path::{Path, PathBuf};

use anyhow::Context;
use plimsoll::Sitting;
use plimsoll::baseline::history::Entry;
use plimsoll::baseline::{BaselineFile, screening, targets};
use plimsoll::model::{Set, Status, Verdict};
use plimsoll::report::{Console, Gallery, Renderer, analyze};
use plimsoll_cli::{
    Exit, HISTORY_FILE, LOG_FILE, Log, ProgressMode, Results, Streams, append_line, read_baseline, read_set,
};

use super::{Args, Scope};
use crate::example::{Ended, Example};
use crate::signals::Signals;
use crate::{check, compare};

/// Benchmarks of the job queue.
const BENCHMARKS: [&str; 2] = ["job", "round-trip"];

/// The job as it stands.
struct Job<'a> {
    args: &'a Args,
    root: PathBuf,
    log: Log,
    signals: &'a mut Signals,
    sitting: Sitting,
    is_interrupted: bool,
}

/// The user asked twice.
struct StopAtOnce;

/// What became of the five steps.
pub(super) enum Performed {
    /// They were done, or drained after a signal; results are written.
    Done(Box<Set>),
    /// The user asked to stop before there was anything to report.
    Stopped,
    /// The user asked twice.
    StoppedAtOnce,
}

/// Runs the five steps, and says how the program ends.
pub(super) async fn perform(args: &Args) -> anyhow::Result<Exit> {
    let previous = args.previous.as_deref().map(read_set).transpose();
    // Targets are looked at first, so that of two mistakes theirs is said.
    read_baseline(&args.baseline)?;
    let mut signals = Signals::listen()?;
    let streams = Streams::standard(args.color);
    Ok(match steps(args, previous?.as_ref(), &mut signals, streams).await? {
        Performed::Done(set) => Exit::of(set.verdict.status, args.fail_on_inconclusive),
        Performed::Stopped | Performed::StoppedAtOnce => Exit::Interrupted,
    })
}

/// Runs the five steps once, against an earlier result.
pub(super) async fn steps(
    args: &Args,
    previous: Option<&Set>,
    signals: &mut Signals,
    mut streams: Streams,
) -> anyhow::Result<Performed> {
    let root = crate::root()?;
    // A mistake in a file should not cost a run.
    let baseline = read_baseline(&args.baseline)?;
    let results = Results::create(&args.out)?;
    let scope = Scope::of(args.quick, args.full);
    let mut sitting = Sitting::begin("perf-ci", crate::tool(), "dev");
    sitting.config("scope", scope.name());
    let log = streams.log().clone();
    let mut job = Job { args, root, log, signals, sitting, is_interrupted: false };

    job.environment();
    let Some(example) = job.example().await? else { return Ok(Performed::Stopped) };
    let measured = match job.benchmarks(&example).await? {
        Ok(()) => job.load_tests(&example, scope).await?,
        Err(StopAtOnce) => Err(StopAtOnce),
    };
    if measured.is_err() {
        return Ok(Performed::StoppedAtOnce);
    }
    let mut set = job.compare(&baseline, previous)?;
    set.analysis = Some(analyze(&set));
    job.log.say("[5/5] Report and metrics");
    let mut written = results.write_set(&set)?;
    if !args.no_charts {
        written.push(results.write_charts(&set, &Gallery::standard())?);
    }
    remember(&args.out, &set)?;
    let options = streams.results_terminal().console();
    streams.print(|out| Console { options }.render(&set, out))?;
    job.log.say(format!("results in {}: {}, {LOG_FILE}", args.out.display(), names(&written)));
    results.write(LOG_FILE, |out| out.write_all(job.log.text().as_bytes()))?;
    Ok(Performed::Done(Box::new(set)))
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

impl Job<'_> {
    fn environment(&self) {
        let low = check::limits().into_iter().filter(|row| !row.is_ok).count();
        let hint = if low == 0 {
            String::new()
        } else {
            format!("; {low} settings against advice: cargo xtask check")
        };
        self.log.say(format!("[1/5] Environment: {}{hint}", self.sitting.machine()));
    }

    async fn example(&mut self) -> anyhow::Result<Option<Example>> {
        self.log.say("      building the job queue for release");
        Example::build("job-queue", &self.root, self.signals).await
    }

    async fn benchmarks(&mut self, example: &Example) -> anyhow::Result<Result<(), StopAtOnce>> {
        self.log.say("[2/5] Benchmarks");
        for name in BENCHMARKS {
            let arguments = ["--benchmark", name].map(str::to_owned);
            if let Err(stop) = self.part(example, name, &arguments).await? {
                return Ok(Err(stop));
            }
        }
        Ok(Ok(()))
    }

    async fn load_tests(
        &mut self,
        example: &Example,
        scope: Scope,
    ) -> anyhow::Result<Result<(), StopAtOnce>> {
        self.log.say("[3/5] Load tests");
        for profile in scope.profiles() {
            let arguments = ["--profile", profile, "--warm-up", "1s"].map(str::to_owned);
            if let Err(stop) = self.part(example, profile, &arguments).await? {
                return Ok(Err(stop));
            }
        }
        Ok(Ok(()))
    }

    /// Runs an example once and takes over what it measured; nothing once the user asked to stop.
    async fn part(
        &mut self,
        example: &Example,
        name: &str,
        arguments: &[String],
    ) -> anyhow::Result<Result<(), StopAtOnce>> {
        if self.is_interrupted {
            return Ok(Ok(()));
        }
        self.log.say(format!("      {name}"));
        let mut arguments = arguments.to_vec();
        arguments.extend(["--progress".to_owned(), progress(self.args.progress).to_owned()]);
        if !self.args.no_memory {
            arguments.extend(["--sample", "host,process"].map(str::to_owned));
        }
        let folder = self.args.out.join("parts").join(name);
        match example.run(&arguments, &folder, self.signals).await? {
            Ended::Done(set) => {
                self.sitting.join(*set);
            }
            Ended::Stopped => return Ok(Err(StopAtOnce)),
            Ended::Interrupted(set) => {
                self.is_interrupted = true;
                if let Some(set) = set {
                    self.sitting.join(*set);
                }
            }
        }
        Ok(Ok(()))
    }

    /// Judges what was measured. After an interrupt there is nothing whole to be judged.
    fn compare(&mut self, baseline: &BaselineFile, previous: Option<&Set>) -> anyhow::Result<Set> {
        let sitting = std::mem::replace(&mut self.sitting, Sitting::begin("perf-ci", crate::tool(), "dev"));
        let mut set = sitting.finish();
        if self.is_interrupted {
            self.log.say("[4/5] Comparison with targets: left out, the job was interrupted");
            let reason = "the job was interrupted; later steps were left out";
            set.verdict = set.verdict.and(Verdict::because(Status::Interrupted, reason));
            return Ok(set);
        }
        self.log.say(format!("[4/5] Comparison with targets: {}", list(&self.args.baseline)));
        set.comparisons.push(targets::judge(&set, baseline, None)?);
        if let Some(previous) = previous {
            set.comparisons.push(screening::compare(previous, &set, &baseline.regression));
        }
        let compared = compare::verdict(&set.comparisons, self.args.fail_on_regression);
        set.verdict = set.verdict.and(compared);
        Ok(set)
    }
}

fn progress(mode: ProgressMode) -> &'static str {
    match mode {
        ProgressMode::Auto => "auto",
        ProgressMode::Bar => "bar",
        ProgressMode::Lines => "lines",
        ProgressMode::None => "none",
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn names(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| Path::file_name(path).map(|name| name.to_string_lossy().into_owned());
    paths.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}
