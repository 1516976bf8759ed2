//! Flags that say what becomes of the results.

use std::path::PathBuf;
use std::time::Duration;

use super::value;
use crate::terminal::Color;

/// Flags that say what becomes of the results, and what is shown meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(about = None, long_about = None, next_help_heading = "Output")]
pub struct OutputFlags {
    /// The folder of results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,

    /// What goes to the standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// What goes to the standard error while the load runs
    #[arg(long, value_name = "MODE", default_value = "auto")]
    pub progress: ProgressMode,

    /// Time between two lines of progress, where it is lines
    #[arg(long, value_name = "LENGTH", default_value = "10s", value_parser = value::length)]
    pub progress_every: Duration,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

impl Default for OutputFlags {
    fn default() -> Self {
        OutputFlags {
            out: PathBuf::from("results"),
            format: Format::default(),
            progress: ProgressMode::default(),
            progress_every: Duration::from_secs(10),
            color: Color::default(),
        }
    }
}

/// What goes to the standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// A report for people
    #[default]
    Text,
    /// The document, and nothing else
    Json,
}

/// What goes to the standard error while a load runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ProgressMode {
    /// A bar on a terminal where somebody looks on, else lines
    #[default]
    Auto,
    /// A bar; lines where none can be drawn
    Bar,
    /// A line from time to time
    Lines,
    /// Nothing
    None,
}
