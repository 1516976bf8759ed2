//! A program's exit code and every format of its result say the same verdict.

#![expect(clippy::unwrap_used, reason = "what cannot be written or read back fails the test")]

use std::io;

use plimsoll::model::{Protocol, Set, Status, Verdict};
use plimsoll::report::{
    AnalysisText, ComparisonText, Console, Csv, GithubAnnotations, GithubSummary, Json, Junit, Markdown,
    Overview, Prometheus, Renderer,
};
use plimsoll::{Load, Profile, millis, op, secs};
use plimsoll_cli::{Exit, Flags, Interrupts, Program, Session, Streams, read_set};

/// Every verdict with the exit code of a program that ends with it, also where too little to decide is a failure.
const ENDS: [(Status, u8, u8); 5] = [
    (Status::Pass, 0, 0),
    (Status::Fail, 1, 1),
    (Status::Invalid, 3, 3),
    (Status::Inconclusive, 0, 4),
    (Status::Interrupted, 130, 130),
];

/// Runs a program to its end whose protocol comes to that conclusion: how it ended, and what it stored.
async fn ended(status: Status) -> (Exit, Set) {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = Flags::default();
    flags.output.out = folder.path().to_owned();
    let streams = Streams::plain(io::sink(), io::sink());
    let program = Program::new("verdicts", "1.0.0");
    let mut session = Session::with(&program, &flags, streams, Interrupts::default());
    let load = || {
        let wait = op("wait", |cx| async move { cx.sleep(millis(5)).await });
        Load::new("waiting").operation(wait).measure(Profile::hold(10, secs(2))).virtual_time()
    };
    session.run("waiting", async |_| Ok::<_, anyhow::Error>(load())).await;
    let verdict = match status {
        Status::Pass => Verdict::pass(),
        status => Verdict::because(status, "the protocol says so"),
    };
    let protocol = Protocol { name: "fixed".to_owned(), scenarios: Vec::new() };
    session.sitting().protocol(protocol, verdict);
    let exit = session.finish();
    (exit, read_set(folder.path()).unwrap())
}

/// What a format says the verdict is: the part of its text that says nothing else.
fn said(renderer: &dyn Renderer, set: &Set) -> String {
    let mut printed = Vec::new();
    renderer.render(set, &mut printed).unwrap();
    let text = String::from_utf8(printed).unwrap();
    match renderer.name() {
        "json" => serde_json::from_str::<serde_json::Value>(&text).unwrap()["verdict"]["status"].to_string(),
        "junit" => text[text.find("<testsuite name=\"verdict\"").unwrap()..].to_owned(),
        _ => text.lines().next().unwrap_or_default().to_owned(),
    }
}

/// The verdicts whose words are in a text. `INVALID` is no part of another word, nor is any other.
fn verdicts(text: &str) -> Vec<Status> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphabetic()).map(str::to_uppercase).collect();
    ENDS.iter()
        .map(|(status, ..)| *status)
        .filter(|status| words.iter().any(|it| it == status.word()))
        .collect()
}

#[tokio::test]
async fn every_verdict_has_its_exit_code() {
    for (status, code, strict) in ENDS {
        let (exit, set) = ended(status).await;
        assert_eq!(set.verdict.status, status);
        assert_eq!((exit.code(), Exit::of(status, true).code()), (code, strict), "{status:?}");
    }
}

#[tokio::test]
async fn every_format_says_the_verdict_and_no_other() {
    let json = Json { pretty: true };
    let renderers: [&dyn Renderer; 8] = [
        &json,
        &Console::default(),
        &Overview::default(),
        &AnalysisText::default(),
        &ComparisonText::default(),
        &Markdown,
        &GithubSummary::default(),
        &GithubAnnotations,
    ];
    for (status, ..) in ENDS {
        let (_, set) = ended(status).await;
        for renderer in renderers {
            let said = said(renderer, &set);
            assert_eq!(verdicts(&said), [status], "{}: {said}", renderer.name());
        }
    }
}

#[tokio::test]
async fn junit_fails_where_the_verdict_is_no_pass_and_skips_what_is_undecided() {
    for (status, ..) in ENDS {
        let (_, set) = ended(status).await;
        let said = said(&Junit, &set);
        let outcomes = ["<failure ", "<error ", "<skipped "].map(|outcome| said.contains(outcome));
        let expected = match status {
            Status::Pass => [false, false, false],
            Status::Fail => [true, false, false],
            Status::Invalid | Status::Interrupted => [false, true, false],
            Status::Inconclusive => [false, false, true],
        };
        assert_eq!(outcomes, expected, "{status:?}: {said}");
        assert_eq!(said.contains(&format!("type=\"{}\"", status.word())), status != Status::Pass, "{said}");
    }
}

#[tokio::test]
async fn tables_of_figures_say_no_verdict_that_could_differ() {
    for (status, ..) in ENDS {
        let (_, set) = ended(status).await;
        for renderer in [&Csv as &dyn Renderer, &Prometheus] {
            let mut printed = Vec::new();
            renderer.render(&set, &mut printed).unwrap();
            assert_eq!(verdicts(&String::from_utf8(printed).unwrap()), [], "{}", renderer.name());
        }
    }
}
