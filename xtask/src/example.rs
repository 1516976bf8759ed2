//! Building an example and running it as a process of its own.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{ExitStatus, Output, Stdio};

use anyhow::{Context, ensure};
use plimsoll::model::{Set, redact_url};
use plimsoll_cli::read_set;
use tokio::process::{Child, Command};

use crate::alerts::VARIABLES;
use crate::signals::Signals;

/// A program that takes the shared flags and leaves a set in a folder: mostly a release build of an example.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    name: String,
    program: PathBuf,
}

/// How an example ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself, with the set that it left.
    Done(Box<Set>),
    /// After the user asked to stop; with the set, if there is one.
    Interrupted(Option<Box<Set>>),
    /// At once, because the user asked twice.
    Stopped,
}

impl Example {
    /// A program that is there already; a bare name is looked for as the system does.
    pub(crate) fn at(program: impl Into<PathBuf>) -> Example {
        let program = program.into();
        Example { name: program.display().to_string(), program }
    }

    /// A command that the user named, split at spaces, and its arguments.
    pub(crate) fn from_words(command: &str) -> anyhow::Result<(Example, Vec<String>)> {
        let mut words = command.split_whitespace().map(str::to_owned);
        let program = words.next().context("a command is empty; expected a program with its arguments")?;
        Ok((Example::at(program), words.collect()))
    }

    /// Builds an example of this workspace; what cargo says goes to the standard error. `None` when the user asked
    /// to stop.
    pub(crate) async fn build(
        name: &str,
        root: &Path,
        signals: &mut Signals,
    ) -> anyhow::Result<Option<Example>> {
        Example::built_by(cargo_build(name, root), name, signals).await
    }

    /// The example that cargo builds; `None` when the user asked to stop.
    pub(crate) async fn built_by(
        mut cargo: Command,
        name: &str,
        signals: &mut Signals,
    ) -> anyhow::Result<Option<Example>> {
        cargo.stdout(Stdio::piped()).kill_on_drop(true);
        // With all the compilers that it starts, out of the terminal's foreground group: they are asked once.
        #[cfg(unix)]
        cargo.process_group(0);
        let child = cargo.spawn().context("cargo cannot be started")?;
        let group = child.id();
        let mut output = pin!(child.wait_with_output());
        tokio::select! {
            output = &mut output => Example::built(name, &output.context("cargo was lost")?).map(Some),
            () = signals.next() => {
                interrupt_group(group);
                tokio::select! {
                    _ = output => {}
                    () = signals.next() => {}
                }
                Ok(None)
            }
        }
    }

    /// What cargo left, from its messages.
    fn built(name: &str, output: &Output) -> anyhow::Result<Example> {
        ensure!(output.status.success(), "{name} cannot be built; cargo says why above");
        let messages = String::from_utf8_lossy(&output.stdout);
        let program = messages.lines().rev().find_map(|line| executable(line, name));
        let program = program.with_context(|| format!("cargo does not say where {name} is"))?;
        Ok(Example { name: name.to_owned(), program })
    }

    /// The file that is run.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Runs the example with arguments; what it reports is read from the set that it leaves in a folder.
    ///
    /// A first signal is passed on, so that it drains and reports; a second ends it at once.
    pub(crate) async fn run(
        &self,
        arguments: &[String],
        folder: &Path,
        signals: &mut Signals,
    ) -> anyhow::Result<Ended> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)
                .with_context(|| format!("{} cannot be emptied", folder.display()))?;
        }
        let mut child = self.start(arguments, folder)?;
        let mut is_interrupted = false;
        let status = loop {
            tokio::select! {
                status = child.wait() => break status.with_context(|| format!("{} was lost", self.name))?,
                () = signals.next() => {
                    if is_interrupted {
                        // Waits for its end too, so that nothing of it is left.
                        child.kill().await.with_context(|| format!("{} cannot be stopped", self.name))?;
                        return Ok(Ended::Stopped);
                    }
                    is_interrupted = true;
                    interrupt(&child);
                }
            }
        };
        match read_set(folder) {
            Ok(set) if is_interrupted => Ok(Ended::Interrupted(Some(Box::new(set)))),
            Ok(set) => Ok(Ended::Done(Box::new(set))),
            Err(_) if is_interrupted => Ok(Ended::Interrupted(None)),
            Err(error) => Err(self.left_nothing(arguments, status, &error)),
        }
    }

    fn start(&self, arguments: &[String], folder: &Path) -> anyhow::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--out").arg(folder);
        hide_secrets(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        // Out of the terminal's foreground group: Ctrl-C reaches this program, which passes it on once.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().with_context(|| format!("{} cannot be started", self.program.display()))
    }

    fn left_nothing(&self, arguments: &[String], status: ExitStatus, error: &anyhow::Error) -> anyhow::Error {
        anyhow::anyhow!(
            "{} {} ended with {status} and left no result: {error:#}",
            self.name,
            redact_url(&arguments.join(" "))
        )
    }
}

/// A release build of an example in a workspace, with the features that all of its members want: whichever is built
/// first, the others find what they share.
pub(crate) fn cargo_build(name: &str, root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--release", "--workspace", "--bin", name])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    hide_secrets(&mut cargo);
    // What cargo said to this program is of its package: build scripts that look at it, as one of ring does, would take
    // it for a change each time.
    let of_this =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|it| name.starts_with(it));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this)) {
        cargo.env_remove(name);
    }
    cargo
}

/// Nobody who is built or measured needs to know who is told of it.
fn hide_secrets(command: &mut Command) {
    for variable in VARIABLES {
        command.env_remove(variable);
    }
}

/// The path of a program in one of cargo's messages, if the message is about it.
fn executable(message: &str, name: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let is_it = message["target"]["name"] == name && message["target"]["kind"][0] == "bin";
    let path = message["executable"].as_str().filter(|_| is_it)?;
    Some(PathBuf::from(path))
}

/// Asks a process to drain, report and end.
#[cfg(unix)]
pub(crate) fn interrupt(child: &Child) {
    if let Some(id) = process_id(child.id()) {
        // It may have ended a moment ago, which is what was asked for.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::INT);
    }
}

/// Asks a process and all that it started to end.
#[cfg(unix)]
fn interrupt_group(id: Option<u32>) {
    if let Some(id) = process_id(id) {
        let _ = rustix::process::kill_process_group(id, rustix::process::Signal::INT);
    }
}

#[cfg(unix)]
fn process_id(id: Option<u32>) -> Option<rustix::process::Pid> {
    id.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
}

/// Elsewhere the console tells all its processes itself.
#[cfg(not(unix))]
pub(crate) fn interrupt(_: &Child) {}

/// Elsewhere the console tells all its processes itself.
#[cfg(not(unix))]
fn interrupt_group(_: Option<u32>) {}
