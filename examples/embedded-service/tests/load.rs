//! The shop's own tests: it holds its load, its tenants do not disturb each other, and nothing is left behind.

#![expect(clippy::expect_used, reason = "a load that cannot be run fails the test")]

use std::sync::Arc;
use std::time::Duration;

use embedded_service::{Shop, serve};
use plimsoll::http::Client;
use plimsoll::{Context, Expect, Load, Operation, Profile, Run, millis, minutes, op, secs};

/// Printing in process, on the run's clock: a page takes 40 ms, in real time as in virtual.
fn print(name: &str, shop: &Arc<Shop>, tenant: usize) -> Operation {
    let shop = Arc::clone(shop);
    op(name, move |cx: Context| {
        let shop = Arc::clone(&shop);
        async move { shop.print(tenant, async { cx.sleep(millis(40)).await }).await }
    })
}

#[tokio::test]
async fn it_serves_sixteen_users_over_http() {
    let shop = Arc::new(Shop::new(4, 8));
    let client = Client::builder(&serve(Arc::clone(&shop)).await.expect("a port is free"));
    let client = client.build().expect("the address is one");
    let run = Load::new("print shop")
        .operation(client.post("/print/1").operation("print"))
        .measure(Profile::users(16, secs(1)))
        .seed(42)
        .run()
        .await
        .expect("the plan is valid");
    // Wide limits: a test that shares its machine with others says whether it works, a bench how fast.
    run.expect("error_rate < 0.1%").expect("p50 < 1s").expect("throughput > 50/s").verify();
    assert_eq!(shop.under_way(), 0);
}

/// Tenant 0 wants twice what its presses can do, tenant 1 hardly anything; a minute of it, in virtual time.
async fn neighbours(shop: Arc<Shop>, quiet: usize) -> Run {
    let load = Load::new("neighbours")
        .mix([(40, print("loud", &shop, 0)), (1, print("quiet", &shop, quiet))])
        .measure(Profile::hold(410, minutes(1)))
        .in_flight(100_000)
        .drain(minutes(2))
        .no_timeout()
        .virtual_time();
    load.run().await.expect("the plan is valid")
}

#[tokio::test]
async fn a_loud_tenant_does_not_disturb_a_quiet_one() {
    let run = neighbours(Arc::new(Shop::new(2, 8)), 1).await;
    run.expect("max(quiet) <= 41ms").expect("p50(loud) > 10s").verify();
}

#[tokio::test]
async fn on_the_same_presses_it_would() {
    let run = neighbours(Arc::new(Shop::new(1, 8)), 0).await;
    let report = run.expect("max(quiet) <= 41ms").check().expect_err("they share their presses").to_string();
    assert!(report.contains("✗ max(quiet) <= 41ms"), "{report}");
    assert!(report.lines().count() <= 15, "{report}");
}

#[tokio::test]
async fn what_is_given_up_leaves_nothing_behind() {
    let shop = Arc::new(Shop::new(1, 8));
    let load = Load::new("impatient").operation(print("print", &shop, 0));
    let run = load
        .measure(Profile::hold(400, minutes(2)))
        .timeout(Duration::from_millis(60))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    let counts = &run.scenarios[0].counts;
    assert!(counts.timed_out > 10_000 && counts.is_conserved(), "{counts:?}");
    assert_eq!((shop.under_way(), shop.idle_presses(0)), (0, 8));
}
