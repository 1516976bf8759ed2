//! The first page of the guide, word for word.

use plimsoll::{Context, Expect, Load, Profile, millis, op, secs};

/// Stands for your service.
async fn checkout(order: u64) -> Result<u64, std::io::Error> {
    tokio::task::yield_now().await;
    Ok((0..1_000).fold(order, |hash, n| hash.rotate_left(5) ^ n))
}

#[tokio::test]
async fn checkout_serves_twenty_users() {
    let run = Load::new("checkout")
        .warm_up(Profile::users(20, millis(200)))
        .measure(Profile::users(20, secs(1)))
        .mix([
            (8, op("read", |cx| async move { checkout(cx.iteration()).await })),
            (2, op("write", |cx| async move { checkout(cx.seed()).await })),
        ])
        .run()
        .await
        .expect("the plan is valid");
    run.expect("p50(write) < 250ms").expect("error_rate < 0.1%").verify();
}

/// Stands for a service that takes its time.
async fn search(cx: Context) {
    cx.sleep(millis(3)).await;
}

#[tokio::test]
async fn search_holds_500_per_second() {
    let run = Load::new("search")
        .warm_up(Profile::ramp(0, 500, secs(5)))
        .measure(Profile::hold(500, secs(30)))
        .operation(op("query", search))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    run.expect("p99 < 20ms").expect("throughput > 495/s").verify();
}
