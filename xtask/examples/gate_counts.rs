//! How often `cargo xtask gate` is right about real programs: the job queue against itself, and against itself with
//! a known share of extra work.
//!
//! Each repeat is the command itself, from the first replicate to its exit code. A replicate is a fresh process that
//! works on one job at a time for 0.8 s after a warm-up of 0.2 s: the other core is left to the generator, and
//! what is measured is the work. Prints a line of a table in Markdown for each part named, or for all, and fails when
//! a goal is missed:
//!
//! ```sh
//! cargo run --release -p xtask --example gate_counts -- equals slower-30 slower-10
//! ```

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail, ensure};
use plimsoll::metrics::stats::median;
use plimsoll::model::{Comparison, Status};
use plimsoll_cli::{Color, Log, Streams, read_set};

/// What both sides do, but for the extra work of side B.
const REPLICATE: &str = "--benchmark job --warm-up 200ms --duration 800ms";

/// A question that is put to the gate again and again.
struct Part {
    name: &'static str,
    what: &'static str,
    /// Extra work of side B.
    slow_down: &'static str,
    repeats: u32,
    goal: &'static str,
    is_met: fn(&[Answer]) -> bool,
}

const PARTS: [Part; 3] = [
    Part {
        name: "equals",
        what: "the same program",
        slow_down: "0%",
        repeats: 20,
        goal: "no REGRESSION",
        is_met: |answers| answers.iter().all(|it| !it.is_regression() && it.status != Status::Invalid),
    },
    Part {
        name: "slower-30",
        what: "30 % more work",
        slow_down: "30%",
        repeats: 10,
        goal: "all REGRESSION",
        is_met: |answers| answers.iter().all(Answer::is_regression),
    },
    Part {
        name: "slower-10",
        what: "10 % more work",
        slow_down: "10%",
        repeats: 10,
        goal: "8 REGRESSION, or INCONCLUSIVE with what would be found",
        is_met: |answers| {
            let found = answers.iter().filter(|it| it.is_regression()).count();
            let is_open = |it: &Answer| it.status == Status::Inconclusive && it.detectable.is_some();
            found >= 8 || answers.iter().all(|it| it.is_regression() || is_open(it))
        },
    },
];

/// What the gate answered.
struct Answer {
    status: Status,
    exit: Option<i32>,
    /// Runs a side.
    runs: f64,
    /// Change of throughput, as a share.
    change: Option<f64>,
    /// Change of throughput that the whole of the gate finds nine times in ten, as a share.
    detectable: Option<f64>,
}

impl Answer {
    /// The verdict and the exit code say the same.
    fn is_regression(&self) -> bool {
        self.status == Status::Fail && self.exit == Some(1)
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let parts = wanted(&names)?;
    let programs = programs()?;
    let folder = std::env::temp_dir().join(format!("plimsoll-gate-counts-{}", std::process::id()));
    let log = Streams::standard(Color::Auto).log().clone();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| side B | goal | repeats | REGRESSION, exit 1 | PASS | INCONCLUSIVE | INVALID | runs a side | change of \
         throughput | found 9 times in 10 | met |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )?;
    let mut all_met = true;
    for part in parts {
        let answers = answers(part, &programs, &folder, &log);
        std::fs::remove_dir_all(&folder).ok();
        let answers = answers?;
        all_met &= (part.is_met)(&answers);
        writeln!(out, "{}", row(part, &answers))?;
    }
    Ok(if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn wanted(names: &[String]) -> anyhow::Result<Vec<&'static Part>> {
    if let Some(name) = names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("part {name:?} is not known; expected some of {}", known.join(", "));
    }
    let is_wanted = |part: &&Part| names.is_empty() || names.iter().any(|name| name == part.name);
    Ok(PARTS.iter().filter(is_wanted).collect())
}

/// The gate and what it measures, as release builds beside this program.
struct Programs {
    gate: PathBuf,
    job_queue: PathBuf,
}

fn programs() -> anyhow::Result<Programs> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["build", "--quiet", "--release", "-p", "xtask", "-p", "job-queue", "--bins"];
    let status = Command::new(cargo).args(arguments).stdout(Stdio::null()).status();
    ensure!(status.context("cargo cannot be started")?.success(), "the programs cannot be built");
    let own = std::env::current_exe().context("this program does not know where it is")?;
    let folder = own.parent().and_then(Path::parent).context("this program is no example")?;
    let program = |name: &str| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    Ok(Programs { gate: program("xtask"), job_queue: program("job-queue") })
}

fn answers(part: &Part, programs: &Programs, folder: &Path, log: &Log) -> anyhow::Result<Vec<Answer>> {
    let mut answers = Vec::new();
    for number in 1..=part.repeats {
        let answer = ask(part, programs, folder)?;
        let status = answer.status.word();
        log.say(format!(
            "{} {number} of {}: {status} after {} runs a side",
            part.name, part.repeats, answer.runs
        ));
        answers.push(answer);
    }
    Ok(answers)
}

fn ask(part: &Part, programs: &Programs, folder: &Path) -> anyhow::Result<Answer> {
    let side = format!("{} {REPLICATE}", programs.job_queue.display());
    let status = Command::new(&programs.gate)
        .args(["gate", "--a", &side, "--b", &format!("{side} --slow-down {}", part.slow_down)])
        .arg("--out")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("the gate cannot be started")?;
    let set = read_set(folder).context("the gate left no result")?;
    let comparison = set.comparisons.first().context("the gate compared nothing")?;
    ensure!(comparison.verdict.status != Status::Interrupted, "the gate was interrupted");
    Ok(answer(comparison, status.code()))
}

fn answer(comparison: &Comparison, exit: Option<i32>) -> Answer {
    let line = comparison.metrics.iter().find(|line| line.metric == "throughput");
    Answer {
        status: comparison.verdict.status,
        exit,
        runs: comparison.candidate.runs as f64,
        change: line.and_then(|line| line.ratio).map(|ratio| ratio - 1.0),
        detectable: line.and_then(|line| line.mde),
    }
}

fn row(part: &Part, answers: &[Answer]) -> String {
    let count = |status| answers.iter().filter(|it| it.status == status).count();
    let middle = |values: Vec<f64>| median(&values);
    let percent = |value: Option<f64>, sign: &str| {
        value.map_or_else(|| "–".to_owned(), |share| format!("{sign}{:.1} %", share.abs() * 100.0))
    };
    let change = middle(answers.iter().filter_map(|it| it.change).collect());
    let sign = if change.is_some_and(|change| change < 0.0) { "-" } else { "+" };
    let is_met = if (part.is_met)(answers) { "yes" } else { "**no**" };
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {:.0} | {} | {} | {is_met} |",
        part.what,
        part.goal,
        answers.len(),
        answers.iter().filter(|it| it.is_regression()).count(),
        count(Status::Pass),
        count(Status::Inconclusive),
        count(Status::Invalid),
        middle(answers.iter().map(|it| it.runs).collect()).unwrap_or(0.0),
        percent(change, sign),
        percent(middle(answers.iter().filter_map(|it| it.detectable).collect()), ""),
    )
}
