//! Where a program spends its time, by perf: a flame graph, and the functions that take most.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command as Blocking, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use inferno::collapse::Collapse;
use inferno::collapse::perf::Folder;
use inferno::flamegraph::{self, Options};
use plimsoll::Process;
use plimsoll::model::human;
use plimsoll_cli::{Color, Exit, Results, Streams, length};
use tokio::process::{Child, Command};

use crate::example::{Example, interrupt};
use crate::parts::Stopped;
use crate::signals::Signals;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct ProfileArgs {
    /// An example of this workspace, built for release and run once [default: job-queue]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["pid", "name"])]
    pub example: Option<String>,

    /// A process that runs, by its id
    #[arg(long, value_name = "ID", conflicts_with = "name", value_parser = clap::value_parser!(u32).range(1..))]
    pub pid: Option<u32>,

    /// A process that runs, by its name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// For how long a process that runs is looked at
    #[arg(long, value_name = "LENGTH", default_value = "10s", value_parser = length)]
    pub duration: Duration,

    /// The folder of results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,

    /// Flags of the example, after --: -- --profile medium
    #[arg(last = true, value_name = "FLAGS", conflicts_with_all = ["pid", "name"])]
    pub more: Vec<String>,
}

/// Stacks taken in a second of CPU time: no multiple of what programs do regularly.
const PER_SECOND: &str = "499";

/// How stacks are found: from a copy of so many bytes of each, since release builds keep no frame pointers.
const STACKS: &str = "dwarf,16384";

/// Functions in the table.
const MOST: usize = 20;

/// Samples a program, and leaves the flame graph and the table.
pub(super) async fn perform(args: &ProfileArgs) -> anyhow::Result<Exit> {
    ensure_perf()?;
    let mut signals = Signals::listen()?;
    let mut streams = Streams::standard(Color::Auto);
    let log = streams.log().clone();
    let results = Results::create(args.out.join("profile"))?;
    let data = results.folder().join("perf.data");
    let Some(subject) = Subject::of(args, &mut signals).await? else { return Err(Stopped::Early.into()) };
    log.say(format!("sampling {subject}"));
    let sampled = subject.sample(args, &data, &mut signals).await;
    let stacks = sampled.and_then(|exit| Ok((exit, folded(&data)?)));
    // Many times as large as what was made of it.
    let _ = std::fs::remove_file(&data);
    let (exit, stacks) = stacks?;
    let table = Table::of(&stacks);
    ensure!(table.samples > 0, "{subject} used no CPU while it was looked at; nothing can be drawn");
    let graph = results.write("flamegraph.svg", |out| draw(&subject.to_string(), &stacks, out))?;
    results.write("top20.txt", |out| write!(out, "{table}"))?;
    streams.print(|out| write!(out, "{table}"))?;
    log.say(format!("flame graph in {}", graph.display()));
    Ok(exit)
}

/// Says what to do where there is no perf, before anything is built.
fn ensure_perf() -> anyhow::Result<()> {
    let version = Blocking::new("perf").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_here = version.is_ok_and(|status| status.success());
    ensure!(is_here, "perf is not here, which takes the samples; on Debian: apt-get install linux-perf");
    Ok(())
}

/// What is looked at.
enum Subject {
    Example(Example, String),
    Running(u32, String),
}

impl Subject {
    /// `None` when the user asked to stop while it was built.
    async fn of(args: &ProfileArgs, signals: &mut Signals) -> anyhow::Result<Option<Subject>> {
        Ok(match (args.pid, &args.name) {
            (Some(pid), _) => Some(Subject::Running(pid, format!("process {pid}"))),
            (None, Some(name)) => match Process::ids_of(name)[..] {
                [pid] => Some(Subject::Running(pid, format!("{name}, process {pid}"))),
                [] => bail!("no process is called {name:?}"),
                ref several => {
                    bail!("{name:?} is the name of several processes: {several:?}; take one with --pid")
                }
            },
            (None, None) => {
                let name = args.example.as_deref().unwrap_or("job-queue");
                let example = Example::build(name, &crate::root()?, signals).await?;
                example.map(|example| Subject::Example(example, name.to_owned()))
            }
        })
    }

    /// Lets perf look, and says how that ended: an interrupt ends it early, and what was seen until then counts.
    async fn sample(&self, args: &ProfileArgs, data: &Path, signals: &mut Signals) -> anyhow::Result<Exit> {
        let mut command = Command::new("perf");
        command.args(["record", "--quiet", "-F", PER_SECOND, "--call-graph", STACKS, "-o"]).arg(data);
        match self {
            Subject::Running(pid, _) => command.args(["-p", &pid.to_string()]),
            Subject::Example(example, _) => command
                .arg("--")
                .arg(example.program())
                .args(&args.more)
                .args(["--progress", "none", "--out"])
                .arg(data.with_file_name("results")),
        };
        command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut perf = command.spawn().context("perf cannot be started")?;
        let exit = self.wait(&mut perf, args.duration, signals).await?;
        ensure!(data.is_file(), "perf has left nothing about {self}; what it says stands above");
        Ok(exit)
    }

    async fn wait(&self, perf: &mut Child, length: Duration, signals: &mut Signals) -> anyhow::Result<Exit> {
        let over = async {
            match self {
                Subject::Running(..) => tokio::time::sleep(length).await,
                Subject::Example(..) => std::future::pending().await,
            }
        };
        let exit = tokio::select! {
            _ = perf.wait() => return Ok(Exit::Success),
            () = over => Exit::Success,
            () = signals.next() => Exit::Interrupted,
        };
        interrupt(perf);
        tokio::select! {
            _ = perf.wait() => Ok(exit),
            () = signals.next() => Err(Stopped::AtOnce.into()),
        }
    }
}

impl Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Subject::Example(_, name) | Subject::Running(_, name)) = self;
        f.write_str(name)
    }
}

/// The stacks in a line each, with how often it was seen.
fn folded(data: &Path) -> anyhow::Result<String> {
    let mut command = Blocking::new("perf");
    // What was inlined would be asked for address by address, which takes minutes.
    command.args(["script", "--no-inline", "-i"]).arg(data).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut script = command.stderr(Stdio::null()).spawn().context("perf cannot be started")?;
    let output = script.stdout.take().context("the standard output was asked for")?;
    let mut stacks = Vec::new();
    let collapsed = Folder::default().collapse(BufReader::new(output), &mut stacks);
    script.wait().context("perf was lost")?;
    collapsed.context("what perf has sampled cannot be read")?;
    String::from_utf8(stacks).context("perf has names that are no text")
}

fn draw(title: &str, stacks: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let mut options = Options::default();
    options.title = format!("CPU time of {title}");
    options.count_name = "samples".to_owned();
    flamegraph::from_lines(&mut options, stacks.lines(), out)
}

/// The functions that take most.
#[derive(Debug, PartialEq)]
struct Table {
    samples: u64,
    rows: Vec<Row>,
}

/// A function: samples in which it ran, and in which it or something that it called ran.
#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    itself: u64,
    with_callees: u64,
}

impl Table {
    fn of(stacks: &str) -> Table {
        let mut functions: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        let mut samples = 0;
        for (stack, count) in stacks.lines().filter_map(|line| line.rsplit_once(' ')) {
            let count: u64 = count.parse().unwrap_or(0);
            samples += count;
            // The first is the name of the thread.
            let frames: Vec<&str> = stack.split(';').skip(1).collect();
            for frame in frames.iter().copied().collect::<BTreeSet<_>>() {
                functions.entry(frame).or_default().1 += count;
            }
            if let Some(leaf) = frames.last() {
                functions.entry(leaf).or_default().0 += count;
            }
        }
        let row = |(name, (itself, with_callees)): (&str, (u64, u64))| Row {
            name: name.to_owned(),
            itself,
            with_callees,
        };
        let mut rows: Vec<Row> = functions.into_iter().map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.itself, row.with_callees)));
        rows.truncate(MOST);
        Table { samples, rows }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |count: u64| human::share(count as f64 / self.samples as f64);
        writeln!(f, "{} samples; the functions that took most\n", human::count(self.samples))?;
        writeln!(f, "{:>8}  {:>8}  function", "itself", "callees")?;
        for Row { name, itself, with_callees } in &self.rows {
            writeln!(f, "{:>8}  {:>8}  {name}", share(*itself), share(*with_callees))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACKS: &str = "main;run;work 6\nmain;run;work;work 2\nmain;run 1\nother;rest 1\n";

    #[test]
    fn a_function_is_told_with_and_without_what_it_calls() {
        let table = Table::of(STACKS);
        assert_eq!(table.samples, 10);
        let rows: Vec<_> =
            table.rows.iter().map(|row| (row.name.as_str(), row.itself, row.with_callees)).collect();
        assert_eq!(rows, [("work", 8, 8), ("run", 1, 9), ("rest", 1, 1)]);
        assert!(table.to_string().contains("    80 %      80 %  work\n"), "{table}");
    }

    #[test]
    fn the_graph_names_every_function() {
        let mut svg = Vec::new();
        draw("a test", STACKS, &mut svg).unwrap();
        let svg = String::from_utf8(svg).unwrap();
        assert!(["CPU time of a test", "run", "work", "rest"].iter().all(|name| svg.contains(name)), "{svg}");
    }
}
