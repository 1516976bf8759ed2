//! `cargo xtask report`: shows a stored result in another form.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use plimsoll::model::Set;
use plimsoll::report::{self, Console, Csv, Markdown, Prometheus, Renderer};
use plimsoll_cli::{Color, Facts, Terminal, read_set, write_whole};

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A run, a set, or a folder with latest.json
    #[arg(value_name = "FILE|DIR")]
    pub input: PathBuf,

    /// Write a Markdown page
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,

    /// Write one long table of all figures
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,

    /// Write metrics in Prometheus text form
    #[arg(long, value_name = "FILE")]
    pub prometheus: Option<PathBuf>,

    /// Colour on the terminal
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,
}

/// Writes the forms that were asked for, or shows the report on standard output when none was.
///
/// # Errors
/// When the input cannot be read or a file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut set = read_set(&args.input)?;
    if set.analysis.is_none() {
        set.analysis = Some(report::analyze(&set));
    }
    let files = [
        render_to(args.markdown.as_deref(), &Markdown, &set)?,
        render_to(args.csv.as_deref(), &Csv, &set)?,
        render_to(args.prometheus.as_deref(), &Prometheus, &set)?,
    ];
    if !files.contains(&true) {
        let terminal = Terminal::new(&Facts::of_stdout(), args.color);
        Console { options: terminal.console() }.render(&set, &mut io::stdout().lock())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes one form to a file, if one was named.
fn render_to(path: Option<&Path>, renderer: &dyn Renderer, set: &Set) -> io::Result<bool> {
    let Some(path) = path else { return Ok(false) };
    write_whole(path, |out| renderer.render(set, out))?;
    Ok(true)
}
