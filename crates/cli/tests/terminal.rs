//! What a program prints on pipes and terminals of every kind: this one, started again as its own child.

#![expect(clippy::unwrap_used, reason = "a child that does not start fails the test")]

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (Some("child"), Some(folder), Some(how)) => child::run(&folder, &how).into(),
        _ => {
            parent::pipes_get_no_escape_codes();
            parent::json_with_progress_can_be_read();
            parent::streams_that_are_closed_are_no_reason_to_panic();
            parent::terminals_get_what_they_can_show();
            ExitCode::SUCCESS
        }
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}

/// A short load with its report. `how` is `json`, `always` or anything else.
#[cfg(unix)]
mod child {
    use plimsoll::{Load, Profile, millis, op};
    use plimsoll_cli::{Color, Exit, Flags, Format, Program, ProgressMode};

    pub(super) fn run(folder: &str, how: &str) -> Exit {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut flags = Flags::default();
        flags.output.out = folder.into();
        match how {
            "json" => (flags.output.format, flags.output.progress) = (Format::Json, ProgressMode::Lines),
            "always" => flags.output.color = Color::Always,
            _ => {}
        }
        let program = Program::new("child", "1.0.0");
        runtime.block_on(program.run(&flags, "waiting", async |_| {
            let wait = op("wait", |cx| async move { cx.sleep(millis(2)).await });
            Ok::<_, anyhow::Error>(
                Load::new("waiting").operation(wait).measure(Profile::users(2, millis(600))),
            )
        }))
    }
}

#[cfg(unix)]
mod parent {
    use std::process::{Command, Output, Stdio};

    use unicode_width::UnicodeWidthStr;

    /// What surrounds the child, and the name by which it is told.
    const SURROUNDINGS: [(&str, &str, &str); 4] = [
        ("NO_COLOR", "1", "auto"),
        ("LANG", "C.UTF-8", "always"),
        ("TERM", "dumb", "auto"),
        ("CI", "true", "auto"),
    ];

    pub(super) fn pipes_get_no_escape_codes() {
        for (name, value, how) in SURROUNDINGS {
            let output = finished(&mut command(how, |child| child.env(name, value)));
            let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
            assert_eq!(stdout.contains('\u{1b}'), how == "always", "{name}: {stdout}");
            assert!(!stderr.contains('\u{1b}') && !stderr.contains("req/s"), "{name}: {stderr}");
            assert!(widest(&stdout) <= 80, "{name}: {stdout}");
        }
    }

    pub(super) fn json_with_progress_can_be_read() {
        let output = finished(&mut command("json", |child| child));
        let set: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(set["kind"], "set");
    }

    pub(super) fn streams_that_are_closed_are_no_reason_to_panic() {
        let folder = tempfile::tempdir().unwrap();
        let exe = std::env::current_exe().unwrap();
        let child = format!("'{}' child '{}' json", exe.display(), folder.path().display());
        let closed = Command::new("sh").args(["-c", &format!("{child} 2>&-")]).output().unwrap();
        assert_eq!(closed.status.code(), Some(0));
        assert!(serde_json::from_slice::<serde_json::Value>(&closed.stdout).is_ok());
        let mut left =
            command("json", |child| child.stdout(Stdio::piped()).stderr(Stdio::null())).spawn().unwrap();
        drop(left.stdout.take());
        assert_eq!(left.wait().unwrap().code(), Some(0), "the reader left");
    }

    /// A pseudo-terminal comes from `script`, which is part of every Debian.
    pub(super) fn terminals_get_what_they_can_show() {
        let is_there = Command::new("script").arg("--version").output().is_ok();
        if !is_there {
            assert!(
                !std::env::var("PLIMSOLL_REQUIRE").is_ok_and(|parts| parts.contains("script")),
                "no script"
            );
            println_skipped();
            return;
        }
        for columns in [40, 80, 200] {
            for (name, value, how) in SURROUNDINGS {
                let shown = on_terminal(columns, name, value, how);
                let plain = without_codes(&shown);
                // What is drawn over is padded to the terminal.
                let limit = columns;
                assert!(widest(&plain) <= limit, "{columns} {name}: {plain}");
                let is_plain = matches!(name, "NO_COLOR" | "TERM");
                assert_eq!(shown.contains('\u{1b}'), !is_plain, "{columns} {name}: {shown:?}");
                if name != "LANG" {
                    assert!(!plain.contains("req/s"), "a line comes every ten seconds: {name} {plain}");
                }
                if name == "CI" {
                    assert!(
                        codes(&shown).iter().all(|code| code.ends_with('m')),
                        "nothing is drawn over: {shown:?}"
                    );
                }
            }
        }
    }

    fn println_skipped() {
        use std::io::Write;
        drop(writeln!(std::io::stdout(), "skipped: no script"));
    }

    /// What a terminal of so many columns gets.
    fn on_terminal(columns: usize, name: &str, value: &str, how: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let exe = std::env::current_exe().unwrap();
        let child = format!(
            "stty cols {columns} rows 24; '{}' child '{}' {how}",
            exe.display(),
            folder.path().join("out").display()
        );
        let mut script = Command::new("script");
        script.args(["-qec", &child, "/dev/null"]).stdin(Stdio::null());
        let output = surrounded(&mut script).env(name, value).output().unwrap();
        text(&output.stdout)
    }

    /// The child with nothing around it but what is given.
    fn command(how: &str, change: impl FnOnce(&mut Command) -> &mut Command) -> Command {
        let folder = tempfile::tempdir().unwrap().keep();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.arg("child").arg(folder).arg(how).stdin(Stdio::null());
        change(surrounded(&mut child));
        child
    }

    fn surrounded(child: &mut Command) -> &mut Command {
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CI", "LC_ALL", "LC_CTYPE"] {
            child.env_remove(name);
        }
        child.env("TERM", "xterm").env("LANG", "C.UTF-8")
    }

    fn finished(child: &mut Command) -> Output {
        let output = child.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        output
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// The widest line; one that was drawn over is several.
    fn widest(text: &str) -> usize {
        let plain = without_codes(text);
        plain
            .split(['\n', '\r'])
            .filter(|line| !line.starts_with("results in "))
            .map(UnicodeWidthStr::width)
            .max()
            .unwrap_or(0)
    }

    fn without_codes(text: &str) -> String {
        codes(text).iter().fold(text.to_owned(), |plain, code| plain.replace(code.as_str(), ""))
    }

    /// The escape codes of a text.
    fn codes(text: &str) -> Vec<String> {
        let code = |rest: &str| {
            let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |end| end + 2);
            rest[..end].to_owned()
        };
        text.match_indices('\u{1b}').map(|(start, _)| code(&text[start..])).collect()
    }
}
