//! One sitting of a program: its runs, its report, its files.

use std::path::Path;

use plimsoll::model::{Caveat, Isolation, Set, Status, Tool, Verdict};
use plimsoll::report::{Console, Gallery, Json, LATEST_FILE, Overview, Renderer, analyze};
use plimsoll::{Gpu, Load, LoadError, Run, Sitting};

use crate::files::{LOG_FILE, Results};
use crate::flags::{Flags, Format, SampleFlag};
use crate::program::{Prepared, Program};
use crate::signals::{Interrupts, Listener};
use crate::streams::Streams;
use crate::{Exit, Log, progress};

/// One sitting of a program, for programs that run more than one workload. Others call [`Program::run`].
///
/// Whatever goes wrong is said on the standard error when it happens and remembered for the exit code;
/// what was measured until then is reported all the same.
#[derive(Debug)]
pub struct Session {
    flags: Flags,
    streams: Streams,
    interrupts: Interrupts,
    _listener: Option<Listener>,
    sitting: Sitting,
    runs: u64,
    trouble: Exit,
    conclusion: Verdict,
    is_summed_up: bool,
    draws_charts: bool,
}

impl Session {
    /// Begins a sitting on the standard streams; SIGINT and SIGTERM end it from now on.
    pub async fn begin(program: &Program, flags: &Flags) -> Session {
        let streams = Streams::standard(flags.output.color);
        let interrupts = Interrupts::default();
        let listener = Listener::start(interrupts.clone(), streams.log().clone()).await;
        let listener = listener
            .map_err(|error| streams.log().say(format!("warning: signals are not listened to: {error}")))
            .ok();
        Session { _listener: listener, ..Session::with(program, flags, streams, interrupts) }
    }

    /// Begins a sitting on streams of one's own, which listens to no signal.
    #[must_use]
    pub fn with(program: &Program, flags: &Flags, streams: Streams, interrupts: Interrupts) -> Session {
        let tool = Tool { name: program.name.clone(), version: program.version.clone(), git: None };
        let mut sitting = Sitting::begin(&program.name, tool, &flags.environment);
        for (name, value) in flags.config() {
            sitting.config(name, value);
        }
        if flags.load.sample.contains(&SampleFlag::Gpu) {
            sitting.gpu(Gpu::models());
        }
        Session {
            flags: flags.clone(),
            streams,
            interrupts,
            _listener: None,
            sitting,
            runs: 0,
            trouble: Exit::Success,
            conclusion: Verdict::pass(),
            is_summed_up: false,
            draws_charts: false,
        }
    }

    /// The runs so far, to add settings, caveats, or what a protocol found.
    pub fn sitting(&mut self) -> &mut Sitting {
        &mut self.sitting
    }

    /// Reports in short: a row for each scenario and component. All figures are in the files.
    pub fn sum_up(&mut self) {
        self.is_summed_up = true;
    }

    /// Leaves every chart as a picture and as a page as well.
    pub fn draw_charts(&mut self) {
        self.draws_charts = true;
    }

    /// Writes what there is until now, for a program that may not come to its end: the document alone, which the results
    /// of the whole replace. `add` gets a copy of the sitting, to add what is not in it yet.
    ///
    /// # Errors
    /// When the file cannot be written; the error names it.
    pub fn keep(&self, add: impl FnOnce(&mut Sitting)) -> anyhow::Result<()> {
        let mut sitting = self.sitting.clone();
        add(&mut sitting);
        let mut set = sitting.finish();
        set.analysis = Some(analyze(&set));
        let json = Json { pretty: true };
        Results::create(&self.flags.output.out)?.write(LATEST_FILE, |out| json.render(&set, out)).map(drop)
    }

    /// What is said beside the results.
    #[must_use]
    pub fn log(&self) -> &Log {
        self.streams.log()
    }

    /// Whether the user asked to stop.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupts.is_interrupted()
    }

    /// Who asks to stop.
    #[must_use]
    pub fn interrupts(&self) -> Interrupts {
        self.interrupts.clone()
    }

    /// Runs a workload as often as the flags say, each time prepared afresh. Ends early when a run cannot be
    /// prepared or carried out, or the user asked to stop.
    pub async fn run<P: Into<Prepared>>(
        &mut self,
        workload: &str,
        mut prepare: impl AsyncFnMut(u64) -> anyhow::Result<P>,
    ) {
        if let Err(error) = Results::probe(&self.flags.output.out) {
            return self.fail(&error);
        }
        for iteration in 1..=self.flags.iterations {
            if self.is_interrupted() {
                return self.not_all_ran(workload, iteration - 1);
            }
            let outcome = match prepare(iteration).await {
                Ok(prepared) => self.iteration(workload, iteration, prepared.into()).await,
                Err(error) => Err(error.context(format!("{workload} cannot be set up"))),
            };
            if let Err(error) = outcome {
                return self.fail(&error);
            }
        }
    }

    /// Carries out one load with progress and signals, and keeps nothing of it: for protocols, which decide
    /// themselves what becomes of a run.
    ///
    /// # Errors
    /// When the load cannot be run.
    pub async fn measure(&self, load: Load) -> Result<Run, LoadError> {
        let snapshots = load.snapshots();
        self.interrupts.watch(load.stop_handle());
        let showing = progress::show(snapshots, &self.flags.output, &self.streams);
        tokio::join!(load.run(), showing).0
    }

    /// Reports, writes the files, and says how the program ends.
    pub fn finish(mut self) -> Exit {
        let renderer = self.renderer();
        let mut set = self.sitting.finish();
        let is_empty = set.runs.is_empty() && set.protocol.is_none();
        let without_runs = without_runs(self.trouble, self.interrupts.is_interrupted());
        if let Some(exit) = without_runs.filter(|_| is_empty) {
            self.streams.log().say("nothing was measured; no results are written");
            return exit;
        }
        set.verdict = std::mem::replace(&mut set.verdict, Verdict::pass()).and(self.conclusion);
        set.analysis = Some(analyze(&set));
        let written = self
            .streams
            .print(|out| renderer.render(&set, out))
            .map_err(anyhow::Error::from)
            .and_then(|()| write(&set, &self.flags.output.out, self.draws_charts, self.streams.log()));
        if let Err(error) = written {
            self.streams.log().say(message(&error));
            self.trouble = self.trouble.worse(Exit::Usage);
        }
        self.trouble.worse(Exit::of(set.verdict.status, false))
    }

    fn renderer(&self) -> Box<dyn Renderer> {
        let options = self.streams.results_terminal().console();
        match self.flags.output.format {
            Format::Json => Box::new(Json { pretty: true }),
            Format::Text if self.is_summed_up => Box::new(Overview { options }),
            Format::Text => Box::new(Console { options }),
        }
    }

    async fn iteration(&mut self, workload: &str, iteration: u64, prepared: Prepared) -> anyhow::Result<()> {
        self.announce(workload, iteration);
        let Prepared { load, tear_down } = prepared;
        let run = self.measure(load).await;
        let torn_down = match tear_down {
            Some(tear_down) => tear_down.await,
            None => Ok(()),
        };
        self.sitting.add(workload, isolation(self.runs), run?);
        self.runs += 1;
        torn_down.map_err(|error| error.context(format!("{workload} cannot be torn down")))
    }

    fn announce(&self, workload: &str, iteration: u64) {
        let of = self.flags.iterations;
        if of > 1 {
            self.log().say(format!("{workload}: iteration {iteration} of {of}"));
        }
    }

    fn not_all_ran(&mut self, workload: &str, done: u64) {
        let reason = format!("{workload}: interrupted after {done} of {} iterations", self.flags.iterations);
        self.conclude(Verdict::because(Status::Interrupted, reason));
    }

    fn conclude(&mut self, verdict: Verdict) {
        self.conclusion = std::mem::replace(&mut self.conclusion, Verdict::pass()).and(verdict);
    }

    /// Says what went wrong and remembers it for the exit code. What was measured before stays, and is too little to
    /// pass.
    pub fn fail(&mut self, error: &anyhow::Error) {
        let message = message(error);
        self.streams.log().say(&message);
        self.sitting.caveat(Caveat::new("ended_early", message));
        self.conclude(Verdict::because(Status::Inconclusive, "an error ended it early"));
        self.trouble = self.trouble.worse(Exit::Usage);
    }
}

/// How a program without runs ends: `None` when nothing has prevented them, which the report then shows.
fn without_runs(trouble: Exit, is_interrupted: bool) -> Option<Exit> {
    let exit = if is_interrupted { trouble.worse(Exit::Interrupted) } else { trouble };
    (exit != Exit::Success).then_some(exit)
}

/// The first run of a process shares nothing with others.
fn isolation(runs_before: u64) -> Isolation {
    if runs_before == 0 { Isolation::Process } else { Isolation::InProcess }
}

fn write(set: &Set, folder: &Path, draws_charts: bool, log: &Log) -> anyhow::Result<()> {
    let results = Results::create(folder)?;
    results.write_set(set)?;
    if draws_charts {
        results.write_charts(set, &Gallery::standard())?;
    }
    log.say(format!("results in {}", folder.display()));
    results.write(LOG_FILE, |out| out.write_all(log.text().as_bytes()))?;
    Ok(())
}

/// An error with all its causes in one line. A cause that an error has in its own words is not said twice.
fn message(error: &anyhow::Error) -> String {
    let mut message = "error".to_owned();
    for cause in error.chain().map(ToString::to_string) {
        if !message.contains(&cause) {
            message.push_str(": ");
            message.push_str(&cause);
        }
    }
    message
}
