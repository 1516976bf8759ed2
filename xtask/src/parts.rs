//! Examples that run one after the other, and the one result that comes of them.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use plimsoll::Sitting;
use plimsoll::model::{Set, Status, Verdict};
use plimsoll::report::{ConsoleOptions, Gallery, Renderer};
use plimsoll_cli::{Exit, LOG_FILE, Log, ProgressMode, Results, Streams};

use crate::example::{Ended, Example};
use crate::signals::Signals;

/// A command that runs examples: what it says, what it has measured, and whether it is to go on.
pub(crate) struct Parts<'a> {
    /// What goes to the standard error, and into the file of the log.
    pub(crate) log: Log,
    /// What was measured until now.
    pub(crate) sitting: Sitting,
    /// Who may ask it to stop.
    signals: &'a mut Signals,
    root: PathBuf,
    streams: Streams,
    results: Results,
    progress: ProgressMode,
    is_interrupted: bool,
}

/// The user asked to stop, and there is nothing to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// Before anything was measured.
    Early,
    /// Twice: at once.
    AtOnce,
}

impl Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

/// How a command ends that may have been stopped with nothing to report.
pub(crate) fn exit(outcome: anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    match outcome {
        Err(error) if error.is::<Stopped>() => Ok(Exit::Interrupted),
        outcome => outcome,
    }
}

impl<'a> Parts<'a> {
    /// Begins, with results in a folder.
    pub(crate) fn begin(
        name: &str,
        out: &Path,
        progress: ProgressMode,
        streams: Streams,
        signals: &'a mut Signals,
    ) -> anyhow::Result<Parts<'a>> {
        let root = crate::root()?;
        let results = Results::create(out)?;
        Ok(Parts {
            log: streams.log().clone(),
            sitting: Sitting::begin(name, crate::tool(), "dev"),
            signals,
            root,
            streams,
            results,
            progress,
            is_interrupted: false,
        })
    }

    /// Builds an example for release.
    ///
    /// # Errors
    /// When it cannot be built, and [`Stopped`].
    pub(crate) async fn build(&mut self, name: &str) -> anyhow::Result<Example> {
        self.log.say(format!("      building {name} for release"));
        Ok(Example::build(name, &self.root, self.signals).await?.ok_or(Stopped::Early)?)
    }

    /// Runs an example once, and gives what it left: nothing once the user asked to stop.
    ///
    /// # Errors
    /// When it cannot be run or leaves no result, and [`Stopped`].
    pub(crate) async fn run(
        &mut self,
        example: &Example,
        name: &str,
        arguments: &[String],
    ) -> anyhow::Result<Option<Set>> {
        if self.is_interrupted {
            return Ok(None);
        }
        self.log.say(format!("      {name}"));
        let mut arguments = arguments.to_vec();
        arguments.extend(["--progress".to_owned(), word(self.progress).to_owned()]);
        let folder = self.results.folder().join("parts").join(name);
        match example.run(&arguments, &folder, self.signals).await? {
            Ended::Done(set) => Ok(Some(*set)),
            Ended::Stopped => Err(Stopped::AtOnce.into()),
            Ended::Interrupted(set) => {
                self.is_interrupted = true;
                Ok(set.map(|set| *set))
            }
        }
    }

    /// Whether the user asked to stop: what is left is not whole then.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.is_interrupted
    }

    /// The set of what was measured.
    pub(crate) fn finish(&mut self) -> Set {
        let next = Sitting::begin("next", crate::tool(), "dev");
        let mut set = std::mem::replace(&mut self.sitting, next).finish();
        if self.is_interrupted {
            let reason = "the job was interrupted; later steps were left out";
            set.verdict = set.verdict.and(Verdict::because(Status::Interrupted, reason));
        }
        set
    }

    /// Prints the report, and leaves all files.
    ///
    /// # Errors
    /// For the first file that cannot be written.
    pub(crate) fn leave(
        mut self,
        set: &Set,
        has_charts: bool,
        renderer: impl FnOnce(ConsoleOptions) -> Box<dyn Renderer>,
    ) -> anyhow::Result<()> {
        let mut written = self.results.write_set(set)?;
        if has_charts {
            written.push(self.results.write_charts(set, &Gallery::standard())?);
        }
        let renderer = renderer(self.streams.results_terminal().console());
        self.streams.print(|out| renderer.render(set, out))?;
        let folder = self.results.folder().display();
        self.log.say(format!("results in {folder}: {}, {LOG_FILE}", names(&written)));
        self.results.write(LOG_FILE, |out| out.write_all(self.log.text().as_bytes()))?;
        Ok(())
    }
}

fn word(mode: ProgressMode) -> &'static str {
    match mode {
        ProgressMode::Auto => "auto",
        ProgressMode::Bar => "bar",
        ProgressMode::Lines => "lines",
        ProgressMode::None => "none",
    }
}

fn names(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| Path::file_name(path).map(|name| name.to_string_lossy().into_owned());
    paths.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}
