//! Conditions on what really came out of a run.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::time::Duration;

use plimsoll_load::{Context, Load, op};
use plimsoll_model::{Profile, Status};

const SECOND: Duration = Duration::from_secs(1);

/// How conditions come out of 100/s for 20 s, of which one arrival in 2,000 is given up after 200 ms.
async fn statuses(conditions: &[&str]) -> Vec<Status> {
    let load = Load::new("conditions")
        .operation(op("op", |cx: Context| async move {
            let long = if cx.iteration() == 700 { SECOND } else { Duration::from_millis(10) };
            cx.sleep(long).await;
        }))
        .measure(Profile::hold(100, 20 * SECOND))
        .cool_down(Profile::hold(1, 30 * SECOND))
        .timeout(Duration::from_millis(200))
        .virtual_time();
    let load = conditions.iter().fold(load, |load, text| load.threshold(text.parse().unwrap()));
    let run = load.run().await.unwrap();
    run.thresholds.iter().map(|threshold| threshold.status).collect()
}

#[tokio::test]
async fn what_was_given_up_makes_the_largest_and_the_mean_a_lower_bound() {
    let statuses = statuses(&["max < 1s", "mean < 1s", "p99 < 1s", "max < 100ms", "max < 1s over 5s"]).await;
    let expected =
        [Status::Inconclusive, Status::Inconclusive, Status::Pass, Status::Fail, Status::Inconclusive];
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn throughput_is_judged_within_the_measured_time() {
    assert_eq!(statuses(&["throughput > 90 over 5s"]).await, [Status::Pass]);
}
