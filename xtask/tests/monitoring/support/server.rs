//! Programs that end with the test.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use plimsoll::http::{Client, Response};
use plimsoll::metrics::{Clock, NANOS_PER_SECOND, Timeline};

use super::folder;

/// A program of somebody else, on an address of its own.
pub(crate) struct Server(Child);

impl Server {
    pub(crate) fn start(program: &str, arguments: &[String]) -> Server {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Server(command.spawn().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Our own program, which is asked to stop. What it says is taken off its hands, so that it never waits for a reader.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
}

/// `cargo xtask` with arguments, from the workspace.
pub(crate) fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
}

impl Program {
    pub(crate) fn start(mut command: Command) -> Program {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Program { child, lines }
    }

    /// What it says next; empty when it has ended.
    pub(crate) fn line(&self) -> String {
        self.lines.recv().map_or_else(|_| String::new(), |line| format!("{line}\n"))
    }

    /// What it says up to the line that has these words.
    pub(crate) fn until(&self, words: &str) -> String {
        let mut said = String::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "it ended before it said {words:?}: {said}");
            said.push_str(&line);
            if line.contains(words) {
                return said;
            }
        }
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    /// Its exit code, and what it said that was not read yet.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().map(|line| format!("{line}\n")).collect())
    }

    pub(crate) fn stop(self) -> (Option<i32>, String) {
        self.terminate();
        self.end()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It mostly has ended by now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a program of a part is here, which is said when not; where the part is asked for, it must be.
#[expect(clippy::print_stderr, reason = "whoever runs the tests should know what they did not try")]
pub(crate) fn has(part: &str, program: &str) -> bool {
    let is_here = Command::new(program).arg("--version").output().is_ok();
    let required = std::env::var("PLIMSOLL_REQUIRE").unwrap_or_default();
    let is_required = required.split(',').any(|one| one == part);
    assert!(is_here || !is_required, "PLIMSOLL_REQUIRE names {part}, and {program} is missing");
    if !is_here {
        eprintln!("skipped: no {part}");
    }
    is_here
}

pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// What somebody answers, if anybody does.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Option<Response> {
    let client = Client::builder(&format!("http://{address}")).build().unwrap();
    client.get(path).send_once().await.ok()
}

/// Asks again and again until there is an answer, for two minutes.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let timeline = Timeline::start(Clock::System);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(timeline.now() < 120 * NANOS_PER_SECOND, "{what}: not within two minutes");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What promtool says must be nothing bad.
pub(crate) fn promtool(arguments: &[&str], input: Option<&str>) {
    let mut command = Command::new("promtool");
    command.args(arguments).current_dir(folder()).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.unwrap_or_default().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
}
