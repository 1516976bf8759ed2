//! The queue in a Redis: what it does as in process, and what happens when the Redis goes away.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::support::{ManualClock, Redis, ticking};
use job_queue::backend::Backend;
use job_queue::protocols::{Isolation, OverLimit, RapidCycling};
use job_queue::queue::{
    Clock, Completion, Connector, Gate, Job, JobError, Queue, Settings, Source, StartError, SubmitError,
    Tenant, Ticket,
};
use plimsoll::model::{Status, Verdict};

const CONNECTOR: Connector = Connector { seed: 42, fields: 50 };
const LEASE: Duration = Duration::from_secs(10);

fn settings(redis: &Redis, workers: usize, tenants: usize, limit: usize) -> Settings {
    Settings { backend: redis.backend(), ..Settings::new(workers, Tenant::numbered(tenants, limit)) }
}

async fn start(settings: Settings) -> Queue {
    Queue::start(settings, ticking()).await.expect("the settings are sound and the Redis is there")
}

fn behind(gate: &Gate) -> Job {
    Job::new(0, CONNECTOR).reading_from(Source::Behind(gate.clone()))
}

async fn submit(queue: &Queue, count: usize, job: impl Fn(usize) -> Job) -> Vec<Ticket> {
    let mut tickets = Vec::new();
    for number in 0..count {
        tickets.push(queue.submit(job(number)).await.expect("the queue takes it"));
    }
    tickets
}

async fn outcomes(tickets: Vec<Ticket>) -> Vec<Result<Completion, JobError>> {
    let mut outcomes = Vec::new();
    for ticket in tickets {
        outcomes.push(ticket.await);
    }
    outcomes
}

#[tokio::test]
async fn a_job_through_redis_is_the_same_job() {
    let Some(redis) = Redis::start() else { return };
    let there = start(settings(&redis, 1, 1, 1)).await;
    let here = start(Settings::new(1, Tenant::numbered(1, 1))).await;
    let ticket = there.submit(Job::new(0, CONNECTOR)).await.unwrap();
    assert!(ticket.round_trip().is_some());
    let (there, here) =
        (ticket.await.unwrap(), here.submit(Job::new(0, CONNECTOR)).await.unwrap().await.unwrap());
    assert_eq!((there.fields, there.bytes), (here.fields, here.bytes));
}

#[tokio::test]
async fn limits_hold_and_every_job_is_done() {
    let Some(redis) = Redis::start() else { return };
    let queue = start(settings(&redis, 8, 3, 2)).await;
    let tickets = submit(&queue, 300, |number| Job::new(number % 3, CONNECTOR)).await;
    assert!(outcomes(tickets).await.iter().all(Result::is_ok));
    let status = queue.status().await.unwrap();
    assert!(status.tenants.iter().all(|tenant| (1..=2).contains(&tenant.peak_concurrency)), "{status:?}");
    let depth = status.depth();
    assert_eq!((depth.queued, depth.running, depth.done, status.submitted()), (0, 0, 300, 300));
}

#[tokio::test]
async fn every_nth_job_fails_when_asked() {
    let Some(redis) = Redis::start() else { return };
    let queue = start(Settings { fail_every: NonZeroU64::new(5), ..settings(&redis, 2, 1, 2) }).await;
    let ends = outcomes(submit(&queue, 10, |_| Job::new(0, CONNECTOR)).await).await;
    let failed: Vec<_> = ends.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, false, false, false, true, false, false, false, false, true]);
}

#[tokio::test]
async fn a_full_backlog_refuses_and_counts_it() {
    let Some(redis) = Redis::start() else { return };
    let queue = start(Settings { backlog: 2, ..settings(&redis, 1, 1, 1) }).await;
    let gate = Gate::closed();
    let running = queue.submit(behind(&gate)).await.unwrap();
    queue.settled().await.unwrap();
    let waiting = submit(&queue, 2, |_| behind(&gate)).await;
    assert_eq!(queue.submit(behind(&gate)).await.unwrap_err(), SubmitError::Full { backlog: 2 });
    let status = queue.status().await.unwrap();
    assert_eq!((status.rejected, status.submitted(), status.depth().queued), (1, 3, 2));
    drop((running, waiting));
}

#[tokio::test]
async fn a_silent_job_is_begun_anew_and_done_once() {
    let Some(redis) = Redis::start() else { return };
    let time = ManualClock::default();
    let queue = Queue::start(settings(&redis, 2, 1, 1), time.clock()).await.unwrap();
    let gate = Gate::closed();
    let ticket = queue.submit(behind(&gate)).await.unwrap();
    queue.settled().await.unwrap();
    time.advance(LEASE);
    let found = queue.reconcile(LEASE).await.unwrap();
    assert_eq!((found.checked, found.requeued.len(), found.failed.len()), (1, 1, 0));
    gate.open();
    ticket.await.unwrap();
    let status = queue.status().await.unwrap();
    assert_eq!((status.depth().done, status.submitted(), status.tenants[0].utilization), (1, 1, 0.0));
}

#[tokio::test]
async fn a_job_silent_at_each_attempt_is_given_up() {
    let Some(redis) = Redis::start() else { return };
    let time = ManualClock::default();
    let settings = Settings { attempts: 2, ..settings(&redis, 1, 1, 1) };
    let queue = Queue::start(settings, time.clock()).await.unwrap();
    let ticket = queue.submit(behind(&Gate::closed())).await.unwrap();
    queue.settled().await.unwrap();
    time.advance(LEASE);
    assert_eq!(queue.reconcile(LEASE).await.unwrap().requeued.len(), 1);
    // The worker that was called off claims the job again.
    while queue.status().await.unwrap().depth().running == 0 {}
    queue.settled().await.unwrap();
    time.advance(LEASE);
    assert_eq!(queue.reconcile(LEASE).await.unwrap().failed.len(), 1);
    assert!(matches!(ticket.await, Err(JobError::Stuck { attempts: 2, .. })));
    assert_eq!(queue.status().await.unwrap().depth().total(), 1);
}

#[tokio::test]
async fn a_job_within_its_lease_is_left_alone() {
    let Some(redis) = Redis::start() else { return };
    let time = ManualClock::default();
    let queue = Queue::start(settings(&redis, 1, 1, 1), time.clock()).await.unwrap();
    let gate = Gate::closed();
    let ticket = queue.submit(behind(&gate)).await.unwrap();
    queue.settled().await.unwrap();
    time.advance(LEASE - Duration::from_micros(1));
    let found = queue.reconcile(LEASE).await.unwrap();
    assert_eq!((found.checked, found.stuck()), (1, 0));
    gate.open();
    ticket.await.unwrap();
}

#[tokio::test]
async fn jobs_begun_anew_keep_their_order() {
    let Some(redis) = Redis::start() else { return };
    let time = ManualClock::default();
    let queue = Queue::start(settings(&redis, 3, 1, 3), time.clock()).await.unwrap();
    let gate = Gate::closed();
    let tickets = submit(&queue, 3, |_| behind(&gate)).await;
    queue.settled().await.unwrap();
    time.advance(LEASE);
    let requeued = queue.reconcile(LEASE).await.unwrap().requeued;
    assert_eq!(requeued.len(), 3);
    assert!(requeued.is_sorted());
    gate.open();
    assert!(outcomes(tickets).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn shutdown_ends_all_jobs_and_leaves_no_key() {
    let Some(redis) = Redis::start() else { return };
    let queue = start(settings(&redis, 2, 1, 2)).await;
    let tickets = submit(&queue, 5, |_| behind(&Gate::closed())).await;
    queue.settled().await.unwrap();
    assert!(!redis.keys().is_empty());
    queue.shutdown().await.unwrap();
    assert!(outcomes(tickets).await.iter().all(|outcome| *outcome == Err(JobError::ShutDown)));
    assert_eq!(redis.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn a_queue_dropped_leaves_no_key() {
    let Some(redis) = Redis::start() else { return };
    let queue = start(settings(&redis, 2, 2, 2)).await;
    let tickets = submit(&queue, 5, |_| behind(&Gate::closed())).await;
    drop(queue);
    assert!(outcomes(tickets).await.iter().all(|outcome| *outcome == Err(JobError::ShutDown)));
    assert_eq!(redis.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn two_queues_in_one_redis_know_nothing_of_each_other() {
    let Some(redis) = Redis::start() else { return };
    let (one, other) = (start(settings(&redis, 1, 1, 1)).await, start(settings(&redis, 1, 1, 1)).await);
    let ends = outcomes(submit(&one, 3, |_| Job::new(0, CONNECTOR)).await).await;
    assert!(ends.iter().all(Result::is_ok));
    assert_eq!(other.status().await.unwrap().depth().total(), 0);
    one.shutdown().await.unwrap();
    assert!(!redis.keys().is_empty(), "the other one's keys stay");
}

#[tokio::test]
async fn jobs_in_a_redis_that_dies_are_lost_and_submitting_fails() {
    let Some(mut redis) = Redis::start() else { return };
    let queue = start(settings(&redis, 2, 1, 2)).await;
    let tickets = submit(&queue, 5, |_| behind(&Gate::closed())).await;
    let mut health = queue.health().unwrap();
    redis.kill();
    // Both workers wait at their sources; a third party has to find out.
    let refused = queue.submit(Job::new(0, CONNECTOR)).await.unwrap_err();
    assert_eq!(refused.kind(), "redis_unreachable");
    drop(tickets);
    let error = queue.shutdown().await.unwrap_err();
    assert_eq!(error.kind(), "redis_unreachable");
    assert!(health.borrow_and_update().losses <= 1);
}

#[tokio::test]
async fn a_redis_that_comes_back_empty_is_used_again() {
    let Some(mut redis) = Redis::start() else { return };
    let queue = start(settings(&redis, 2, 1, 1)).await;
    let gate = Gate::closed();
    let tickets = submit(&queue, 3, |_| behind(&gate)).await;
    queue.settled().await.unwrap();
    redis.kill();
    redis.revive();
    let lost = outcomes(tickets).await;
    assert!(lost.iter().all(|outcome| matches!(outcome, Err(JobError::Lost { .. }))), "{lost:?}");
    let mut health = queue.health().unwrap();
    let back = health.wait_for(|health| health.losses == 1 && health.away.is_none()).await.unwrap().clone();
    assert_eq!(back.jobs_lost, 3);
    queue.submit(Job::new(0, CONNECTOR)).await.unwrap().await.unwrap();
    queue.shutdown().await.unwrap();
    assert_eq!(redis.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn without_a_redis_no_queue_starts() {
    let backend = Backend::parse("redis://127.0.0.1:1").unwrap();
    let settings = Settings { backend, ..Settings::new(1, Tenant::numbered(1, 1)) };
    let error = Queue::start(settings, Clock::new(|| Duration::ZERO)).await.unwrap_err();
    let StartError::Store(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), "redis_unreachable");
}

#[tokio::test]
async fn the_protocols_pass_in_redis_and_leave_nothing() {
    let Some(redis) = Redis::start() else { return };
    let ten = settings(&redis, 3, 10, 2);
    let over = settings(&redis, 8, 2, 3);
    let verdicts = [
        Isolation::new(ten.clone()).run(&ticking()).await.unwrap().verdict,
        OverLimit::new(over).run(&ticking()).await.unwrap().verdict,
        RapidCycling { rounds: 20, ..RapidCycling::new(ten) }.run(&ticking()).await.unwrap().verdict,
    ];
    assert_eq!(verdicts, [const { Verdict { status: Status::Pass, reasons: Vec::new() } }; 3]);
    assert_eq!(redis.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn a_shared_semaphore_in_redis_breaks_isolation_and_the_tenants_are_named() {
    let Some(redis) = Redis::start() else { return };
    let shared = Settings { shared_semaphore: true, ..settings(&redis, 3, 3, 2) };
    let verdict = Isolation::new(shared).run(&ticking()).await.unwrap().verdict;
    assert_eq!(verdict.status, Status::Fail);
    assert!(verdict.reasons[0].contains("while tenant-0 was blocked, tenant-1 ended 0 of 10 jobs"));
}
