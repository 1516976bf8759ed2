//! The protocols in their short form, on a sound queue and on one that is not.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use job_queue::protocols::{Isolation, Outcome, OverLimit, ProtocolError, RapidCycling};
use job_queue::queue::{Clock, Settings, SlowDown, SubmitError, Tenant};
use plimsoll::model::{Status, Verdict};

/// A clock on which a microsecond passes whenever somebody looks.
fn ticking() -> Clock {
    let looks = Arc::new(AtomicU64::new(0));
    Clock::new(move || Duration::from_micros(looks.fetch_add(1, Ordering::Relaxed)))
}

/// Ten tenants of two permits, and more workers than one of them can hold.
fn sound() -> Settings {
    Settings::new(3, Tenant::numbered(10, 2))
}

async fn isolation(settings: Settings) -> Outcome {
    Isolation::new(settings).run(&ticking()).await.expect("the settings are sound")
}

#[tokio::test]
async fn tenants_with_semaphores_of_their_own_are_isolated() {
    assert_eq!(isolation(sound()).await.verdict, Verdict::pass());
}

#[tokio::test]
async fn isolation_tells_how_each_tenant_was_served() {
    let found = isolation(sound()).await.scenario.metadata;
    for column in ["tenants", "makespan_ns", "queue_wait_mean_ns", "failed"] {
        assert_eq!(found[column].as_array().map(Vec::len), Some(10), "{column}");
    }
    let evenness = found["makespan_jain_index"].as_f64().unwrap();
    assert!((0.1..=1.0).contains(&evenness), "{evenness}");
}

#[tokio::test]
async fn a_shared_semaphore_breaks_isolation_and_the_tenants_are_named() {
    let shared = Settings { shared_semaphore: true, ..Settings::new(3, Tenant::numbered(3, 2)) };
    let verdict = isolation(shared).await.verdict;
    assert_eq!(verdict.status, Status::Fail);
    insta::assert_snapshot!(verdict.reasons.join("\n"));
}

#[tokio::test]
async fn a_tenant_that_can_hold_all_workers_breaks_isolation() {
    let outcome = isolation(Settings::new(2, Tenant::numbered(10, 2))).await;
    assert_eq!(outcome.verdict.status, Status::Fail);
    assert_eq!(outcome.scenario.metadata["interfering_tenants"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn a_job_that_fails_is_not_isolation() {
    let settings = Settings { fail_every: NonZeroU64::new(15), ..Settings::new(3, Tenant::numbered(2, 2)) };
    let failing = "tenant-1 failed 1 of 10 jobs; the first: job 15 failed: its target refused the result";
    assert_eq!(isolation(settings).await.verdict, Verdict::because(Status::Fail, failing));
}

#[tokio::test]
async fn one_tenant_alone_says_nothing_of_isolation() {
    let outcome = isolation(Settings::new(3, Tenant::numbered(1, 2))).await;
    assert_eq!(outcome.verdict.status, Status::Invalid);
}

#[tokio::test]
async fn a_backlog_too_small_for_the_protocol_is_an_error() {
    let settings = Settings { backlog: 5, ..sound() };
    let error = Isolation::new(settings).run(&ticking()).await.unwrap_err();
    assert!(matches!(error, ProtocolError::Submit(SubmitError::Full { backlog: 5 })));
}

#[tokio::test]
async fn a_hundred_jobs_never_pass_the_limit_of_their_tenant() {
    let outcome = OverLimit::new(Settings::new(8, Tenant::numbered(2, 3))).run(&ticking()).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::pass());
    let found = &outcome.scenario.metadata;
    assert_eq!([&found["running_at_limit"], &found["peak_concurrency"], &found["done"]], [3, 3, 100]);
}

#[tokio::test]
async fn too_few_workers_say_nothing_of_the_limit() {
    let outcome = OverLimit::new(Settings::new(3, Tenant::numbered(1, 3))).run(&ticking()).await.unwrap();
    let reason = "a limit of 3 is not reached by 100 jobs on 3 workers";
    assert_eq!(outcome.verdict, Verdict::because(Status::Invalid, reason));
}

#[tokio::test]
async fn rapid_cycling_leaves_nothing_behind() {
    let outcome = RapidCycling::new(sound()).run(&ticking()).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::pass());
    let found = &outcome.scenario.metadata;
    let counts = ["submitted", "done", "failed", "stuck_after_cycling", "stuck_found", "requeued"];
    assert_eq!(counts.map(|name| found[name].as_u64().unwrap()), [1_001, 1_001, 0, 0, 1, 1]);
}

#[tokio::test]
async fn rapid_cycling_holds_on_a_slow_queue_whose_jobs_fail() {
    let settings = Settings {
        slow_down: SlowDown::new(0.3).unwrap(),
        fail_every: NonZeroU64::new(3),
        attempts: 1,
        ..sound()
    };
    let outcome = RapidCycling::new(settings).run(&ticking()).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::pass());
}
