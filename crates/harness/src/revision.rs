//! Which source a result comes from.

use std::process::{Command, Stdio};

/// The git revision of the current folder, and whether files differ from it; `None` outside a repository or
/// where git is not installed.
pub(crate) fn current() -> Option<(String, bool)> {
    let revision = git(&["rev-parse", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some((revision, !changes.is_empty()))
}

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
