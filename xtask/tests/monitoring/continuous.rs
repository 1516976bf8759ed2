//! `perf-ci --every`: it ends when it is asked to, with whole files, and what it keeps has a bound.

use std::path::PathBuf;
use std::time::Duration;

use plimsoll::model::{Set, Status, Timestamp};
use plimsoll_cli::{Log, Results};
use xtask::alerts::Courier;
use xtask::perf_ci::every::{Keep, Settings, Turn, World, go_on};
use xtask::perf_ci::remember;

use crate::support::{Pretended, Program, eventually, files, small};

#[tokio::test]
async fn between_two_turns_it_ends_at_once_with_0() {
    let pretended = Pretended::new().await;
    let program = Program::start(pretended.every("1h"));
    let said = program.until("next turn at");
    assert!(said.contains("nobody"), "nobody is told unless the environment says who: {said}");
    assert_eq!(program.stop().0, Some(0));
    assert_eq!((pretended.status(), pretended.turns()), (Some(Status::Pass), 1));
    for name in ["trends.html", "metrics.prom", "report.html", "run.log"] {
        assert!(pretended.results().join(name).is_file(), "{name}");
    }
}

#[tokio::test]
async fn within_a_turn_it_finishes_the_write_and_ends_with_0() {
    let pretended = Pretended::new().await;
    pretended.set("pause", "2");
    let program = Program::start(pretended.every("1s"));
    eventually("a load test", async || pretended.is_at_work().then_some(())).await;
    assert_eq!(program.stop().0, Some(0));
    assert_eq!(pretended.status(), Some(Status::Interrupted), "what was measured until then is kept");
    assert_eq!(pretended.turns(), 0, "and is no part of the history");
    let left: Vec<_> = files(&pretended.results()).into_iter().map(|(path, _)| path).collect();
    assert!(left.iter().all(|path| !path.display().to_string().contains(".partial")), "{left:?}");
}

#[tokio::test]
async fn a_turn_that_fails_is_said_and_the_next_one_comes() {
    let pretended = Pretended::new().await;
    pretended.set("speed", "nowhere");
    let program = Program::start(pretended.every("1s"));
    let said = program.until("critical: there is no valid result");
    assert!(said.contains("suspected: there is no valid result"), "it was looked at twice: {said}");
    pretended.set("speed", "fast");
    eventually("a turn", async || (pretended.turns() >= 1).then_some(())).await;
    assert_eq!(program.stop().0, Some(0));
}

#[tokio::test]
async fn mistakes_that_no_turn_would_mend_end_it_before_the_first() {
    let pretended = Pretended::new().await;
    let with = |name: &str, value: &str| {
        let output = pretended.every("1h").env(name, value).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = with("PLIMSOLL_SLACK_URL", "s3cret");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("PLIMSOLL_SLACK_URL") && !said.contains("s3cret"), "{said}");
    std::fs::create_dir_all(pretended.results()).unwrap();
    std::fs::write(pretended.results().join("alerts.ledger"), "{ half").unwrap();
    let (code, said) = with("PLIMSOLL_WEBHOOK_URL", "http://127.0.0.1:1/");
    assert!(code == Some(2) && said.contains("alerts.ledger"), "{said}");
}

/// A world in which a week takes a moment.
struct Week {
    set: Set,
    folder: PathBuf,
    now: Timestamp,
    end: Timestamp,
    keep: Keep,
    turns: u32,
}

const HOUR: Duration = Duration::from_secs(3_600);

impl World for Week {
    fn now(&self) -> Timestamp {
        self.now
    }

    async fn wait_until(&mut self, then: Timestamp) -> bool {
        let all = files(&self.folder);
        let total: u64 = all.iter().map(|(_, length)| length).sum();
        // What there is one of: the newest result in its forms, pages, history, and ten to compare with.
        let rest = 3_000_000;
        assert!(total <= self.keep.bytes + rest, "{total} bytes after {} turns: {all:?}", self.turns);
        self.now = then;
        then < self.end
    }

    async fn measure(&mut self, _: Option<&Set>) -> anyhow::Result<Turn> {
        self.turns += 1;
        let id = format!("set-{}", self.turns);
        let set = Set { id, started_at: self.now, completed_at: self.now, ..self.set.clone() };
        Results::create(&self.folder)?.write_set(&set)?;
        remember(&self.folder, &set)?;
        self.now = self.now.after(Duration::from_secs(300));
        Ok(Turn::Done(Box::new(set)))
    }
}

#[tokio::test]
async fn a_week_of_turns_stays_within_its_bound_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let begin = Timestamp::EPOCH.after(Duration::from_secs(1_795_000_000));
    let keep = Keep { results: 48, bytes: 1_000_000 };
    let settings = Settings { folder: folder.path().to_owned(), interval: HOUR, keep, previous: None };
    let mut week = Week {
        set: small("job-queue/small", 20).await,
        folder: folder.path().to_owned(),
        now: begin,
        end: begin.after(7 * 24 * HOUR),
        keep,
        turns: 0,
    };
    let log = Log::new(std::io::sink());
    let courier = Courier::start(folder.path().join("alerts.ledger"), Vec::new(), log.clone()).unwrap();
    let exit = go_on(&mut week, &settings, &courier, &log).await;
    assert_eq!((exit.code(), week.turns), (0, 168));
    let of_turns = |form: &str| {
        let names = files(folder.path()).into_iter().map(|(path, _)| path.display().to_string());
        names
            .filter(|name| {
                name.contains("/perf-ci_") && !name.contains("/reference/") && name.ends_with(form)
            })
            .count()
    };
    assert!(of_turns(".json") >= 5 && of_turns(".json") <= 48, "{} results are kept", of_turns(".json"));
    let history = std::fs::read_to_string(folder.path().join("history.jsonl")).unwrap();
    assert_eq!(history.lines().count(), 168, "the history has them all");
    let trends = std::fs::read_to_string(folder.path().join("trends.html")).unwrap();
    assert!(trends.contains("168 results"), "so have the trends");
}
