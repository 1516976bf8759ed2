//! The second page of the guide, word for word.

use plimsoll::{Compose, Expect, Load, Operation, Profile, millis, op, secs};

/// Stands for your service.
fn search() -> Operation {
    op("search", |cx| async move { cx.sleep(millis(3)).await })
}

#[tokio::test]
async fn search_survives_a_burst() {
    let burst = Profile::hold(400, secs(10)).delayed(secs(20));
    let run = Load::new("search")
        .warm_up(Profile::ramp(0, 100, secs(5)))
        .measure(Profile::hold(100, secs(60)).plus(burst))
        .operation(search())
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    run.expect("p99 < 20ms").expect("peak_throughput > 490/s").verify();
}

#[tokio::test]
async fn search_follows_a_day_of_stages() {
    let day = Profile::stages("2m:100,5m:100,2m:0").times(0.5).repeat(3);
    let run = Load::new("search").measure(day).operation(search()).virtual_time().run().await;
    let run = run.expect("the plan is valid");
    assert_eq!(run.scenarios[0].counts.planned, 3 * 21_000);
    run.expect("p99 < 20ms").verify();
}

#[tokio::test]
async fn search_doubles_until_a_thousand() {
    let run = Load::new("search")
        .measure(Profile::doubling(1, 1024, secs(10)))
        .operation(search())
        .abort_unless("p99 < 50ms over 10s".parse().expect("it is a condition"))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    run.expect("dropped <= 0").verify();
}
