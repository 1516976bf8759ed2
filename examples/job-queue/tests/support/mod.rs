//! The program as a process, for all tests that run it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use plimsoll::model::Set;
use plimsoll_cli::read_set;

/// The program, with its results in a folder.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_job-queue"));
    command.arg("--out").arg(folder).stdin(Stdio::null());
    command
}

/// Runs the program to its end, with its results in a folder of its own.
pub(crate) fn run(arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (program(folder.path()).args(arguments).output().unwrap(), folder)
}

/// The result that the program left.
pub(crate) fn latest(folder: &Path) -> Set {
    read_set(folder).unwrap()
}
