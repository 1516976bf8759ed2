//! The program with a Redis and a PostgreSQL: what it says, what it leaves, and what it tells nobody.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Output, Stdio};

use plimsoll::model::{Set, Status};
use rustix::process::{Pid, Signal, kill_process};

use crate::process::{latest, program, run};
use crate::support::{Postgres, Redis};

/// As it is meant, and as it stands in an address.
const PASSWORD: &str = "s3cret/word";
const USER_INFO: &str = ":s3cret%2Fword@";

/// What must not be found anywhere: the passwords in any form, and pieces of them.
const SECRETS: [&str; 3] = ["s3cret", "%2F", "%2f"];

fn said(stream: &[u8]) -> String {
    String::from_utf8(stream.to_vec()).unwrap()
}

/// What the program said and wrote, all of it.
fn everything(output: &Output, folder: &Path) -> String {
    let mut text = said(&output.stdout) + &said(&output.stderr);
    for entry in std::fs::read_dir(folder).unwrap() {
        text += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
    }
    text
}

fn assert_no_secret(text: &str) {
    for secret in SECRETS {
        let found = text.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} is nobody's business");
    }
}

/// Starts the program with a load that lasts until somebody ends it, and waits until jobs are in the Redis.
fn under_load(redis: &Redis, folder: &Path, arguments: &[&str]) -> Child {
    let mut command = program(folder);
    command.args(["--backend", &redis.url("")]).args(arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    redis.wait_until_used();
    child
}

fn kinds_of_errors(set: &Set) -> Vec<&str> {
    set.runs[0].run.scenarios[0].errors.iter().map(|error| error.kind.as_str()).collect()
}

#[test]
fn the_result_says_what_is_behind_the_queue_and_how_far_away() {
    let Some(redis) = Redis::with_password(Some(PASSWORD)) else { return };
    let (output, folder) = run(&["--backend", &redis.url(USER_INFO), "--requests", "40"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    let set = latest(folder.path());
    assert_eq!(set.config["backend"], redis.url("***@"));
    let [queue, alone] = &set.runs[..] else { panic!("{} runs", set.runs.len()) };
    assert_eq!((queue.workload.as_str(), alone.workload.as_str()), ("job-queue/small", "benchmark/redis"));
    assert_eq!(queue.run.plan.parameters["backend"], "redis");
    let job = &queue.run.scenarios[0];
    let steps: Vec<_> = job.steps.iter().map(|step| (step.name.as_str(), step.ok)).collect();
    assert_eq!(steps, [("redis_round_trip", 40), ("queue_wait", 40), ("processing", 40)]);
    assert!(alone.run.scenarios[0].counts.ok > 0);
    assert!(set.derived_config["redis_version"].starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(redis.keys(), Vec::<String>::new());
    assert_no_secret(&everything(&output, folder.path()));
}

#[test]
fn queries_to_postgres_are_measured_beside_the_queue() {
    let Some(postgres) = Postgres::start() else { return };
    let (output, folder) = run(&["--postgres", &postgres.url(), "--requests", "10"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    let set = latest(folder.path());
    let workloads: Vec<_> = set.runs.iter().map(|run| run.workload.as_str()).collect();
    assert_eq!(workloads, ["job-queue/small", "benchmark/postgres"]);
    let query = &set.runs[1].run.scenarios[0];
    assert!(query.name == "query" && query.counts.ok > 0 && query.counts.failed == 0, "{:?}", query.counts);
    assert!(set.config["postgres"].starts_with("postgres://***@127.0.0.1:"), "{:?}", set.config);
    assert_no_secret(&everything(&output, folder.path()));

    let (output, folder) = run(&["--benchmark", "postgres", "--postgres", &postgres.url_as("tester:s3cret")]);
    assert_eq!(output.status.code(), Some(2));
    let text = everything(&output, folder.path());
    assert!(text.contains("refused: FATAL: password authentication failed"), "{text}");
    assert_no_secret(&text);
}

#[test]
fn what_is_not_there_is_said_in_one_line_before_anything_runs() {
    for arguments in [
        ["--backend", "redis://me:s3cret%2Fword@127.0.0.1:1/0"],
        ["--postgres", "postgres://me:s3cret%2Fword@127.0.0.1:1/db"],
    ] {
        let (output, folder) = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = said(&output.stderr);
        assert_eq!(text.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{text}");
        assert!(text.contains("***@127.0.0.1:1") && text.contains("cannot be reached"), "{text}");
        assert!(output.stdout.is_empty() && !folder.path().join("latest.json").exists());
        assert_no_secret(&everything(&output, folder.path()));
    }
}

#[test]
fn a_wrong_password_is_refused_and_not_repeated() {
    let Some(redis) = Redis::with_password(Some("another")) else { return };
    let (output, folder) = run(&["--backend", &redis.url(USER_INFO)]);
    assert_eq!(output.status.code(), Some(2));
    let text = everything(&output, folder.path());
    assert!(text.contains("refused: "), "{text}");
    assert_no_secret(&text);
}

#[test]
fn what_is_no_address_is_told_what_is_expected_and_not_repeated() {
    for arguments in [
        &["--backend", "http://me:s3cret%2Fword@host"][..],
        &["--backend", "me:s3cret%2Fword@host"],
        &["--backend", "redis://me:s3cret%2Fword@host:port"],
        &["--backend", "redis://me:s3cret word@host"],
        &["--postgres", "mysql://me:s3cret%2Fword@host"],
        &["--postgres", "postgres://me:s3cret%2Fword@host:port"],
        &["redis://me:s3cret%2Fword@host"],
        &["--profile", "redis://me:s3cret%2Fword@host"],
        &["--protocol", "isolation", "--postgres", "postgres://me:s3cret%2Fword@host"],
    ] {
        let (output, folder) = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
        assert_no_secret(&everything(&output, folder.path()));
    }
    let (output, _folder) = run(&["--backend", "http://me:s3cret@host"]);
    let expected = "http://***@host is no address of a Redis; expected redis://[user:pass@]host:port[/db]";
    assert!(said(&output.stderr).contains(expected), "{}", said(&output.stderr));
}

#[test]
fn a_benchmark_without_its_server_says_which_flag_names_it() {
    for (benchmark, flag) in [("redis", "--backend redis://"), ("postgres", "--postgres postgres://")] {
        let (output, _folder) = run(&["--benchmark", benchmark]);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output.stderr).contains(flag), "{}", said(&output.stderr));
    }
}

#[test]
fn a_signal_drains_and_leaves_nothing_in_redis() {
    let Some(redis) = Redis::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let child = under_load(&redis, folder.path(), &["--duration", "60s"]);
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(redis.keys(), Vec::<String>::new());
    let set = latest(folder.path());
    assert_eq!(set.verdict.status, Status::Interrupted);
    assert_eq!(kinds_of_errors(&set), Vec::<&str>::new());
}

#[test]
fn a_redis_that_dies_gives_counted_errors_a_report_and_a_clear_line() {
    let Some(mut redis) = Redis::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let child = under_load(&redis, folder.path(), &["--duration", "2s"]);
    redis.kill();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let lines = said(&output.stderr);
    assert_eq!(lines.matches("the Redis behind the queue went away once").count(), 1, "{lines}");
    let set = latest(folder.path());
    let kinds = kinds_of_errors(&set);
    assert!(kinds.contains(&"redis_unreachable"), "{kinds:?}");
    assert!(kinds.iter().all(|kind| ["redis_unreachable", "lost"].contains(kind)), "{kinds:?}");
    let counts = &set.runs[0].run.scenarios[0].counts;
    assert!(counts.is_conserved() && counts.timed_out == 0, "{counts:?}");
    assert!(set.runs[0].run.caveats.iter().any(|caveat| caveat.code == "backend_lost"));
    assert!(folder.path().join("report.md").exists());
}

#[test]
fn a_redis_that_comes_back_is_used_again() {
    let Some(mut redis) = Redis::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut child = under_load(&redis, folder.path(), &["--duration", "3s"]);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    redis.kill();
    assert!(lines.any(|line| line.contains("and is away")));
    redis.revive();
    assert!(lines.any(|line| line.contains("and came back")));
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    let set = latest(folder.path());
    assert_eq!(set.runs[0].run.scenarios[0].counts.timed_out, 0);
    assert_eq!(redis.keys(), Vec::<String>::new());
}

#[test]
fn a_short_soak_keeps_its_books_and_says_that_memory_takes_longer() {
    let Some(redis) = Redis::start() else { return };
    let url = redis.url("");
    for backend in [&[][..], &["--backend", &url]] {
        let arguments = [&["--protocol", "soak", "--duration", "2s"], backend].concat();
        let (output, folder) = run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
        let set = latest(folder.path());
        assert_eq!(set.verdict.status, Status::Inconclusive);
        assert!(set.verdict.reasons[0].contains("too short to say"), "{:?}", set.verdict.reasons);
        let found = &set.protocol.as_ref().unwrap().scenarios[0].metadata;
        assert_eq!((&found["stuck_found"], &found["stuck_after_load"]), (&1.into(), &0.into()));
        assert_eq!(found["done"], set.runs[0].run.scenarios[0].counts.ok);
        assert_eq!(set.analysis.unwrap().leaks.len(), 1);
    }
    assert_eq!(redis.keys(), Vec::<String>::new());
}
