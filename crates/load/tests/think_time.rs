//! Users that wait between two operations.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Load, Operation, Outcome, op};
use plimsoll_model::{Profile, Run, Think};

const SECOND: Duration = Duration::from_secs(1);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// One operation of a user: who, which, from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    user: u64,
    start: Duration,
    end: Duration,
    iteration: u64,
}

/// An operation that takes a time and notes when it went on.
fn noted(takes: impl Fn(&Context) -> Duration + Send + Sync + 'static) -> (Operation, Arc<Mutex<Vec<Seen>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let operation = op("op", move |cx: Context| {
        let (start, takes, log) = (cx.now(), takes(&cx), Arc::clone(&log));
        async move {
            cx.sleep(takes).await;
            let seen = Seen { user: cx.user(), start, end: cx.now(), iteration: cx.iteration() };
            log.lock().expect("nobody panics").push(seen);
        }
    });
    (operation, seen)
}

async fn run(load: Load) -> Run {
    let run = load.run().await.expect("the plan is valid");
    for scenario in &run.scenarios {
        assert!(scenario.counts.is_conserved(), "{:?}", scenario.counts);
    }
    run
}

/// The starts of each user, in milliseconds.
fn starts(seen: &Mutex<Vec<Seen>>) -> BTreeMap<u64, Vec<u128>> {
    let mut seen = seen.lock().expect("nobody panics").clone();
    seen.sort_unstable();
    let mut starts = BTreeMap::<u64, Vec<u128>>::new();
    for seen in seen {
        starts.entry(seen.user).or_default().push(seen.start.as_nanos() / 1_000_000);
    }
    starts
}

/// How long the user waited after each iteration.
fn waits(seen: &Mutex<Vec<Seen>>) -> BTreeMap<u64, Duration> {
    let mut seen = seen.lock().expect("nobody panics").clone();
    seen.sort_unstable();
    let pairs = seen.windows(2).filter(|pair| pair[0].user == pair[1].user);
    pairs.map(|pair| (pair[0].iteration, pair[1].start - pair[0].end)).collect()
}

#[tokio::test]
async fn each_user_starts_again_when_it_has_served_and_thought() {
    let (operation, seen) = noted(|_| ms(30));
    let load = Load::new("think").operation(operation).measure(Profile::users(7, SECOND));
    let run = run(load.think_time(ms(170)).virtual_time()).await;
    let every_200_ms = [0, 200, 400, 600, 800];
    assert_eq!(starts(&seen), (0..7).map(|user| (user, every_200_ms.to_vec())).collect());
    assert_eq!(run.scenarios[0].counts.ok, 7 * 5);
}

#[tokio::test]
async fn the_wait_is_in_no_latency() {
    let (operation, _) = noted(|_| ms(30));
    let load = Load::new("think").operation(operation).measure(Profile::users(3, 10 * SECOND));
    let run = run(load.think_time(Think::exponential(ms(400))).virtual_time()).await;
    let latency = &run.scenarios[0].latency;
    assert_eq!((latency.response.max_ns / 1_000_000, latency.queue.max_ns), (30, 0));
}

#[tokio::test]
async fn pacing_counts_from_start_to_start() {
    let (operation, seen) = noted(|_| ms(30));
    let load = Load::new("pace").operation(operation).measure(Profile::users(2, SECOND));
    run(load.pacing(ms(250)).virtual_time()).await;
    let every_250_ms = vec![0, 250, 500, 750];
    assert_eq!(starts(&seen), BTreeMap::from([(0, every_250_ms.clone()), (1, every_250_ms)]));
}

#[tokio::test]
async fn an_operation_longer_than_the_pace_moves_what_follows() {
    let (operation, seen) = noted(|cx| if cx.iteration() == 1 { ms(400) } else { ms(30) });
    let load = Load::new("pace").operation(operation).measure(Profile::users(1, ms(1_400)));
    run(load.pacing(ms(250)).virtual_time()).await;
    assert_eq!(starts(&seen)[&0], [0, 250, 650, 900, 1_150]);
}

#[tokio::test]
async fn with_both_the_later_counts() {
    let (operation, seen) = noted(|cx| if cx.iteration() == 1 { ms(400) } else { ms(30) });
    let load = Load::new("both").operation(operation).measure(Profile::users(1, ms(1_300)));
    run(load.pacing(ms(250)).think_time(ms(100)).virtual_time()).await;
    assert_eq!(starts(&seen)[&0], [0, 250, 750, 1_000, 1_250]);
}

#[tokio::test]
async fn a_failure_is_thought_about_too() {
    let operation = op("op", |cx: Context| async move {
        cx.sleep(ms(if cx.iteration().is_multiple_of(2) { 100 } else { 5_000 })).await;
        Outcome::fail("refused", "not today")
    });
    let load = Load::new("fails").operation(operation).measure(Profile::users(1, 4 * SECOND));
    let run = run(load.think_time(ms(300)).timeout(ms(300)).virtual_time()).await;
    // 100 + 300, then 300 + 300: four of each in 4 s.
    let counts = &run.scenarios[0].counts;
    assert_eq!((counts.failed, counts.timed_out), (4, 4));
}

#[tokio::test]
async fn a_user_thinks_on_into_the_next_phase() {
    let (operation, seen) = noted(|_| ms(100));
    let load = Load::new("phases").operation(operation).think_time(ms(300));
    let load = load.warm_up(Profile::users(2, SECOND)).measure(Profile::users(3, SECOND));
    run(load.virtual_time()).await;
    let (old, new) = (vec![0, 400, 800, 1_200, 1_600], vec![1_000, 1_400, 1_800]);
    assert_eq!(starts(&seen), BTreeMap::from([(0, old.clone()), (1, old), (2, new)]));
}

#[tokio::test]
async fn a_number_of_operations_ends_with_the_last_and_not_with_the_thought_after_it() {
    let (operation, _) = noted(|_| ms(100));
    let load = Load::new("few").operation(operation).measure(Profile::iterations(2, 6));
    let run = run(load.think_time(ms(900)).virtual_time()).await;
    assert_eq!(run.scenarios[0].counts.ok, 6);
    assert_eq!(run.duration_ns / 1_000_000, 2_100);
}

#[tokio::test]
async fn a_run_that_is_stopped_waits_for_nobody_who_thinks() {
    let load = Load::new("stopped");
    let stop = load.stop_handle();
    let operation = op("op", move |cx: Context| {
        let stop = stop.clone();
        async move {
            cx.sleep(ms(100)).await;
            if cx.iteration() == 5 {
                stop.interrupt();
            }
        }
    });
    let load = load.operation(operation).measure(Profile::users(4, 3_600 * SECOND));
    let run = run(load.think_time(ms(1_900)).virtual_time()).await;
    assert_eq!((run.scenarios[0].counts.ok, run.duration_ns / 1_000_000), (8, 2_100));
}

#[tokio::test]
async fn draws_are_the_same_on_any_number_of_threads() {
    let load = |operation| {
        let load = Load::new("draws").operation(operation).measure(Profile::iterations(10, 400)).seed(5);
        load.think_time(Think::uniform(Duration::ZERO, ms(20)))
    };
    let (operation, seen) = noted(|_| Duration::ZERO);
    run(load(operation).virtual_time()).await;
    let draws = waits(&seen);
    assert!(draws.len() == 390 && draws.values().max() > Some(&ms(19)), "{draws:?}");
    for threads in [1, 2, 5] {
        let (operation, seen) = noted(|_| Duration::ZERO);
        run(load(operation).dedicated_threads(threads)).await;
        // A machine may keep a user waiting for longer than it thinks, but never for less.
        let is_as_drawn =
            |(iteration, wait): (&u64, &Duration)| draws.get(iteration).is_none_or(|draw| wait >= draw);
        assert!(waits(&seen).iter().all(is_as_drawn), "{threads} threads");
    }
}

#[tokio::test]
async fn each_mistake_is_found_before_the_run() {
    let users = || Load::new("bad").operation(op("op", |_| async {})).measure(Profile::users(5, SECOND));
    let rate = || Load::new("bad").operation(op("op", |_| async {})).measure(Profile::hold(5, SECOND));
    let mistakes = [
        users().think_time(Duration::ZERO),
        users().think_time(Think::uniform(5 * SECOND, SECOND)),
        users().think_time(Think::exponential(Duration::ZERO)),
        users().think_time("5".parse()),
        users().pacing(Duration::ZERO),
        users().pacing(100_000 * SECOND),
        rate().think_time(SECOND),
        rate().pacing(SECOND),
    ];
    let message = |load: Load| load.validate().expect_err("it is a mistake").to_string();
    insta::assert_snapshot!(mistakes.map(message).join("\n"));
}
