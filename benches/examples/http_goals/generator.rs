//! What sends requests, and what it cost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::bare;
use crate::nginx::Nginx;

/// Connections of each generator.
pub(crate) const CONNECTIONS: usize = 50;

/// The core that a generator runs on.
const CORE: &str = "0";

/// A program that sends requests to an address for some seconds.
pub(crate) struct Generator {
    pub(crate) name: &'static str,
    /// Its command line; `None` where it is not there.
    command: Option<Vec<String>>,
}

/// What a generator did in one round.
pub(crate) struct Measured {
    /// That the server counted.
    pub(crate) requests: f64,
    /// User and system time.
    pub(crate) cpu_s: f64,
}

impl Generator {
    /// All of them; the bare loop first, then ours, which is built where it is not yet.
    pub(crate) fn all(url: &str, seconds: u64) -> Vec<Generator> {
        let connections = CONNECTIONS.to_string();
        let time = format!("{seconds}s");
        let out = std::env::temp_dir().join(format!("plimsoll-http-goals-out-{}", std::process::id()));
        let out = out.display().to_string();
        let own = std::env::current_exe().unwrap();
        // Where cargo puts programs; this one lies in `examples` below it.
        let release = own.parent().and_then(Path::parent).unwrap().to_owned();
        build(&release, "http-load");
        let here = |name: &str, arguments: &[&str]| Generator::of(Some(release.join(name)), arguments);
        let found = |name: &str, arguments: &[&str]| Generator::of(find(name, &release), arguments);
        let peers = release.join("../../benches/peers/target/release");
        let peer = |name: &str, arguments: &[&str]| Generator::of(Some(peers.join(name)), arguments);
        let ours = [
            "--url",
            url,
            "--users",
            &connections,
            "--duration",
            &time,
            "--dedicated-threads",
            "1",
            "--progress",
            "none",
            "--out",
            &out,
        ];
        let line = |name, command| Generator { name, command };
        vec![
            line(
                "bare hyper loop",
                Generator::of(Some(own.clone()), &[bare::COMMAND, url, &seconds.to_string()]),
            ),
            line("http-load", here("http-load", &ours)),
            line(
                "oha",
                found("oha", &["--no-tui", "--output-format", "json", "-c", &connections, "-z", &time, url]),
            ),
            line("wrk", found("wrk", &["-t1", "-c", &connections, "-d", &time, "--latency", url])),
            line("rlt on hyper", peer("http-rlt", &["--url", url, "-c", &connections, "-d", &time, "-q"])),
            line(
                "goose",
                peer(
                    "http-goose",
                    &[
                        "--host",
                        url,
                        "-u",
                        &connections,
                        "--increase-time",
                        "1",
                        "-t",
                        &time,
                        "-q",
                        "--no-print-metrics",
                    ],
                ),
            ),
        ]
    }

    fn of(program: Option<PathBuf>, arguments: &[&str]) -> Option<Vec<String>> {
        let program = program.filter(|program| program.is_file())?;
        let program = program.display().to_string();
        Some(std::iter::once(program).chain(arguments.iter().map(|text| (*text).to_owned())).collect())
    }

    /// Runs it once; nothing where it is not there.
    pub(crate) fn measure(&self, nginx: &Nginx) -> Option<Measured> {
        let command = self.command.as_ref()?;
        let (requests, cpu_s) = (nginx.requests(), children_cpu_s());
        let output = Command::new("taskset")
            .args(["-c", CORE])
            .args(command)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} ended with {}: {said}", self.name, output.status);
        let cpu_s = children_cpu_s() - cpu_s;
        // The question is a request itself.
        Some(Measured { requests: (nginx.requests() - requests - 1) as f64, cpu_s })
    }
}

fn build(release: &Path, name: &str) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--quiet", "--release", "--workspace", "--bin", name])
        .current_dir(release.join("../.."));
    assert!(build.status().unwrap().success(), "{name} cannot be built");
}

fn find(name: &str, release: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let peers = release.join("../peers/bin");
    let folders = std::env::split_paths(&path).chain([peers]);
    folders.map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// User and system time of all processes that were started here and have ended, in steps of 10 ms.
fn children_cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The name may hold spaces; what follows on it are numbers.
    let (_, numbers) = stat.rsplit_once(')').unwrap();
    let numbers: Vec<&str> = numbers.split_whitespace().collect();
    let ticks: f64 = numbers[13..15].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}
