//! A program that gets signals: this one, started again as its own child.

#![expect(clippy::unwrap_used, reason = "a child that does not start fails the test")]

#[cfg(unix)]
fn main() {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("child"), Some(folder)) => std::process::exit(child::run(&folder)),
        _ => {
            parent::the_first_signal_drains_and_reports();
            parent::the_second_signal_stops_at_once();
        }
    }
}

#[cfg(not(unix))]
fn main() {}

/// Two operations go on for ever; the others take their milliseconds.
#[cfg(unix)]
mod child {
    use std::io::{self, Write};

    use plimsoll::{Load, Profile, millis, op, secs};
    use plimsoll_cli::{Flags, Program};

    pub(super) fn run(folder: &str) -> i32 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut flags = Flags::default();
        flags.output.out = folder.into();
        let never_ends = folder.ends_with("stuck");
        let program = Program::new("child", "1.0.0");
        let exit = runtime.block_on(program.run(&flags, "waiting", async |_| {
            let wait = op("wait", move |cx| async move {
                // Tells the parent that the run is under way.
                drop(writeln!(io::stdout(), "ready"));
                cx.sleep(if never_ends { secs(600) } else { millis(5) }).await;
            });
            let load = Load::new("waiting").operation(wait).no_timeout().drain(secs(600));
            flags.load.apply(load, Profile::users(1, secs(600)))
        }));
        i32::from(exit.code())
    }
}

#[cfg(unix)]
mod parent {
    use std::io::{BufRead, BufReader, Read};
    use std::path::Path;
    use std::process::{Child, Command, Stdio};

    use plimsoll::model::Status;
    use plimsoll_cli::read_set;

    pub(super) fn the_first_signal_drains_and_reports() {
        for signal in ["INT", "TERM"] {
            let folder = tempfile::tempdir().unwrap();
            let mut child = start(folder.path());
            await_line(child.stdout.as_mut().unwrap(), "ready");
            send(signal, &child);
            // A full pipe would hold the child up.
            let mut rest = Vec::new();
            child.stdout.as_mut().unwrap().read_to_end(&mut rest).unwrap();
            assert_eq!(child.wait().unwrap().code(), Some(130), "SIG{signal}");
            let set = read_set(folder.path()).unwrap();
            assert_eq!(set.verdict.status, Status::Interrupted, "SIG{signal}");
        }
    }

    pub(super) fn the_second_signal_stops_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let stuck = folder.path().join("stuck");
        let mut child = start(&stuck);
        await_line(child.stdout.as_mut().unwrap(), "ready");
        send("INT", &child);
        await_line(child.stderr.as_mut().unwrap(), "interrupted");
        send("INT", &child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(!stuck.join("latest.json").exists());
    }

    fn start(folder: &Path) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .arg("child")
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn await_line(stream: impl Read, start: &str) {
        let mut lines = BufReader::with_capacity(1, stream).lines();
        assert!(lines.any(|line| line.unwrap().starts_with(start)), "the child never said {start:?}");
    }

    fn send(signal: &str, child: &Child) {
        let command = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }
}
