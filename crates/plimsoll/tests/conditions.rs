//! The page of the guide about conditions, word for word.

use plimsoll::figure::{error_rate, p99, throughput};
use plimsoll::model::{Status, StopCause};
use plimsoll::{Expect, Load, Operation, Outcome, Profile, millis, minutes, op, secs};

/// Stands for your service: it breaks after a while, if it is to.
fn checkout(breaks_at: u64) -> Operation {
    op("write", move |cx| async move {
        cx.sleep(millis(12)).await;
        if cx.now() < secs(breaks_at) { Outcome::ok() } else { Outcome::fail("status 503", "out of stock") }
    })
}

#[tokio::test]
async fn checkout_keeps_its_promises() {
    let load = Load::new("checkout").operation(checkout(999)).measure(Profile::hold(100, secs(60)));
    let run = load.virtual_time().run().await.expect("the plan is valid");
    run.expect("p99(write) < 20ms").expect("error_rate < 0.1%").expect("throughput > 99/s").verify();
    // The same, and what is mistyped does not compile.
    run.expect_that(p99().of("write").below(millis(20)))
        .expect_that(error_rate().below(0.001))
        .expect_that(throughput().above(99.0))
        .verify();
}

#[tokio::test]
async fn conditions_may_be_part_of_the_load() {
    let run = Load::new("checkout")
        .operation(checkout(999))
        .measure(Profile::hold(100, secs(60)))
        .threshold(p99().below(millis(20)).over(secs(10)))
        .threshold(error_rate().at_most(0.0))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    assert_eq!(run.verdict.status, Status::Pass);
}

#[tokio::test]
async fn a_broken_service_is_not_loaded_to_the_end() {
    let run = Load::new("checkout")
        .operation(checkout(20))
        .measure(Profile::hold(100, minutes(20)))
        .abort_unless(error_rate().below(0.5).over(secs(5)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    assert_eq!((run.stop.cause, run.stop.at_ns / 1_000_000_000), (StopCause::AbortRule, 25));
    assert_eq!(run.verdict.status, Status::Fail);
}
