//! The flags that every load program shares.

mod load;
mod output;
mod sample;
mod value;

pub use load::{LoadFlags, OverloadFlag, ScenarioFlag};
pub use output::{Format, OutputFlags, ProgressMode};
pub use plimsoll::model::Ramp;
pub use sample::SampleFlag;
pub use value::length;

use std::ffi::OsString;

use clap::Parser;
use plimsoll::model::redact_url;

use crate::Exit;

/// The flags that every load program shares; a program adds its own beside them.
///
/// ```
/// use clap::Parser;
/// use plimsoll_cli::Flags;
///
/// #[derive(Parser)]
/// struct Cli {
///     /// Rows that the table has from the start
///     #[arg(long, default_value_t = 1_000)]
///     rows: u64,
///     #[command(flatten)]
///     flags: Flags,
/// }
///
/// let cli = Cli::parse_from(["table", "--rows", "5", "--rate", "100", "--iterations", "3"]);
/// assert_eq!(cli.flags.iterations, 3);
/// assert_eq!(cli.flags.load.rate, Some(100.0));
/// ```
// Without this, the text above would become the program's own description.
#[derive(Debug, Clone, PartialEq, clap::Args)]
#[command(about = None, long_about = None)]
pub struct Flags {
    /// What load is offered.
    #[command(flatten)]
    pub load: LoadFlags,

    /// How many times to run it, each with a fresh service
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        value_parser = value::count,
        help_heading = "Load",
    )]
    pub iterations: u64,

    /// What kind of environment this is: dev, staging, ...
    #[arg(long, value_name = "NAME", default_value = "dev", help_heading = "Load")]
    pub environment: String,

    /// What becomes of the results.
    #[command(flatten)]
    pub output: OutputFlags,
}

impl Default for Flags {
    fn default() -> Self {
        Flags {
            load: LoadFlags::default(),
            iterations: 1,
            environment: "dev".to_owned(),
            output: OutputFlags::default(),
        }
    }
}

impl Flags {
    /// The flags that were given, by name, as a result keeps them.
    #[must_use]
    pub fn config(&self) -> Vec<(&'static str, String)> {
        let mut config = self.load.config();
        config.push(("iterations", self.iterations.to_string()));
        config.push(("environment", self.environment.clone()));
        config
    }
}

/// Reads the command line. What is wrong with it is said on the standard error; help goes to the standard
/// output.
///
/// # Errors
/// With the code to end with, when the program should not go on: 2 for wrong usage, 0 after help.
pub fn parse<C: Parser>() -> Result<C, Exit> {
    parse_from(std::env::args_os())
}

/// Reads a command line that is handed over, the program's name first; otherwise as [`parse`].
///
/// # Errors
/// As [`parse`].
pub fn parse_from<C: Parser>(arguments: impl IntoIterator<Item = OsString>) -> Result<C, Exit> {
    C::try_parse_from(arguments).map_err(|error| {
        if error.use_stderr() {
            complain(&error);
            return Exit::Usage;
        }
        // Nobody is left to tell when the stream is closed.
        let _ = error.print();
        Exit::Success
    })
}

/// Says on the standard error why flags cannot be used together, as [`parse`] says what is wrong with one.
pub fn refuse<C: Parser>(reason: &str) -> Exit {
    let error = C::command().error(clap::error::ErrorKind::ArgumentConflict, reason);
    // Nobody is left to tell when the stream is closed.
    let _ = error.print();
    Exit::Usage
}

/// Says what is wrong with a command line. An argument in the wrong place is quoted, and may be an address with
/// a password.
fn complain(error: &clap::Error) {
    let quoted = error.render().to_string();
    // Nobody is left to tell when the stream is closed.
    let _ = match redact_url(&quoted) {
        text if text == quoted => error.print(),
        text => std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()),
    };
}
