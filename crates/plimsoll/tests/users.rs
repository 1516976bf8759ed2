//! The page of the guide about users, word for word.

use plimsoll::{Compose, Expect, Load, Operation, Profile, Think, millis, op, secs};

/// Stands for your service.
fn page() -> Operation {
    op("page", |cx| async move { cx.sleep(millis(40)).await })
}

#[tokio::test]
async fn two_hundred_people_read_before_they_click() {
    let run = Load::new("people")
        .operation(page())
        .think_time(Think::uniform(secs(1), secs(5)))
        .warm_up(Profile::users(200, secs(10)))
        .measure(Profile::users(200, secs(60)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    // 200 users, each once in 3.04 s on average.
    run.expect("throughput > 62/s").expect("p99 < 50ms").verify();
}

#[tokio::test]
async fn ten_devices_report_once_a_minute() {
    let run = Load::new("devices")
        .operation(page())
        .pacing(secs(60))
        .measure(Profile::users(10, secs(3_600)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    assert_eq!(run.scenarios[0].counts.ok, 10 * 60);
    run.expect("max < 50ms").verify();
}

#[tokio::test]
async fn a_crowd_comes_stays_and_goes() {
    let crowd = Profile::ramp_users(0, 100, secs(10))
        .then(Profile::users(100, secs(60)))
        .then(Profile::ramp_users(100, 0, secs(10)));
    let run = Load::new("crowd")
        .operation(page())
        .think_time(secs(1))
        .measure(crowd)
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    run.expect("peak_throughput > 95/s").expect("p99 < 50ms").verify();
}
