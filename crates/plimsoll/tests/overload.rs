//! The page of the guide about a service that cannot keep up, word for word.

use plimsoll::{Context, Expect, Load, Operation, Overload, Profile, millis, op, secs};

/// Stands for a service that takes 100 ms: 50 at a time are 500 a second.
fn resize() -> Operation {
    op("resize", |cx| async move { cx.sleep(millis(100)).await })
}

#[tokio::test]
async fn what_finds_no_place_is_dropped_and_counted() {
    let run = Load::new("images")
        .operation(resize())
        .measure(Profile::hold(600, secs(60)))
        .in_flight(50)
        .overload(Overload::Drop)
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    let counts = &run.scenarios[0].counts;
    assert_eq!((counts.planned, counts.started + counts.dropped_total()), (36_000, 36_000));
    assert_eq!(counts.started, counts.ok);
    run.expect("throughput > 450/s").expect("max < 110ms").expect("dropped < 10000").verify();
}

#[tokio::test]
async fn what_waits_is_late_and_says_so() {
    let load = Load::new("images").operation(resize()).measure(Profile::hold(600, secs(60))).in_flight(50);
    let run = load.virtual_time().run().await.expect("the plan is valid");
    // The service is as fast as ever; who asks it waits longer and longer.
    run.expect("service.max < 110ms").expect("queue.max > 10s").expect("max > 10s").verify();
}

#[tokio::test]
async fn what_never_ends_and_what_panics_is_counted() {
    let fragile = |cx: Context| async move {
        match cx.iteration() % 100 {
            7 => std::future::pending().await,
            13 => panic!("unlucky"),
            _ => cx.sleep(millis(5)).await,
        }
    };
    let load = Load::new("fragile").operation(op("call", fragile)).timeout(secs(2)).drain(secs(5));
    let run = load.measure(Profile::hold(100, secs(60))).virtual_time().run().await;
    let counts = &run.expect("the plan is valid").scenarios[0].counts;
    assert_eq!((counts.ok, counts.timed_out, counts.panicked), (5_880, 60, 60));
}
