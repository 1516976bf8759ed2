//! A program from its flags to its exit code, in virtual time.

#![expect(clippy::unwrap_used, reason = "what cannot be written or read back fails the test")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use plimsoll::model::{Document, Isolation, Status, Verdict, read};
use plimsoll::{Load, Profile, millis, op, secs};
use plimsoll_cli::{Exit, Flags, Format, Interrupts, Prepared, Program, Session, Streams, read_set};

/// What was written to a stream.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream whose reader is gone.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

fn flags(folder: &Path) -> Flags {
    let mut flags = Flags::default();
    flags.output.out = folder.join("results");
    flags
}

fn session(flags: &Flags, results: impl Write + Send + 'static, interrupts: &Interrupts) -> Session {
    let program = Program::new("Shop/../x", "1.2.3");
    Session::with(&program, flags, Streams::plain(results, io::sink()), interrupts.clone())
}

/// Ten operations of 5 ms each second, for 2 s, or what the flags say.
fn load(flags: &Flags) -> anyhow::Result<Load> {
    let buy = op("buy", |cx| async move { cx.sleep(millis(5)).await });
    flags.load.apply(Load::new("purchases").operation(buy).virtual_time(), Profile::hold(10, secs(2)))
}

async fn run(flags: &Flags) -> (Exit, String) {
    let out = Captured::default();
    let mut session = session(flags, out.clone(), &Interrupts::default());
    session.run("purchases", async |_| load(flags)).await;
    (session.finish(), out.text())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_good_run_leaves_every_file_and_ends_with_0() {
    let folder = tempfile::tempdir().unwrap();
    let (exit, out) = run(&flags(folder.path())).await;
    assert_eq!(exit, Exit::Success);
    assert!(out.contains("PASS"), "{out}");
    let expected = [
        "comparison_report.txt",
        "latest.json",
        "metrics.prom",
        "report.html",
        "report.md",
        "run.log",
        "shop-x_19700101T000000000Z.csv",
        "shop-x_19700101T000000000Z.json",
    ];
    assert_eq!(names(&folder.path().join("results")), expected);
}

#[tokio::test]
async fn a_run_of_100_ms_leaves_every_file_and_no_nonsense() {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = flags(folder.path());
    flags.load.duration = Some(millis(100));
    flags.load.rate = Some(10.0);
    let (exit, out) = run(&flags).await;
    assert_eq!(exit, Exit::Success, "{out}");
    let results = folder.path().join("results");
    assert_eq!(names(&results).len(), 8);
    for name in names(&results).iter().filter(|name| !name.ends_with("json")) {
        let text = without_scripts(&fs::read_to_string(results.join(name)).unwrap()).replace("+Inf", "");
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        for nonsense in ["NaN", "nan", "inf", "null", "undefined"] {
            assert!(!words.contains(&nonsense), "{nonsense} in {name}:\n{text}");
        }
    }
    assert_eq!(read_set(&results).unwrap().runs[0].run.scenarios[0].counts.ok, 1);
}

/// What a person reads of a file: a script of a page speaks of `null` as scripts do.
fn without_scripts(text: &str) -> String {
    let (before, scripts) = text.split_once("<script").unwrap_or((text, ""));
    let after =
        scripts.split("<script").filter_map(|part| part.split_once("</script>")).map(|(_, after)| after);
    std::iter::once(before).chain(after).collect()
}

#[tokio::test]
async fn the_newest_result_is_a_set_that_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let flags = Flags { iterations: 3, ..flags(folder.path()) };
    run(&flags).await;
    let bytes = fs::read(folder.path().join("results/latest.json")).unwrap();
    let Document::Set(set) = read::json("latest.json", bytes.as_slice()).unwrap().document else {
        panic!("not a set")
    };
    let places: Vec<_> = set.runs.iter().map(|run| (run.iteration, run.isolation)).collect();
    let expected = [(1, Isolation::Process), (2, Isolation::InProcess), (3, Isolation::InProcess)];
    assert_eq!(places, expected);
    assert_eq!(set.runs[2].run.scenarios[0].counts.ok, 20);
    assert_eq!(set.config["iterations"], "3");
    assert!(set.analysis.is_some());
    assert_eq!(read_set(&flags.output.out).unwrap(), set);
}

#[tokio::test]
async fn json_is_all_that_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = flags(folder.path());
    flags.output.format = Format::Json;
    let (_, out) = run(&flags).await;
    let latest = fs::read_to_string(folder.path().join("results/latest.json")).unwrap();
    assert_eq!(out, latest);
}

#[tokio::test]
async fn a_missed_threshold_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = flags(folder.path());
    flags.load.threshold = vec!["max < 1ms".parse().unwrap()];
    let (exit, out) = run(&flags).await;
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("FAIL"), "{out}");
}

#[tokio::test]
async fn nothing_measured_ends_with_3() {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = flags(folder.path());
    flags.load.rate = Some(0.01);
    let (exit, _) = run(&flags).await;
    assert_eq!(exit, Exit::Invalid);
    assert_eq!(read_set(&flags.output.out).unwrap().verdict.status, Status::Invalid);
}

#[tokio::test]
async fn a_plan_that_cannot_run_ends_with_2_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let flags = flags(folder.path());
    let mut session = session(&flags, io::sink(), &Interrupts::default());
    session.run("purchases", async |_| Ok(Load::new("nothing to do").virtual_time())).await;
    let log = session.log().clone();
    assert_eq!(session.finish(), Exit::Usage);
    assert_eq!(
        log.text(),
        "error: mix is empty; expected at least one operation\n\
         nothing was measured; no results are written\n"
    );
    assert!(!flags.output.out.exists());
}

#[tokio::test]
async fn an_interrupt_reports_what_was_measured_and_ends_with_130() {
    let folder = tempfile::tempdir().unwrap();
    let flags = Flags { iterations: 3, ..flags(folder.path()) };
    let interrupts = Interrupts::default();
    let mut session = session(&flags, io::sink(), &interrupts);
    let prepare = async |_| {
        let interrupts = interrupts.clone();
        let buy = op("buy", move |cx| {
            let interrupts = interrupts.clone();
            async move {
                cx.sleep(millis(5)).await;
                if !interrupts.is_interrupted() {
                    interrupts.signal();
                }
            }
        });
        let load = Load::new("purchases").operation(buy).virtual_time();
        flags.load.apply(load, Profile::hold(10, secs(2)))
    };
    session.run("purchases", prepare).await;
    assert_eq!(session.finish(), Exit::Interrupted);
    let set = read_set(&flags.output.out).unwrap();
    assert_eq!(set.runs.len(), 1);
    assert_eq!(set.verdict.status, Status::Interrupted);
    assert!(set.verdict.reasons.iter().any(|reason| reason.contains("after 1 of 3 iterations")));
}

#[tokio::test]
async fn an_interrupt_before_the_first_run_leaves_earlier_results() {
    let folder = tempfile::tempdir().unwrap();
    let flags = flags(folder.path());
    run(&flags).await;
    let before = fs::read(flags.output.out.join("latest.json")).unwrap();
    let interrupts = Interrupts::default();
    interrupts.signal();
    let mut session = session(&flags, io::sink(), &interrupts);
    session.run("purchases", async |_| load(&flags)).await;
    assert_eq!(session.finish(), Exit::Interrupted);
    assert_eq!(fs::read(flags.output.out.join("latest.json")).unwrap(), before);
}

#[tokio::test]
async fn a_service_that_does_not_start_again_loses_no_earlier_run() {
    let folder = tempfile::tempdir().unwrap();
    let flags = Flags { iterations: 3, ..flags(folder.path()) };
    let mut session = session(&flags, io::sink(), &Interrupts::default());
    let prepare = async |iteration| match iteration {
        1 => load(&flags),
        _ => anyhow::bail!("port 80 is taken"),
    };
    session.run("purchases", prepare).await;
    assert_eq!(session.finish(), Exit::Usage);
    let set = read_set(&flags.output.out).unwrap();
    assert_eq!(set.runs.len(), 1);
    assert_eq!(set.caveats[0].message, "error: purchases cannot be set up: port 80 is taken");
    assert_eq!(set.verdict, Verdict::because(Status::Inconclusive, "an error ended it early"));
}

#[tokio::test]
async fn every_iteration_is_torn_down() {
    let folder = tempfile::tempdir().unwrap();
    let flags = Flags { iterations: 2, ..flags(folder.path()) };
    let stopped = Arc::new(Mutex::new(Vec::new()));
    let mut session = session(&flags, io::sink(), &Interrupts::default());
    let prepare = async |iteration| {
        let stopped = Arc::clone(&stopped);
        let tear_down = async move {
            stopped.lock().unwrap().push(iteration);
            Ok(())
        };
        Ok(Prepared::new(load(&flags)?).tear_down(tear_down))
    };
    session.run("purchases", prepare).await;
    session.finish();
    assert_eq!(*stopped.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn closed_streams_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let flags = flags(folder.path());
    let program = Program::new("shop", "1.2.3");
    let mut session = Session::with(&program, &flags, Streams::plain(Closed, Closed), Interrupts::default());
    session.run("purchases", async |_| load(&flags)).await;
    assert_eq!(session.finish(), Exit::Success);
    assert!(flags.output.out.join("latest.json").exists());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_ends_with_2_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = flags(folder.path());
    let taken = folder.path().join("taken");
    fs::write(&taken, "").unwrap();
    flags.output.out = taken.join("results");
    let (exit, out) = run(&flags).await;
    assert_eq!(exit, Exit::Usage);
    assert_eq!(out, "");
}
