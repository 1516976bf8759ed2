//! A job queue that leaves what it is told to, at once, so that turns of the main job take no time.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use plimsoll::model::Status;
use plimsoll_cli::{Results, read_set};

use super::{small, xtask};

/// The pretended job queue, with a `cargo` that says where it is, and a folder of results.
pub(crate) struct Pretended(tempfile::TempDir);

const CARGO: &str = r#"#!/bin/sh
echo '{"target": {"name": "job-queue", "kind": ["bin"]}, "executable": "FOLDER/job-queue"}'
"#;

const JOB_QUEUE: &str = r#"#!/bin/sh
trap true INT
env > FOLDER/environment
while [ $# -gt 0 ]; do
    case "$1" in
        --out) out="$2" ;;
        --benchmark | --profile) what="$2" ;;
    esac
    shift
done
mkdir -p "$out"
if [ "$what" = small ]; then
    touch FOLDER/at-work
    sleep "$(cat FOLDER/pause)"
    what="$(cat FOLDER/speed)"
fi
cp "FOLDER/$what/latest.json" "$out/latest.json"
"#;

impl Pretended {
    pub(crate) async fn new() -> Pretended {
        let folder = tempfile::tempdir().unwrap();
        for (name, workload, operation_ms) in [
            ("job", "benchmark/job", 5),
            ("round-trip", "benchmark/round-trip", 5),
            ("fast", "job-queue/small", 20),
            ("slow", "job-queue/small", 40),
        ] {
            let results = Results::create(folder.path().join(name)).unwrap();
            results.write_set(&small(workload, operation_ms).await).unwrap();
        }
        let pretended = Pretended(folder);
        for (name, script) in [("cargo", CARGO), ("job-queue", JOB_QUEUE)] {
            let path = pretended.path(name);
            fs::write(&path, script.replace("FOLDER", &pretended.0.path().display().to_string())).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        pretended.set("pause", "0");
        pretended.set("speed", "fast");
        pretended
    }

    /// How it goes on: `speed` is `fast` or `slow`, `pause` the seconds of a load test.
    pub(crate) fn set(&self, what: &str, value: &str) {
        // As a whole, since it may be read at this moment.
        fs::write(self.path("next"), value).unwrap();
        fs::rename(self.path("next"), self.path(what)).unwrap();
    }

    /// The main job on it, again and again.
    pub(crate) fn every(&self, interval: &str) -> Command {
        let out = self.results().display().to_string();
        let mut command = xtask(&["perf-ci", "--quick", "--every", interval, "--no-charts", "--out", &out]);
        command.env("CARGO", self.path("cargo"));
        command
    }

    pub(crate) fn results(&self) -> PathBuf {
        self.path("results")
    }

    /// Turns that are done.
    pub(crate) fn turns(&self) -> usize {
        fs::read_to_string(self.results().join("history.jsonl")).map_or(0, |text| text.lines().count())
    }

    /// Whether a load test has begun.
    pub(crate) fn is_at_work(&self) -> bool {
        self.path("at-work").exists()
    }

    /// The conclusion of the newest result.
    pub(crate) fn status(&self) -> Option<Status> {
        read_set(&self.results()).ok().map(|set| set.verdict.status)
    }

    /// What the job queue found in its environment.
    pub(crate) fn environment(&self) -> String {
        fs::read_to_string(self.path("environment")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// All files below a folder with their lengths.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => files.extend(self::files(&entry.path())),
            Ok(metadata) => files.push((entry.path(), metadata.len())),
            // It was replaced meanwhile.
            Err(_) => {}
        }
    }
    files
}
