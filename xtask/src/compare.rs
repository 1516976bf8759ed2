//! `cargo xtask compare`: holds a stored result against targets, and against an earlier one.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::ValueEnum;
use plimsoll::baseline::{Thresholds, screening, targets};
use plimsoll::model::{Comparison, Procedure, Set, Status, Verdict};
use plimsoll::report::{self, ComparisonText, Json, Markdown, Renderer};
use plimsoll_cli::{Color, Exit, Facts, Streams, Terminal, read_baseline, read_set, write_whole};

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The result to judge: a run, a set, or a folder with latest.json
    #[arg(long, value_name = "FILE")]
    pub current: PathBuf,

    /// Targets to judge by (YAML); further files lend their groups of targets
    #[arg(long, value_name = "FILE")]
    pub baseline: Vec<PathBuf>,

    /// An earlier result to compare with
    #[arg(long, value_name = "FILE")]
    pub previous: Option<PathBuf>,

    /// The environment whose targets apply, such as staging
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,

    /// End with 1 when the result is worse than the earlier one
    #[arg(long)]
    pub fail_on_regression: bool,

    /// End with 4 when there is too little to decide
    #[arg(long)]
    pub fail_on_inconclusive: bool,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,

    /// Write the answer to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a terminal
    #[default]
    Text,
    /// The whole set with its comparisons
    Json,
    /// For a page
    Markdown,
}

/// Compares and answers.
///
/// # Errors
/// When a file is missing or cannot be read, or neither targets nor an earlier result were named.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    ensure!(
        !args.baseline.is_empty() || args.previous.is_some(),
        "nothing to compare with; name targets with --baseline FILE, an earlier result with --previous FILE, or both"
    );
    let mut set = read_set(&args.current)?;
    set.comparisons = comparisons(&set, args)?;
    // What is shown is the conclusion of the comparison, as the exit code says it.
    set.verdict = verdict(&set.comparisons, args.fail_on_regression);
    set.analysis = Some(report::analyze(&set));
    match &args.out {
        Some(path) => write_whole(path, |out| render(&set, args.format, out))?,
        None => Streams::standard(Color::Auto).print(|out| render(&set, args.format, out))?,
    }
    Ok(Exit::of(set.verdict.status, args.fail_on_inconclusive).into())
}

fn comparisons(set: &Set, args: &Args) -> anyhow::Result<Vec<Comparison>> {
    let mut comparisons = Vec::new();
    let mut thresholds = Thresholds::default();
    if !args.baseline.is_empty() {
        let file = read_baseline(&args.baseline)?;
        comparisons.push(targets::judge(set, &file, args.environment.as_deref())?);
        thresholds = file.regression;
    }
    if let Some(previous) = &args.previous {
        comparisons.push(screening::compare(&read_set(previous)?, set, &thresholds));
    }
    Ok(comparisons)
}

/// The conclusion of comparisons: a missed target always fails, a regression only where that was asked for.
#[must_use]
pub fn verdict(comparisons: &[Comparison], fail_on_regression: bool) -> Verdict {
    let counts = |comparison: &&Comparison| {
        let is_regression =
            comparison.procedure == Procedure::Screening && comparison.verdict.status == Status::Fail;
        fail_on_regression || !is_regression
    };
    comparisons
        .iter()
        .filter(counts)
        .map(|comparison| comparison.verdict.clone())
        .fold(Verdict::pass(), Verdict::and)
}

fn render(set: &Set, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => Json { pretty: true }.render(set, out),
        Format::Markdown => Markdown.render(set, out),
        Format::Text => {
            let terminal = Terminal::new(&Facts::of_stdout(), Color::Auto);
            ComparisonText { options: terminal.console() }.render(set, out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(procedure: Procedure, status: Status) -> Comparison {
        let set = plimsoll::Sitting::begin("s", crate::tool(), "dev").finish();
        let comparison = screening::compare(&set, &set, &Thresholds::default());
        Comparison { procedure, verdict: Verdict::because(status, "because"), ..comparison }
    }

    #[test]
    fn a_missed_target_always_fails_and_a_regression_only_on_demand() {
        let targets = comparison(Procedure::Targets, Status::Fail);
        let screening = [comparison(Procedure::Screening, Status::Fail)];
        assert_eq!(verdict(&[targets], false).status, Status::Fail);
        assert_eq!(verdict(&screening, false).status, Status::Pass);
        assert_eq!(verdict(&screening, true).status, Status::Fail);
    }

    #[test]
    fn the_gravest_of_several_wins() {
        let missed = comparison(Procedure::Targets, Status::Fail);
        let refused = comparison(Procedure::Screening, Status::Invalid);
        assert_eq!(verdict(&[missed, refused], false).status, Status::Invalid);
    }
}
