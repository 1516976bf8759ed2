//! What a run keeps does not grow with what happens in it.

use std::time::Duration;

use plimsoll_load::{Load, Outcome, op};
use plimsoll_model::Profile;

#[test]
fn a_million_different_errors_take_no_more_memory_than_a_few() {
    const ERRORS: u64 = 1_000_000;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fail = |cx: plimsoll_load::Context| async move {
        Outcome::fail(format!("kind {}", cx.iteration()), format!("message {}", cx.iteration()))
    };
    let mut scenario = None;
    let memory = allocation_counter::measure(|| {
        let load = Load::new("errors").operation(op("fail", fail)).measure(Profile::iterations(8, ERRORS));
        scenario = runtime.block_on(load.run()).unwrap().scenarios.pop();
    });

    // The texts alone would take 30 MB; histograms of 264 KiB for a handful of windows are what is there.
    assert!(memory.bytes_max < 8_000_000, "{} bytes at the same time", memory.bytes_max);
    let scenario = scenario.unwrap();
    assert_eq!(scenario.counts.failed, ERRORS);
    assert_eq!(scenario.errors.len(), 21, "20 kinds and the rest");
    assert_eq!(scenario.errors.iter().map(|error| error.count).sum::<u64>(), ERRORS);
}

#[tokio::test]
async fn a_day_leaves_no_more_windows_than_an_hour() {
    let day = Duration::from_secs(24 * 3_600);
    let load = Load::new("day")
        .operation(op("sleep", |cx| async move { cx.sleep(Duration::from_millis(30)).await }))
        .measure(Profile::hold(7, day))
        .virtual_time();
    let run = load.run().await.unwrap();
    assert_eq!(run.scenarios[0].counts.ok, 604_800);
    assert!(run.windows.len() <= 1_200, "{} windows", run.windows.len());
    assert_eq!(run.windows.iter().map(|window| window.ok).sum::<u64>(), 604_800);
}
