//! `cargo xtask analyze`: what stored results say about the system, and what to do about it.

use std::path::PathBuf;
use std::process::ExitCode;

use plimsoll::report::{AnalysisText, Json, Renderer};
use plimsoll_cli::{Color, Format, Streams};

use crate::stored;

/// What the command line accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A run, a set, or a folder of them
    #[arg(value_name = "FILE|DIR")]
    pub input: PathBuf,

    /// Form of the answer; JSON is the whole set with its analysis
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,

    /// Colour on the terminal
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,
}

/// Prints findings, recommendations, scaling advice and leaks.
///
/// # Errors
/// When the input cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let stored = stored::read(&args.input)?;
    let mut streams = Streams::standard(args.color);
    let renderer: Box<dyn Renderer> = match args.format {
        Format::Text => Box::new(AnalysisText { options: streams.results_terminal().console() }),
        Format::Json => Box::new(Json { pretty: true }),
    };
    streams.print(|out| renderer.render(stored.set(), out))?;
    Ok(ExitCode::SUCCESS)
}
