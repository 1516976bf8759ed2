//! How much memory a run takes whose every operation fails in its own way, result files included.
//!
//! The same run twice, each in a process of its own: a million operations that fail alike, and a million of which no
//! two have the same kind or message. Peaks of resident memory, as the kernel tells them, may differ by 16 MiB; of the
//! million kinds twenty have a name in the result, and the counts add up. Prints a table in Markdown and fails when a
//! goal is missed:
//!
//! ```sh
//! cargo run --release -p plimsoll-cli --example many_errors
//! ```

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, ensure};
use plimsoll::{Load, Outcome, Profile, op};
use plimsoll_cli::{Exit, Flags, Interrupts, Program, Session, Streams, read_set};

/// Operations, all of which fail.
const OPERATIONS: u64 = 1_000_000;
/// Kinds of errors that a result names, and one line for all others.
const KINDS: usize = 21;
/// How much more memory may be used for a million kinds than for one.
const MOST: i64 = 16 << 20;

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if let (Some(kinds), Some(folder)) = (arguments.next(), arguments.next()) {
        writeln!(io::stdout(), "{}", peak(kinds.parse()?, Path::new(&folder))?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (alike, _, _) = measured(1)?;
    let (different, kinds, bytes) = measured(OPERATIONS)?;
    let more = different - alike;
    let is_met = more <= MOST && kinds == KINDS;
    let mib = |bytes: i64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| operations | one kind: peak | a million kinds: peak | difference | limit | kinds in the result | \
         result files | met |\n|---|---|---|---|---|---|---|---|"
    )?;
    writeln!(
        out,
        "| {OPERATIONS} | {} | {} | {} | {} | {kinds} | {} | {} |",
        mib(alike),
        mib(different),
        mib(more),
        mib(MOST),
        mib(bytes),
        if is_met { "yes" } else { "**no**" }
    )?;
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Peak of memory in bytes, kinds in the result, and bytes of the files, of a run in a process of its own.
fn measured(kinds: u64) -> anyhow::Result<(i64, usize, i64)> {
    let folder = std::env::temp_dir().join(format!("plimsoll-many-errors-{}", std::process::id()));
    let own = std::env::current_exe().context("this program does not know where it is")?;
    let output = Command::new(own).arg(kinds.to_string()).arg(&folder).stderr(Stdio::inherit()).output()?;
    let answer = output.status.success().then(|| of_folder(&folder));
    std::fs::remove_dir_all(&folder).ok();
    let (named, bytes) = answer.context("the run failed")??;
    let peak = String::from_utf8(output.stdout)?.trim().parse().context("a run tells its peak in bytes")?;
    Ok((peak, named, bytes))
}

fn of_folder(folder: &Path) -> anyhow::Result<(usize, i64)> {
    let set = read_set(folder)?;
    let scenario = &set.runs.first().context("no run")?.run.scenarios.first().context("no scenario")?;
    let sum: u64 = scenario.errors.iter().map(|error| error.count).sum();
    ensure!(sum == OPERATIONS, "{sum} errors are counted by kind; expected {OPERATIONS}");
    let sizes = std::fs::read_dir(folder)?.map(|entry| Ok::<_, io::Error>(entry?.metadata()?.len()));
    let bytes: u64 = sizes.sum::<Result<u64, _>>()?;
    Ok((scenario.errors.len(), i64::try_from(bytes)?))
}

/// Runs the load, writes all result files, and gives the peak of resident memory in bytes.
fn peak(kinds: u64, folder: &Path) -> anyhow::Result<i64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut flags = Flags::default();
    flags.output.out = folder.to_owned();
    let program = Program::new("many-errors", env!("CARGO_PKG_VERSION"));
    let streams = Streams::plain(io::sink(), io::sink());
    let mut session = Session::with(&program, &flags, streams, Interrupts::default());
    runtime.block_on(session.run("many-errors", async |_| {
        let fail = op("fail", move |cx| async move {
            let number = cx.iteration() % kinds;
            Outcome::fail(format!("kind {number}"), format!("operation {number} went wrong in its own way"))
        });
        anyhow::Ok(Load::new("errors").operation(fail).measure(Profile::iterations(4, OPERATIONS)))
    }));
    let exit = session.finish();
    ensure!(exit != Exit::Usage, "the run ended with {exit:?}");
    let status =
        std::fs::read_to_string("/proc/self/status").context("the kernel tells no peak of memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak is told")?;
    let kib: i64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}
