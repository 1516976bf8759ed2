//! The service from outside: counts, limits, failures, shutdown.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use job_queue::queue::{
    Clock, Completion, Connector, Gate, Job, JobError, JobQueue, Settings, SlowDown, Source, StartError,
    Status, SubmitError, Tenant, Ticket,
};

const CONNECTOR: Connector = Connector { seed: 42, fields: 50 };
const LEASE: Duration = Duration::from_secs(10);

/// A clock that is moved by hand.
#[derive(Debug, Clone, Default)]
struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    fn advance(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_nanos()).expect("tests are short"), Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let nanos = Arc::clone(&self.0);
        Clock::new(move || Duration::from_nanos(nanos.load(Ordering::SeqCst)))
    }
}

fn start(settings: Settings) -> JobQueue {
    JobQueue::start(settings, Clock::new(|| Duration::ZERO)).expect("the settings are sound")
}

fn behind(gate: &Gate) -> Job {
    Job::new(0, CONNECTOR).reading_from(Source::Behind(gate.clone()))
}

async fn outcomes(tickets: Vec<Ticket>) -> Vec<Result<Completion, JobError>> {
    let mut outcomes = Vec::new();
    for ticket in tickets {
        outcomes.push(ticket.await);
    }
    outcomes
}

fn assert_conserved(status: &Status) {
    for tenant in &status.tenants {
        assert_eq!(tenant.submitted, tenant.depth.total(), "{tenant:?}");
    }
}

/// Submits from one thread for each tenant, and returns all tickets.
fn submit_at_once(queue: &JobQueue, tenants: usize, each: usize) -> Vec<Ticket> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..tenants)
            .map(|tenant| {
                scope.spawn(move || {
                    let jobs = (0..each).map(|_| Job::new(tenant, CONNECTOR));
                    jobs.map(|job| queue.submit(job).expect("the backlog is large")).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no submitter panics")).collect()
    })
}

#[tokio::test]
async fn a_job_done_tells_its_fields_and_bytes() {
    let queue = start(Settings::new(1, Tenant::numbered(1, 1)));
    let done = queue.submit(Job::new(0, CONNECTOR)).unwrap().await.unwrap();
    let tenant = &queue.status().tenants[0];
    assert_eq!((done.fields, done.bytes), (50, tenant.bytes));
    assert_eq!(tenant.fields, 50);
}

#[tokio::test]
async fn every_job_is_in_exactly_one_place_at_any_time() {
    let settings = Settings { fail_every: NonZeroU64::new(7), ..Settings::new(3, Tenant::numbered(4, 1)) };
    let queue = start(settings);
    let tickets = thread::scope(|scope| {
        let submitter = scope.spawn(|| submit_at_once(&queue, 4, 70));
        while !submitter.is_finished() {
            assert_conserved(&queue.status());
        }
        submitter.join().unwrap()
    });
    while queue.status().depth().queued > 0 {
        assert_conserved(&queue.status());
    }
    outcomes(tickets).await;
    let depth = queue.status().depth();
    assert_eq!((depth.queued, depth.running, depth.done, depth.failed), (0, 0, 240, 40));
}

#[tokio::test]
async fn limits_hold_under_concurrent_submits() {
    let queue = start(Settings::new(8, Tenant::numbered(3, 2)));
    outcomes(submit_at_once(&queue, 3, 100)).await;
    for tenant in queue.status().tenants {
        assert!((1..=2).contains(&tenant.peak_concurrency), "{tenant:?}");
    }
}

#[tokio::test]
async fn a_semaphore_in_use_shows_its_share() {
    let queue = start(Settings::new(4, Tenant::numbered(2, 4)));
    let gate = Gate::closed();
    let _tickets: Vec<_> = (0..3).map(|_| queue.submit(behind(&gate)).unwrap()).collect();
    queue.settled().await;
    let utilization: Vec<_> = queue.status().tenants.iter().map(|tenant| tenant.utilization).collect();
    assert_eq!(utilization, [0.75, 0.0]);
}

#[tokio::test]
async fn queue_wait_and_processing_are_told_apart() {
    let time = ManualClock::default();
    let queue = JobQueue::start(Settings::new(2, Tenant::numbered(1, 1)), time.clock()).unwrap();
    let gate = Gate::closed();
    let first = queue.submit(behind(&gate)).unwrap();
    let second = queue.submit(Job::new(0, CONNECTOR)).unwrap();
    queue.settled().await;
    time.advance(Duration::from_millis(5));
    gate.open();
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    let five = Duration::from_millis(5);
    assert_eq!((first.queue_wait, first.processing), (Duration::ZERO, five));
    assert_eq!((second.queue_wait, second.processing), (five, Duration::ZERO));
    assert_eq!((first.end_to_end(), second.end_to_end()), (five, five));
}

#[tokio::test]
async fn every_nth_job_fails_when_asked() {
    let settings = Settings { fail_every: NonZeroU64::new(5), ..Settings::new(2, Tenant::numbered(1, 2)) };
    let queue = start(settings);
    let tickets = (0..10).map(|_| queue.submit(Job::new(0, CONNECTOR)).unwrap()).collect();
    let failed: Vec<_> = outcomes(tickets).await.into_iter().map(|outcome| outcome.is_err()).collect();
    assert_eq!(failed, [false, false, false, false, true, false, false, false, false, true]);
    assert_eq!(queue.status().depth().error_rate(), Some(0.2));
}

#[tokio::test]
async fn a_panic_fails_its_job_and_not_the_queue() {
    let queue = start(Settings::new(1, Tenant::numbered(1, 1)));
    let broken = queue.submit(Job::new(0, CONNECTOR).reading_from(Source::Panics)).unwrap();
    let sound = queue.submit(Job::new(0, CONNECTOR)).unwrap();
    assert_eq!(broken.await.unwrap_err().to_string(), "job 1 panicked: the source gave up");
    assert_eq!(sound.await.unwrap().fields, 50);
}

#[tokio::test]
async fn a_slow_down_is_exactly_so_much_more_work() {
    for (share, transformations) in [(0.0, 1_000), (0.3, 1_300), (1.5, 2_500)] {
        let slow_down = SlowDown::new(share).unwrap();
        let queue = start(Settings { slow_down, ..Settings::new(2, Tenant::numbered(1, 2)) });
        let connector = Connector { seed: 1, fields: 10 };
        let tickets = (0..100).map(|_| queue.submit(Job::new(0, connector)).unwrap()).collect();
        outcomes(tickets).await;
        let tenant = &queue.status().tenants[0];
        assert_eq!((tenant.transformations, tenant.fields), (transformations, 1_000));
    }
}

#[tokio::test]
async fn a_slow_down_leaves_the_result_alone() {
    let slow_down = SlowDown::new(0.5).unwrap();
    let plain = start(Settings::new(1, Tenant::numbered(1, 1)));
    let slower = start(Settings { slow_down, ..Settings::new(1, Tenant::numbered(1, 1)) });
    let expected = plain.submit(Job::new(0, CONNECTOR)).unwrap().await;
    assert_eq!(slower.submit(Job::new(0, CONNECTOR)).unwrap().await, expected);
}

#[tokio::test]
async fn a_full_backlog_refuses_and_counts_it() {
    let queue = start(Settings { backlog: 2, ..Settings::new(1, Tenant::numbered(1, 1)) });
    let gate = Gate::closed();
    let running = queue.submit(behind(&gate)).unwrap();
    queue.settled().await;
    let waiting = [0, 1].map(|_| queue.submit(behind(&gate)).unwrap());
    assert_eq!(queue.submit(behind(&gate)).unwrap_err(), SubmitError::Full { backlog: 2 });
    assert_eq!((queue.status().rejected, queue.status().submitted()), (1, 3));
    drop((running, waiting));
}

#[tokio::test]
async fn a_tenant_that_is_not_there_is_refused() {
    let queue = start(Settings::new(1, Tenant::numbered(2, 1)));
    let error = queue.submit(Job::new(2, CONNECTOR)).unwrap_err();
    assert_eq!(error, SubmitError::UnknownTenant { tenant: 2, tenants: 2 });
}

#[tokio::test]
async fn a_job_outlives_its_ticket() {
    let queue = start(Settings::new(1, Tenant::numbered(1, 1)));
    let gate = Gate::closed();
    drop(queue.submit(behind(&gate)).unwrap());
    gate.open();
    queue.submit(Job::new(0, CONNECTOR)).unwrap().await.unwrap();
    assert_eq!(queue.status().depth().done, 2);
}

#[test]
fn settings_that_never_end_a_job_do_not_start() {
    let error = JobQueue::start(Settings::new(0, Tenant::numbered(1, 1)), Clock::new(|| Duration::ZERO));
    assert!(matches!(error, Err(StartError::NoWorkers)));
}

#[tokio::test]
async fn shutdown_ends_the_jobs_that_wait_and_those_that_run() {
    let queue = start(Settings::new(2, Tenant::numbered(1, 2)));
    let tickets = (0..5).map(|_| queue.submit(behind(&Gate::closed())).unwrap()).collect();
    queue.settled().await;
    queue.shutdown().await;
    assert!(outcomes(tickets).await.iter().all(|outcome| *outcome == Err(JobError::ShutDown)));
    let depth = queue.status().depth();
    assert_eq!((depth.queued, depth.running, depth.failed), (0, 0, 5));
    assert_conserved(&queue.status());
}

#[tokio::test]
async fn after_shutdown_no_job_is_taken() {
    let queue = start(Settings::new(1, Tenant::numbered(1, 1)));
    queue.shutdown().await;
    assert_eq!(queue.submit(Job::new(0, CONNECTOR)).unwrap_err(), SubmitError::ShutDown);
}

#[tokio::test]
async fn a_second_shutdown_ends_too() {
    let queue = start(Settings::new(2, Tenant::numbered(1, 1)));
    queue.shutdown().await;
    queue.shutdown().await;
}

/// Whether a queue that does this with itself leaves a thread behind. Each thread keeps the clock.
fn leaves_no_thread(end: impl FnOnce(JobQueue)) -> bool {
    let time = ManualClock::default();
    let queue = JobQueue::start(Settings::new(4, Tenant::numbered(1, 2)), time.clock());
    end(queue.expect("the settings are sound"));
    Arc::strong_count(&time.0) == 1
}

#[test]
fn an_idle_queue_dropped_leaves_no_thread() {
    assert!(leaves_no_thread(drop));
}

#[tokio::test]
async fn a_busy_queue_dropped_leaves_no_thread_and_tells_its_tickets() {
    let gate = Gate::closed();
    let mut tickets = Vec::new();
    assert!(leaves_no_thread(|queue| {
        tickets.extend((0..10).map(|_| queue.submit(behind(&gate)).unwrap()));
    }));
    assert!(outcomes(tickets).await.iter().all(|outcome| *outcome == Err(JobError::ShutDown)));
}

#[tokio::test]
async fn a_silent_job_is_begun_anew_and_done_once() {
    let time = ManualClock::default();
    let queue = JobQueue::start(Settings::new(2, Tenant::numbered(1, 1)), time.clock()).unwrap();
    let gate = Gate::closed();
    let ticket = queue.submit(behind(&gate)).unwrap();
    queue.settled().await;
    time.advance(LEASE);
    let found = queue.reconcile(LEASE);
    assert_eq!((found.checked, found.requeued.len(), found.failed.len()), (1, 1, 0));
    gate.open();
    ticket.await.unwrap();
    let status = queue.status();
    assert_eq!((status.depth().done, status.submitted(), status.tenants[0].utilization), (1, 1, 0.0));
}

#[tokio::test]
async fn a_job_silent_at_each_attempt_is_given_up() {
    let time = ManualClock::default();
    let settings = Settings { attempts: 2, ..Settings::new(1, Tenant::numbered(1, 1)) };
    let queue = JobQueue::start(settings, time.clock()).unwrap();
    let ticket = queue.submit(behind(&Gate::closed())).unwrap();
    queue.settled().await;
    time.advance(LEASE);
    assert_eq!(queue.reconcile(LEASE).requeued.len(), 1);
    // The worker that was called off claims the job again.
    while queue.status().depth().running == 0 {
        thread::yield_now();
    }
    time.advance(LEASE);
    assert_eq!(queue.reconcile(LEASE).failed.len(), 1);
    let error = ticket.await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "job 1 was given up: 2 attempts ended without a sign of life from the worker"
    );
    assert_conserved(&queue.status());
}

#[tokio::test]
async fn a_job_within_its_lease_is_left_alone() {
    let time = ManualClock::default();
    let queue = JobQueue::start(Settings::new(1, Tenant::numbered(1, 1)), time.clock()).unwrap();
    let gate = Gate::closed();
    let ticket = queue.submit(behind(&gate)).unwrap();
    queue.settled().await;
    time.advance(LEASE - Duration::from_nanos(1));
    let found = queue.reconcile(LEASE);
    assert_eq!((found.checked, found.stuck()), (1, 0));
    gate.open();
    ticket.await.unwrap();
}

#[tokio::test]
async fn jobs_begun_anew_keep_their_order() {
    let time = ManualClock::default();
    let queue = JobQueue::start(Settings::new(3, Tenant::numbered(1, 3)), time.clock()).unwrap();
    let gate = Gate::closed();
    let tickets = (0..3).map(|_| queue.submit(behind(&gate)).unwrap()).collect();
    queue.settled().await;
    time.advance(LEASE);
    let requeued = queue.reconcile(LEASE).requeued;
    assert_eq!(requeued.len(), 3);
    assert!(requeued.is_sorted());
    gate.open();
    outcomes(tickets).await;
}
