//! A run ends when one of its rules is clearly broken, and says which.

#![expect(clippy::unwrap_used, reason = "a run that cannot be run fails the test")]

use std::time::Duration;

use plimsoll_load::{Context, Failure, Load, Operation, op};
use plimsoll_model::{Profile, Run, Status, StopCause};

const SECOND: Duration = Duration::from_secs(1);

/// Goes well until a point of time, then always fails, after 10 ms.
fn fails_from(name: &str, from: Duration) -> Operation {
    op(name, move |cx: Context| async move {
        cx.sleep(Duration::from_millis(10)).await;
        if cx.intended_start() < from { Ok(()) } else { Err(Failure::new("down", "it is down")) }
    })
}

fn minute(rule: &str) -> Load {
    Load::new("rules")
        .mix([(1, fails_from("read", SECOND * 3_600)), (1, fails_from("write", SECOND * 17))])
        .measure(Profile::hold(100, SECOND * 60))
        .abort_unless(rule.parse().unwrap())
}

fn assert_aborted(run: &Run, rule: &str) {
    assert_eq!(run.stop.cause, StopCause::AbortRule);
    assert_eq!(run.stop.metric.as_deref(), Some(rule));
    assert_eq!(run.verdict.status, Status::Fail);
    assert!(run.verdict.reasons.iter().any(|reason| reason.contains(rule)), "{:?}", run.verdict.reasons);
    assert!(run.scenarios.iter().all(|scenario| scenario.counts.is_conserved()));
}

#[tokio::test]
async fn a_windowed_rule_ends_the_run_within_two_windows_and_says_which() {
    let rule = "error_rate(write) < 50% over 5s";
    let run = minute(rule).virtual_time().run().await.unwrap();
    assert_aborted(&run, rule);
    // It goes wrong after 17 s, in the stretch from 15 to 20 s: three fifths of that failed.
    assert_eq!((run.stop.target.as_deref(), run.stop.at_ns), (Some("write"), 20_000_000_000));
    assert!((0.59..0.61).contains(&run.stop.value.unwrap()), "{:?}", run.stop);
    assert_eq!(run.stop.limit, Some(0.5));
    let reason = &run.verdict.reasons[0];
    assert_eq!(reason, "stopped after 20 s: error_rate(write) < 50% over 5s was broken");
}

#[tokio::test]
async fn a_cumulative_rule_waits_until_all_so_far_is_beyond_the_limit() {
    let rule = "error_rate < 10%";
    let run = minute(rule).virtual_time().run().await.unwrap();
    assert_aborted(&run, rule);
    // Half of all fail from 17 s on: a tenth of all after 21.25 s, clearly more soon after.
    assert!((22_000_000_000..=24_000_000_000).contains(&run.stop.at_ns), "{:?}", run.stop);
}

#[tokio::test]
async fn a_rule_that_holds_ends_nothing() {
    let run = minute("error_rate(read) < 50% over 5s").virtual_time().run().await.unwrap();
    assert_eq!((run.stop.cause, run.verdict.status), (StopCause::Finished, Status::Pass));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_ends_a_run_in_real_time() {
    let load = Load::new("real")
        .operation(fails_from("down", Duration::ZERO))
        .measure(Profile::users(8, SECOND * 60))
        .window(Duration::from_millis(50))
        .abort_unless("error_rate < 50% over 100ms".parse().unwrap());
    let run = load.run().await.unwrap();
    assert_aborted(&run, "error_rate < 50% over 100ms");
}
