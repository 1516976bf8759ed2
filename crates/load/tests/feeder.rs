//! Rows of data in a run.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{AtEnd, Feeder, Load, Operation, op};
use plimsoll_model::{Profile, Run, Status, StopCause};

fn numbers(count: u64) -> Feeder<u64> {
    Feeder::new("numbers", 0..count).unwrap()
}

/// Numbers of operations with their rows.
type Seen = Arc<Mutex<BTreeSet<(u64, u64)>>>;

/// An operation that notes its number and its row.
fn noting(rows: Feeder<u64>) -> (Operation, Seen) {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let log = Arc::clone(&seen);
    let operation = op("note", move |cx| {
        let row = rows.row(&cx).map(|row| log.lock().unwrap().insert((cx.iteration(), *row)));
        async move { row.map(drop) }
    });
    (operation, seen)
}

async fn offer(operation: Operation, threads: usize) -> Run {
    let load = Load::new("rows").operation(operation).seed(9).dedicated_threads(threads);
    load.measure(Profile::hold(2_000, Duration::from_millis(200))).run().await.unwrap()
}

#[tokio::test]
async fn rows_are_the_same_on_any_number_of_threads() {
    for order in [Feeder::shuffled, Feeder::random, |same: Feeder<u64>| same] {
        let mut all = Vec::new();
        for threads in [1, 2, 5] {
            let (operation, seen) = noting(order(numbers(30)));
            offer(operation, threads).await;
            all.push(seen.lock().unwrap().clone());
        }
        assert_eq!(all[0].len(), 400);
        assert!(all.iter().all(|seen| *seen == all[0]));
    }
}

#[tokio::test]
async fn a_run_without_rows_left_fails_by_a_kind_of_its_own() {
    let (operation, _) = noting(numbers(300).at_end(AtEnd::Fail));
    let run = offer(operation, 2).await;
    let scenario = &run.scenarios[0];
    assert_eq!((scenario.counts.ok, scenario.counts.failed), (300, 100));
    assert_eq!(scenario.errors[0].kind, "numbers is out of data: each of its 300 rows was handed out");
}

#[tokio::test]
async fn the_last_row_ends_a_run_as_if_it_had_been_planned() {
    let load = Load::new("once").seed(9).virtual_time();
    let (operation, seen) = noting(numbers(300).shuffled().at_end(AtEnd::Stop(load.stop_handle())));
    let run =
        load.operation(operation).measure(Profile::hold(100, Duration::from_secs(60))).run().await.unwrap();
    let rows: BTreeSet<u64> = seen.lock().unwrap().iter().map(|(_, row)| *row).collect();
    assert_eq!(rows.len(), 300);
    let counts = &run.scenarios[0].counts;
    assert_eq!((counts.ok, counts.failed, counts.not_started), (300, 0, 5_700));
    assert!(counts.is_conserved());
    assert_eq!((run.stop.cause, run.verdict.status), (StopCause::Finished, Status::Pass));
    assert_eq!(run.stop.at_ns, 2_995_000_000);
}

#[tokio::test]
async fn users_keep_rows_of_their_own() {
    let accounts = Feeder::new("accounts", ["ada", "grace", "joan"]).unwrap().unique_per_user();
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let log = Arc::clone(&seen);
    let load = Load::new("accounts").virtual_time().operation(op("log in", move |cx| {
        let account = accounts.row(&cx).map(|account| log.lock().unwrap().insert((cx.user(), *account)));
        async move {
            cx.sleep(Duration::from_millis(1)).await;
            account.map(drop)
        }
    }));
    let run = load.measure(Profile::iterations(3, 60)).run().await.unwrap();
    assert_eq!(run.scenarios[0].counts.ok, 60);
    assert_eq!(*seen.lock().unwrap(), BTreeSet::from([(0, "ada"), (1, "grace"), (2, "joan")]));
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_file_is_read_by_its_ending() {
    let csv = Feeder::<(String, u64)>::open(file("rows.csv", "name,orders\nada,3\n")).unwrap();
    let lines = Feeder::<(String, u64)>::open(file("rows.ndjson", "[\"ada\", 3]\n")).unwrap();
    assert_eq!((csv.len(), lines.len()), (1, 1));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_with_its_name() {
    let missing = Feeder::<u64>::open("no/such/rows.csv").unwrap_err();
    assert_eq!(missing.to_string(), "no/such/rows.csv: cannot be read");
    let cause = std::error::Error::source(&missing).unwrap().to_string();
    assert!(cause.contains("No such file"), "{cause}");
    let other = Feeder::<u64>::open("rows.txt").unwrap_err();
    assert_eq!(other.to_string(), "rows.txt: expected a name that ends in .csv, .jsonl or .ndjson");
}
