//! `export-metrics --watch`: whole files, whatever happens meanwhile.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use plimsoll::metrics::{Clock, NANOS_PER_SECOND, Timeline};
use plimsoll_cli::Results;

use crate::support::{Program, eventually, small, stored, xtask};

/// Distinct files that are to be seen.
const WRITES: usize = 1_000;

fn watch(input: &Path, output: &Path, interval: &str) -> Program {
    let (input, output) = (input.display().to_string(), output.display().to_string());
    let arguments =
        ["export-metrics", "--input", &input, "--output", &output, "--watch", "--interval", interval];
    Program::start(xtask(&arguments))
}

/// What is in a file whose last line says when it was exported; nothing where there is no file.
fn whole(output: &Path) -> Option<String> {
    let text = std::fs::read_to_string(output).ok()?;
    let last = text.lines().last().unwrap_or_default().to_owned();
    assert!(text.starts_with("# HELP ") && text.ends_with('\n'), "a part of a file: {text:?}");
    assert!(last.starts_with("job_export_timestamp_seconds "), "a part of a file: {last:?}");
    Some(last)
}

#[tokio::test]
async fn a_reader_that_never_rests_sees_a_thousand_whole_files_and_no_part_of_one() {
    let input = stored(&small("shop", 20).await);
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("shop.prom");
    let program = watch(input.path(), &output, "1ms");
    let (mut seen, mut reads) = (BTreeSet::new(), 0_u64);
    let timeline = Timeline::start(Clock::System);
    while seen.len() < WRITES {
        assert!(timeline.now() < 400 * NANOS_PER_SECOND, "{} files in {reads} reads", seen.len());
        reads += 1;
        seen.extend(whole(&output));
    }
    assert_eq!(program.stop(), (Some(0), String::new()));
    assert!(whole(&output).is_some(), "the last one is whole, too");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["shop.prom"], "nothing is left beside it");
}

#[tokio::test]
async fn a_source_that_is_missing_is_waited_for_and_one_that_goes_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (input, output) = (at("results"), at("shop.prom"));
    let program = watch(&input, &output, "10ms");
    let said = program.line();
    assert!(
        said.starts_with("error: ") && said.contains("results") && said.contains("tried again"),
        "{said}"
    );
    assert!(!output.exists());
    Results::create(at("made")).unwrap().write_set(&small("shop", 20).await).unwrap();
    std::fs::rename(at("made"), &input).unwrap();
    program.until("the file is written again");
    let first = whole(&output).unwrap();
    eventually("a second file", async || whole(&output).filter(|last| *last != first)).await;
    std::fs::rename(&input, at("gone")).unwrap();
    assert!(program.line().starts_with("error: "));
    assert!(whole(&output).is_some());
    std::fs::create_dir(at("broken")).unwrap();
    std::fs::write(at("broken").join("latest.json"), "{ half").unwrap();
    std::fs::rename(at("broken"), &input).unwrap();
    assert!(program.until("latest.json").contains("error: "), "what cannot be read is another reason");
    assert!(whole(&output).is_some());
    let (code, said) = program.stop();
    assert!(code == Some(0) && said.lines().count() <= 1, "what stays wrong is said once: {said}");
}

/// A file system of so many kilobytes, gone with the test.
struct Small(tempfile::TempDir);

impl Small {
    #[expect(clippy::print_stderr, reason = "whoever runs the tests should know what they did not try")]
    fn mount(kilobytes: u32) -> Option<Small> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kilobytes}k");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        let is_mounted = mount.is_ok_and(|output| output.status.success());
        if !is_mounted {
            eprintln!("skipped: no small file system can be mounted, which needs root");
        }
        is_mounted.then_some(Small(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // What stays mounted is only in memory.
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[tokio::test]
async fn a_full_disk_leaves_the_file_and_is_got_over() {
    let Some(disk) = Small::mount(256) else { return };
    let input = stored(&small("shop", 20).await);
    let output = disk.0.path().join("shop.prom");
    let program = watch(input.path(), &output, "10ms");
    eventually("a first file", async || whole(&output)).await;
    let filler = disk.0.path().join("filler");
    // As large as it gets.
    let _full = std::fs::write(&filler, vec![b'x'; 1 << 20]).unwrap_err();
    let said = program.line();
    assert!(said.starts_with("error: ") && said.contains("shop.prom cannot be written"), "{said}");
    let kept = whole(&output).unwrap();
    let names: Vec<_> = std::fs::read_dir(disk.0.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(names.len() <= 3, "no heap of parts grows: {names:?}");
    std::fs::remove_file(&filler).unwrap();
    assert_eq!(program.line(), "the file is written again\n");
    eventually("a later file", async || whole(&output).filter(|last| *last != kept)).await;
    assert_eq!(program.stop(), (Some(0), String::new()));
}

#[tokio::test]
async fn a_file_is_for_every_user_whatever_the_mask_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let input = stored(&small("shop", 20).await);
    let output = input.path().join("shop.prom");
    let (from, to) = (input.path().display().to_string(), output.display().to_string());
    let line = format!(
        "umask 077; exec '{}' export-metrics --input '{from}' --output '{to}'",
        env!("CARGO_BIN_EXE_xtask")
    );
    assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success());
    assert_eq!(output.metadata().unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn wrong_usage_ends_with_2_and_says_why() {
    let cases: [(&[&str], &str); 6] = [
        (&["--input", "x"], "--output"),
        (&["--output", "x"], "--input"),
        (&["--input", "x", "--listen", "9464", "--watch"], "--output"),
        (&["--input", "x", "--output", "y", "--watch", "--interval", "0s"], "above 0"),
        (&["--input", "x", "--listen", "localhost"], "ADDRESS:PORT"),
        (&["--input", "no-such-result", "--output", "y"], "no-such-result"),
    ];
    for (arguments, words) in cases {
        let output = xtask(&[&["export-metrics"], arguments].concat()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
