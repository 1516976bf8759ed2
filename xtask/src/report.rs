//! `cargo xtask report`: shows stored results in another form.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use plimsoll::model::Set;
use plimsoll::report::{
    Console, Csv, Dashboard, Gallery, GithubAnnotations, GithubSummary, Html, Junit, Markdown, Overview,
    Prometheus, Renderer,
};
use plimsoll_cli::{Color, Streams, write_charts, write_whole};

use crate::stored::{self, Stored};

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A run, a set, or a folder of them: several are summed up, a row for each scenario and component
    #[arg(value_name = "FILE|DIR")]
    pub input: PathBuf,

    /// Write a page for a browser, offline: verdict, summary, bottlenecks, charts, tables
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Write the charts of the whole and of each scenario as one page for a browser
    #[arg(long, value_name = "FILE")]
    pub dashboard: Option<PathBuf>,

    /// Write every chart as a picture and as a page
    #[arg(long, value_name = "DIR")]
    pub charts: Option<PathBuf>,

    /// Write a Markdown page
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,

    /// Write one long table of all figures
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,

    /// Write targets and verdict as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// Write metrics in Prometheus text form
    #[arg(long, value_name = "FILE")]
    pub prometheus: Option<PathBuf>,

    /// In a job on GitHub: append to the summary of the step and print annotations; elsewhere nothing
    #[arg(long)]
    pub github: bool,

    /// Colour on the terminal
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,
}

/// Writes the forms that were asked for, or shows the report on standard output when none was.
///
/// # Errors
/// When the input cannot be read or a file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let stored = stored::read(&args.input)?;
    let set = stored.set();
    let (html, dashboard) = (Html::default(), Dashboard::default());
    let forms: [(&Option<PathBuf>, &dyn Renderer); 6] = [
        (&args.html, &html),
        (&args.dashboard, &dashboard),
        (&args.markdown, &Markdown),
        (&args.csv, &Csv),
        (&args.junit, &Junit),
        (&args.prometheus, &Prometheus),
    ];
    let wanted = forms.iter().filter_map(|(path, renderer)| Some((path.as_deref()?, renderer)));
    let mut is_shown = false;
    for (path, renderer) in wanted {
        is_shown = true;
        write_whole(path, |out| renderer.render(set, out))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if let Some(folder) = &args.charts {
        is_shown = true;
        write_charts(folder, set, &Gallery::standard())?;
    }
    let mut streams = Streams::standard(args.color);
    if args.github {
        github(set, &mut streams)?;
    } else if !is_shown {
        let options = streams.results_terminal().console();
        streams.print(|out| match &stored {
            Stored::One(set) => Console { options }.render(set, out),
            Stored::Many(set) => Overview { options }.render(set, out),
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Says to the runner what it shows of the job; nothing where there is none.
fn github(set: &Set, streams: &mut Streams) -> anyhow::Result<()> {
    if let Some(path) = variable("GITHUB_STEP_SUMMARY") {
        append(Path::new(&path), set).with_context(|| format!("the summary {path} cannot be written"))?;
    }
    if variable("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        streams.print(|out| GithubAnnotations.render(set, out))?;
    }
    Ok(())
}

/// Appends to the summary as much as the step may still have.
fn append(path: &Path, set: &Set) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let taken = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let budget = GithubSummary::default().budget.saturating_sub(taken);
    GithubSummary { budget }.render(set, &mut file)?;
    file.flush()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
