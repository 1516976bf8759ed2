//! A history survives whatever happens to the process that writes it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use plimsoll::Sitting;
use plimsoll::baseline::history::Entry;
use plimsoll::model::Tool;
use plimsoll_cli::{append_line, read_history};

/// Names the file in the environment of the process that is to be killed.
const WRITES_TO: &str = "PLIMSOLL_TEST_APPENDS_TO";
const KILLS: u64 = 50;

/// An entry large enough to be caught half-way now and then.
fn entry() -> Entry {
    let tool = Tool { name: "test".into(), version: "0".into(), git: None };
    let mut entry = Entry::of(&Sitting::begin("s", tool, "dev").finish());
    entry.name = "long ".repeat(10_000);
    entry
}

/// Appends without end and says so after each line; what the killed process does.
fn append_without_end(path: &Path) -> ! {
    let line = entry().line();
    loop {
        append_line(path, &line).unwrap();
        writeln!(std::io::stdout().lock(), "appended").unwrap();
    }
}

/// Starts a writer, kills it with SIGKILL after it said `lines` lines, and gives how many it is known to have
/// written.
fn write_and_kill(path: &Path, lines: u64) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "fifty_kills_lose_at_most_the_line_being_written", "--nocapture"])
        .env(WRITES_TO, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said = said.filter(|line| line.ends_with("appended"));
    let known = said.by_ref().take(usize::try_from(lines).unwrap()).count() as u64;
    child.kill().unwrap();
    child.wait().unwrap();
    known + said.count() as u64
}

#[test]
fn fifty_kills_lose_at_most_the_line_being_written() {
    if let Some(path) = std::env::var_os(WRITES_TO) {
        append_without_end(path.as_ref());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.jsonl");
    let mut known = 0;
    for kill in 0..KILLS {
        known += write_and_kill(&path, 1 + kill % 5);
        let history = read_history(&path).unwrap();
        let whole = history.entries.len() as u64;
        assert!((known..=known + kill + 1).contains(&whole), "{whole} of {known} after {} kills", kill + 1);
        assert!(history.left_out <= kill + 1, "{} cut by {} kills", history.left_out, kill + 1);
    }
    let before = read_history(&path).unwrap().entries.len();
    append_line(&path, &entry().line()).unwrap();
    assert_eq!(read_history(&path).unwrap().entries.len(), before + 1, "the file goes on after a kill");
}

#[test]
fn a_history_that_is_not_there_yet_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    assert!(read_history(&folder.path().join("history.jsonl")).unwrap().entries.is_empty());
}
