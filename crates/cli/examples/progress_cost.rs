//! What showing progress costs: the same load with and without it, in turn, in one process.
//!
//! Lines come every second here instead of every ten, so that each run of two and a half seconds prints two. The
//! difference of a metric is the median of its pairs, which one disturbed run does not move. The goal is met where
//! the whole interval of that median lies within 1 %, and missed where all of it lies beyond; in between the pairs
//! were too few or the machine too noisy, and the table says so. Fails only when the goal is missed. Run it in
//! release; what is said beside the table goes to the standard error. A bar needs a terminal; where the standard error is none,
//! one is made by `script`:
//!
//! ```sh
//! cargo run --release -p plimsoll-cli --example progress_cost -- 60
//! ```

use std::fmt::{self, Display};
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use plimsoll::metrics::observe;
use plimsoll::metrics::stats::{Estimate, quantile_interval};
use plimsoll::model::MetricRef;
use plimsoll::{Load, Profile, millis, op};
use plimsoll_cli::{Color, Flags, Interrupts, Program, ProgressMode, Session, Streams};

/// Pairs of runs unless the command line says otherwise.
const PAIRS: u32 = 60;

/// A difference that is not worth a remark.
const GOAL: f64 = 0.01;

/// Time between two lines.
const EVERY: Duration = Duration::from_secs(1);

/// Lines that a run with them prints at least: at 1 s and 2 s.
const LINES: usize = 2;

/// The first argument of this program in a terminal of its own.
const INSIDE: &str = "inside";

const METRICS: [&str; 2] = ["throughput", "p99"];

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1).peekable();
    let is_inside = arguments.next_if(|argument| argument == INSIDE).is_some();
    let table = is_inside.then(|| arguments.next().context("no file for the table")).transpose()?;
    let pairs = arguments.next().map_or(Ok(PAIRS), |pairs| pairs.parse())?;
    let is_met = match table {
        Some(table) => measure(ProgressMode::Bar, pairs, &mut File::create(table)?)?,
        None => {
            let out = &mut io::stdout().lock();
            writeln!(out, "| progress | metric | difference | 95 % interval | pairs | within 1 % |")?;
            writeln!(out, "|---|---|---|---|---|---|")?;
            let lines = measure(ProgressMode::Lines, pairs, out)?;
            // Without a terminal a bar would be lines once more.
            let has_terminal = Streams::standard(Color::Auto).log_terminal().can_redraw;
            let bar = if has_terminal {
                measure(ProgressMode::Bar, pairs, out)?
            } else {
                in_own_terminal(pairs, out)?
            };
            lines && bar
        }
    };
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The bar in a pseudo-terminal, which `script` makes: this program inside it, whose table is passed on. Whether the
/// goal was not missed.
fn in_own_terminal(pairs: u32, out: &mut dyn Write) -> anyhow::Result<bool> {
    if Command::new("script").arg("--version").output().is_err() {
        writeln!(out, "| bar | all | not measured: no terminal, and no `script` to make one | | | |")?;
        return Ok(true);
    }
    let table = std::env::temp_dir().join(format!("plimsoll-progress-cost-{}", std::process::id()));
    let own = std::env::current_exe().context("this program does not know where it is")?;
    let inside = format!("stty cols 100 rows 24; '{}' {INSIDE} '{}' {pairs}", own.display(), table.display());
    let status = Command::new("script")
        .args(["-qec", &inside, "/dev/null"])
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("script cannot be started")?;
    let rows = fs::read_to_string(&table).context("the bar left no table");
    fs::remove_file(&table).ok();
    write!(out, "{}", rows?)?;
    Ok(status.success())
}

/// Writes the rows of a form of progress; whether the goal was not missed.
fn measure(mode: ProgressMode, pairs: u32, out: &mut dyn Write) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let name = if mode == ProgressMode::Bar { "bar" } else { "a line every second" };
    let differences = runtime.block_on(differences(mode, pairs))?;
    let mut is_met = true;
    for (metric, values) in METRICS.iter().zip(differences) {
        let difference =
            quantile_interval(&values, 0.5, 0.95).context("too few pairs for an interval; 6 at least")?;
        let outcome = Outcome::of(&difference);
        is_met &= outcome != Outcome::Missed;
        let [value, lower, upper] =
            [difference.value, difference.lower, difference.upper].map(|it| it * 100.0);
        writeln!(
            out,
            "| {name} | {metric} | {value:+.2} % | {lower:+.2} to {upper:+.2} % | {pairs} | {outcome} |"
        )?;
    }
    Ok(is_met)
}

/// What an interval allows to say of the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Met,
    Missed,
    Inconclusive,
}

impl Outcome {
    fn of(difference: &Estimate) -> Outcome {
        if difference.lower > -GOAL && difference.upper < GOAL {
            Outcome::Met
        } else if difference.lower >= GOAL || difference.upper <= -GOAL {
            Outcome::Missed
        } else {
            Outcome::Inconclusive
        }
    }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Met => "yes",
            Outcome::Missed => "**no**",
            Outcome::Inconclusive => "inconclusive",
        })
    }
}

/// Of each metric the relative differences of all pairs, with progress against without.
async fn differences(mode: ProgressMode, pairs: u32) -> anyhow::Result<[Vec<f64>; 2]> {
    let mut differences = [Vec::new(), Vec::new()];
    for pair in 0..pairs {
        // Each goes first in turn, so that a drift of the machine favours neither.
        let (with, without) = if pair % 2 == 0 {
            let with = figures(mode).await?;
            (with, figures(ProgressMode::None).await?)
        } else {
            let without = figures(ProgressMode::None).await?;
            (figures(mode).await?, without)
        };
        for (values, (with, without)) in differences.iter_mut().zip(with.into_iter().zip(without)) {
            values.push(with / without - 1.0);
        }
    }
    Ok(differences)
}

/// The figures of one run. One that shows nothing although it should, measures nothing.
async fn figures(mode: ProgressMode) -> anyhow::Result<[f64; 2]> {
    let mut flags = Flags::default();
    flags.output.progress = mode;
    flags.output.progress_every = EVERY;
    let streams = Streams::standard(flags.output.color);
    let program = Program::new("progress_cost", env!("CARGO_PKG_VERSION"));
    let session = Session::with(&program, &flags, streams, Interrupts::default());
    let work = op("spin", |cx| async move {
        black_box((0..500).fold(cx.seed(), |hash: u64, n| hash.rotate_left(5) ^ n));
    });
    let load = Load::new("spin").operation(work).measure(Profile::users(4, millis(2_500)));
    let run = session.measure(load).await?;
    let lines = session.log().text().lines().count();
    let can_draw = Streams::standard(Color::Auto).log_terminal().can_redraw;
    ensure!(mode != ProgressMode::Bar || can_draw, "a bar cannot be drawn here");
    let expected = if mode == ProgressMode::Lines { LINES } else { 0 };
    ensure!(lines >= expected, "a run printed {lines} lines of progress; expected {expected}");
    let mut figures = [0.0; 2];
    for (figure, metric) in figures.iter_mut().zip(METRICS) {
        let metric: MetricRef = metric.parse()?;
        *figure = observe(&run, &metric)?.context("nothing was measured")?.value;
    }
    Ok(figures)
}
