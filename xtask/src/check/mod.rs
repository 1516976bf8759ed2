//! `cargo xtask check`: what is here, and what of this machine stands in a load test's way.
//!
//! Looks and reports, on one screen; it changes nothing. Exit code 0 when the main job can run, which takes
//! nothing but Rust, and every service that was named is up.

mod limits;
mod parts;
mod screen;
mod services;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use plimsoll::resources::Probe;

use self::parts::Part;
use self::screen::Screen;
pub use self::table::Row;

/// What the command line accepts.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// A service that has to be up: http://HOST:PORT/PATH or HOST:PORT; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub service: Vec<Probe>,
}

/// Prints three tables: the services that were named, the parts that are here, and the limits of this machine
/// against advice.
///
/// # Errors
/// When services cannot be asked, or standard output cannot be written to.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let parts = parts::look();
    let services = services::ask(&args.service)?;
    let is_ready = parts.iter().filter(|part| part.is_needed).all(Part::is_here)
        && services.iter().all(|service| service.is_ok);
    let screen = Screen { services, parts: parts::rows(&parts), limits: limits::rows(), is_ready };
    write!(io::stdout().lock(), "{screen}")?;
    Ok(if is_ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The limits of this machine against advice, a row each.
#[must_use]
pub fn limits() -> Vec<Row> {
    limits::rows()
}
