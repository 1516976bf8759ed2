//! Where both sides are built: a git worktree that leaves nothing behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::example::{Example, cargo_build};
use crate::signals::Signals;

/// A folder below `target`, named after this process, that is gone when this is dropped.
#[derive(Debug)]
pub(super) struct Workshop {
    root: PathBuf,
    folder: PathBuf,
}

/// A revision to build, and whether files here differ from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    /// What is checked out.
    commit: String,
    /// What the results say it is.
    pub(super) name: String,
    pub(super) is_dirty: bool,
}

impl Workshop {
    /// Opens a workshop, and clears away those that a process left when it was killed.
    pub(super) fn open(root: &Path) -> anyhow::Result<Workshop> {
        let all = root.join("target").join("gate");
        let folder = all.join(std::process::id().to_string());
        let _ = fs::create_dir_all(&all);
        for entry in fs::read_dir(&all).into_iter().flatten().flatten() {
            if is_left_over(&entry.file_name().to_string_lossy()) {
                clear(root, &entry.path());
            }
        }
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Workshop { root: root.to_owned(), folder })
    }

    /// The revision of a name.
    pub(super) fn revision(&self, name: &str) -> anyhow::Result<Revision> {
        let commit =
            git(&self.root, &["rev-parse", "--verify", "--end-of-options", &format!("{name}^{{commit}}")])
                .with_context(|| format!("revision {name:?} is not known here"))?;
        Ok(Revision { name: commit.clone(), commit, is_dirty: false })
    }

    /// What is here, with changes that are not committed; a file that git does not track is left out.
    pub(super) fn here(&self) -> anyhow::Result<Revision> {
        let head = self.revision("HEAD")?;
        // A commit of the working tree that no branch knows of; nothing when there is no change.
        let changed = git(&self.root, &["stash", "create"])?;
        if changed.is_empty() {
            return Ok(head);
        }
        Ok(Revision { commit: changed, is_dirty: true, ..head })
    }

    /// Builds an example as it is at a revision; `None` when the user asked to stop.
    ///
    /// Both sides are built in the same place, one after the other. Where a package lies is part of the names of
    /// its symbols and so of the order of its code, which alone can make a program faster or slower; and what did
    /// not change is not compiled twice.
    pub(super) async fn build(
        &self,
        side: &str,
        revision: &Revision,
        example: &str,
        signals: &mut Signals,
    ) -> anyhow::Result<Option<Example>> {
        let tree = self.tree();
        self.check_out(&revision.commit)?;
        let mut cargo = cargo_build(example, &tree);
        // One folder of builds for both sides and the tool itself: their dependencies are the same.
        cargo.env("CARGO_TARGET_DIR", self.root.join("target"));
        let Some(built) = Example::built_by(cargo, example, signals).await? else { return Ok(None) };
        // The other side's build will take its place.
        let program = self.folder.join(format!("{example}-{side}"));
        fs::copy(built.program(), &program)
            .with_context(|| format!("{} cannot be kept", program.display()))?;
        Ok(Some(Example::at(program)))
    }

    fn tree(&self) -> PathBuf {
        self.folder.join("source")
    }

    /// Puts a revision where the sides are built. Files that are the same stay as they are.
    fn check_out(&self, commit: &str) -> anyhow::Result<()> {
        let tree = self.tree();
        if tree.exists() {
            return git(&tree, &["checkout", "--quiet", "--force", "--detach", commit]).map(drop);
        }
        let path = tree.display().to_string();
        git(&self.root, &["worktree", "add", "--quiet", "--detach", &path, commit]).map(drop)
    }

    /// Removes the sources, of which nothing is needed once the sides are built.
    pub(super) fn tidy_up(&self) {
        remove_worktree(&self.root, &self.tree());
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        clear(&self.root, &self.folder);
    }
}

/// Removes a workshop with the worktrees in it. What cannot be removed now is tried again by the next gate.
fn clear(root: &Path, folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            remove_worktree(root, &entry.path());
        }
    }
    let _ = fs::remove_dir_all(folder);
    let _ = git(root, &["worktree", "prune"]);
}

fn remove_worktree(root: &Path, tree: &Path) {
    let _ = git(root, &["worktree", "remove", "--force", "--force", &tree.display().to_string()]);
}

/// Whether a workshop of that name belongs to no process any more.
#[cfg(unix)]
fn is_left_over(name: &str) -> bool {
    let Some(id) = name.parse().ok().and_then(rustix::process::Pid::from_raw) else { return false };
    rustix::process::test_kill_process(id) == Err(rustix::io::Errno::SRCH)
}

/// Elsewhere it is not known.
#[cfg(not(unix))]
fn is_left_over(_: &str) -> bool {
    false
}

/// What git says, without the end of the line.
fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(root).stdin(Stdio::null());
    // Out of the terminal's foreground group: Ctrl-C must not cut a clean-up short.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let output = command.output().context("git cannot be started")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("file"), "one").unwrap();
        fs::write(root.join(".gitignore"), "/target").unwrap();
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "."],
            &["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "one"],
            &["config", "user.name", "t"],
            &["config", "user.email", "t@t"],
        ] {
            git(root, arguments).unwrap();
        }
        folder
    }

    fn worktrees(root: &Path) -> usize {
        git(root, &["worktree", "list"]).unwrap().lines().count()
    }

    #[test]
    fn changes_that_are_not_committed_belong_to_what_is_here_and_stay_as_they_are() {
        let folder = repository();
        let workshop = Workshop::open(folder.path()).unwrap();
        let head = workshop.revision("HEAD").unwrap();
        assert_eq!(workshop.here().unwrap(), head);
        fs::write(folder.path().join("file"), "two").unwrap();
        let here = workshop.here().unwrap();
        assert!(here.is_dirty && here.name == head.name && here.commit != head.commit, "{here:?}");
        assert_eq!(git(folder.path(), &["show", &format!("{}:file", here.commit)]).unwrap(), "two");
        assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "two");
    }

    #[test]
    fn a_workshop_leaves_no_worktree_behind() {
        let folder = repository();
        let workshop = Workshop::open(folder.path()).unwrap();
        let tree = workshop.folder.join("a").display().to_string();
        git(folder.path(), &["worktree", "add", "--quiet", "--detach", &tree, "HEAD"]).unwrap();
        assert_eq!(worktrees(folder.path()), 2);
        drop(workshop);
        assert_eq!(worktrees(folder.path()), 1);
        assert_eq!(fs::read_dir(folder.path().join("target/gate")).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn what_a_killed_process_left_is_cleared_away_by_the_next() {
        let folder = repository();
        let mut gone = Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        let tree = folder.path().join(format!("target/gate/{}/a", gone.id()));
        git(folder.path(), &["worktree", "add", "--quiet", "--detach", &tree.display().to_string(), "HEAD"])
            .unwrap();
        let _workshop = Workshop::open(folder.path()).unwrap();
        assert_eq!((tree.exists(), worktrees(folder.path())), (false, 1));
    }

    #[test]
    fn an_unknown_revision_is_named() {
        let folder = repository();
        let error = Workshop::open(folder.path()).unwrap().revision("--upload-pack=x").unwrap_err();
        assert_eq!(error.to_string(), "revision \"--upload-pack=x\" is not known here");
    }
}
