//! `cargo xtask compare`: holds a stored result against targets, and against an earlier one.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::ValueEnum;
use plimsoll::baseline::{Thresholds, screening, targets};
use plimsoll::model::{Comparison, Procedure, Set, Status};
use plimsoll::report::{self, ComparisonText, Json, Markdown, Renderer};
use plimsoll_cli::{Exit, Facts, Terminal, read_baseline, read_set, write_whole};

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
    set.analysis = Some(report::analyze(&set));
    match &args.out {
        Some(path) => write_whole(path, |out| render(&set, args.format, out))?,
        None => render(&set, args.format, &mut io::stdout().lock())?,
    }
    let exit = exit(&set.comparisons, args.fail_on_regression, args.fail_on_inconclusive);
    Ok(exit.into())
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

/// What the comparisons mean for the program's end: a missed target always fails, a regression only where that
/// was asked for.
#[must_use]
pub fn exit(comparisons: &[Comparison], fail_on_regression: bool, fail_on_inconclusive: bool) -> Exit {
    let of_one = |comparison: &Comparison| match (comparison.procedure, comparison.verdict.status) {
        (Procedure::Screening, Status::Fail) if !fail_on_regression => Exit::Success,
        (_, status) => Exit::of(status, fail_on_inconclusive),
    };
    comparisons.iter().map(of_one).fold(Exit::Success, Exit::worse)
}

fn render(set: &Set, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => Json { pretty: true }.render(set, out),
        Format::Markdown => Markdown.render(set, out),
        Format::Text => {
            let terminal = Terminal::new(&Facts::of_stdout(), plimsoll_cli::Color::Auto);
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
        Comparison { procedure, verdict: plimsoll::model::Verdict::because(status, "because"), ..comparison }
    }

    #[test]
    fn a_missed_target_always_fails_and_a_regression_only_on_demand() {
        let targets = comparison(Procedure::Targets, Status::Fail);
        let screening = comparison(Procedure::Screening, Status::Fail);
        assert_eq!(exit(&[targets], false, false), Exit::Failed);
        assert_eq!(exit(std::slice::from_ref(&screening), false, false), Exit::Success);
        assert_eq!(exit(&[screening], true, false), Exit::Failed);
    }

    #[test]
    fn the_worst_of_several_wins() {
        let missed = comparison(Procedure::Targets, Status::Fail);
        let refused = comparison(Procedure::Screening, Status::Invalid);
        let unclear = comparison(Procedure::Screening, Status::Inconclusive);
        assert_eq!(exit(&[missed, refused], true, false), Exit::Invalid);
        assert_eq!(exit(std::slice::from_ref(&unclear), true, false), Exit::Success);
        assert_eq!(exit(&[unclear], true, true), Exit::Inconclusive);
    }
}
