//! What a failing assertion says.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use plimsoll::{Expect, Load, Outcome, Profile, Run, millis, op, secs};

async fn run() -> Run {
    Load::new("checkout")
        .warm_up(Profile::ramp(0, 500, secs(5)))
        .measure(Profile::hold(500, secs(30)))
        .mix([
            (8, op("read", |cx| async move { cx.sleep(millis(3)).await })),
            (
                2,
                op("write", |cx| async move {
                    cx.sleep(millis(18 + cx.seed() % 10)).await;
                    match cx.iteration() % 100 {
                        12 => Outcome::fail("status 503", "upstream connect error"),
                        _ => Outcome::ok(),
                    }
                }),
            ),
        ])
        .in_flight(256)
        .timeout(secs(2))
        .seed(42)
        .virtual_time()
        .run()
        .await
        .unwrap()
}

#[tokio::test]
async fn conditions_that_hold_say_nothing() {
    run().await.expect("p99(write) < 30ms").expect("p99(read) < 5ms").expect("throughput > 480/s").verify();
}

#[tokio::test]
async fn the_report_of_a_failure_reads_well() {
    let run = run().await;
    let unmet =
        run.expect("p99(write) < 20ms").expect("p99(read) < 20ms").expect("error_rate < 0.1%").check();
    let report = unmet.unwrap_err().to_string();
    assert!(report.lines().count() <= 15, "{report}");
    insta::assert_snapshot!(report);
}

#[tokio::test]
async fn mistakes_in_a_condition_fail_and_say_what_would_do() {
    let run = run().await;
    let unmet = run.expect("p99(wirte) < 20ms").expect("p99 < 20").expect("p99.99(read) < 1s").check();
    insta::assert_snapshot!(unmet.unwrap_err().to_string());
}

#[tokio::test]
#[should_panic(expected = "1 of 1 expectations not met")]
async fn verify_panics_with_the_report() {
    run().await.expect("max < 1ns").verify();
}
