//! A lane shares its thread, and its operations share the lane.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll_load::{Context, Load, op};
use plimsoll_model::Profile;

#[tokio::test]
async fn a_lane_that_is_never_early_lets_others_run() {
    // Each operation keeps the thread until the next arrival is due, so that the lane never has to wait.
    let busy = op("busy", |cx: Context| async move {
        while cx.now() < cx.intended_start() + Duration::from_micros(50) {
            std::hint::spin_loop();
        }
    });
    let load = Load::new("busy").operation(busy).measure(Profile::hold(20_000, Duration::from_millis(200)));
    let run = tokio::spawn(load.run());
    let mut turns = 0u64;
    while !run.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    assert!(turns > 500, "{turns} turns in 2,000 slices");
}

#[tokio::test]
async fn users_are_called_when_they_start() {
    let starts = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&starts);
    let load = Load::new("turns")
        .operation(op("op", move |cx: Context| {
            log.lock().unwrap().push(cx.intended_start());
            async {}
        }))
        .measure(Profile::iterations(100, 20_000))
        .dedicated_threads(1);
    load.run().await.unwrap();
    assert!(starts.lock().unwrap().is_sorted(), "nobody waits for a turn after the clock has started");
}

#[test]
fn a_runtime_without_io_carries_a_load() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let load = Load::new("no io")
        .operation(op("op", |_| async {}))
        .measure(Profile::hold(200, Duration::from_millis(100)));
    let run = runtime.block_on(load.run()).unwrap();
    assert_eq!(run.scenarios[0].counts.ok, 20);
}

#[tokio::test]
async fn those_that_were_answered_together_are_all_heard_before_one_of_them_asks_again() {
    let users: usize = 8;
    let log = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&log);
    let asks = op("asks", move |_| {
        let log = Arc::clone(&written);
        async move {
            log.lock().unwrap().push("asks");
            tokio::task::yield_now().await;
            log.lock().unwrap().push("heard");
        }
    });
    Load::new("together")
        .operation(asks)
        .measure(Profile::iterations(users as u64, 5 * users as u64))
        .dedicated_threads(1)
        .run()
        .await
        .unwrap();
    let log = log.lock().unwrap();
    let rounds: Vec<_> = log.chunk_by(|one, other| one == other).map(|same| (same[0], same.len())).collect();
    assert_eq!(rounds, [("asks", users), ("heard", users)].repeat(5));
}
